"""The organization's own page: who changes what of it, and who is told whom to ask."""

from __future__ import annotations

import pytest

from grantway.core.model import Role
from tests.api.cast import cast_of
from tests.console.desk import desk, put_in_role
from tests.kit.world import World

EVERY_PAGE = (
    "organization",
    "organization/members",
    "organization/members/{user_id}",
    "organization/members/{user_id}/keys",
    "organization/invitations",
    "organization/left-behind",
    "organization/left-behind/{user_id}",
    "organization/service-accounts",
    "organization/service-accounts/{service_account_id}",
    "organization/service-accounts/{service_account_id}/keys",
    "organization/consents",
    "organization/vouchers",
    "organization/vouchers/{voucher_id}",
    "organization/notices",
    "organization/webhooks",
    "organization/webhooks/{webhook_id}",
    "organization/activity",
    "requests",
    "requests/{installation_id}",
    "keys",
)
OF_ADMINS = frozenset(
    {
        "organization/consents",
        "organization/activity",
        "organization/members/{user_id}/keys",
        "organization/service-accounts/{service_account_id}/keys",
    }
)
OF_MEMBERS = frozenset({"organization", "requests", "keys"})


def test_an_admin_changes_name_zone_and_gate_and_is_told_who_closes_it(world: World) -> None:
    admin = desk(world, world.make.organization("Kestrel Freight"))
    assert "Only an operator of this server disables or deletes an organization" in admin.open("organization")
    said = admin.send("organization/save", name="Kestrel Lines", time_zone="Europe/Berlin", gate="installed")
    assert "Saved." in said
    saved = admin.form("organization/save").fields
    assert (saved["name"], saved["time_zone"], saved["gate"]) == (
        "Kestrel Lines",
        "Europe/Berlin",
        "installed",
    )
    refused = admin.send("organization/save", status=422, name="", time_zone="Berlin")
    assert "There is a problem" in refused
    assert admin.form("organization/save").fields["time_zone"] == "Berlin"


def test_the_account_page_leads_to_the_console_of_each_organization(world: World) -> None:
    somebody = desk(world, world.make.organization(), "contact")
    somebody.browser.visit("/")
    assert f"/o/{somebody.slug}" in somebody.links()
    somebody.browser.visit(f"/o/{somebody.slug}")
    assert somebody.browser.status == 200


def test_a_gate_that_the_platform_overrules_is_told(world: World) -> None:
    cast = cast_of(world)
    owner = desk(world, cast.own, "owner")
    owner.open("organization")
    owner.send("organization/save", gate="any")
    version = cast.as_operator("GET", "/policy").headers["ETag"]
    assert (
        cast.as_operator("PATCH", "/policy", {"least_gate": "reviewed"}, If_Match=version).status_code == 200
    )
    world.product.poll()
    page = owner.open("organization")
    assert "What counts: What was reviewed, and scopes of low risk." in page


@pytest.mark.parametrize("role", ["developer", "member"])
def test_who_does_not_administer_reads_it_and_changes_nothing(world: World, role: Role) -> None:
    here = world.make.organization()
    somebody = desk(world, here)
    somebody.open("organization")
    put_in_role(world, here, somebody.person, role)
    assert "Ask an admin of the organization." in somebody.send("/save", status=403, name="Mine")
    page = somebody.open("organization")
    assert "What members may let in Any application that is offered" in page
    assert not somebody.has_form("organization/save")


@pytest.mark.parametrize("role", ["owner", "developer", "member", "contact"])
def test_each_role_sees_the_pages_that_are_for_it_and_no_others(world: World, role: Role) -> None:
    cast = cast_of(world)
    made = cast.records(cast.own)
    somebody = desk(world, cast.own, role)
    for path in EVERY_PAGE:
        allowed = {
            "owner": True,
            "developer": path not in OF_ADMINS,
            "member": path in OF_MEMBERS,
            "contact": path == "keys",
        }[role]
        somebody.open(path.format(**made.ids), status=200 if allowed else 403)
    somebody.open("keys")
    shown = {one for one in somebody.links() if one.startswith(f"/o/{cast.own.slug}/")}
    for link in shown:
        somebody.browser.visit(link)
        assert somebody.browser.status == 200, link


def test_records_of_others_are_not_there(world: World) -> None:
    cast = cast_of(world)
    theirs = cast.records(cast.other)
    owner = desk(world, cast.own, "owner")
    for path in EVERY_PAGE:
        if "{" in path:
            owner.open(path.format(**theirs.ids), status=404)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("Access Keys", "keys"),
        ("API Keys", "keys"),
        ("Generate Access Key", "keys"),
        ("My Access Key", "keys"),
        ("Employees", "organization/members"),
        ("Technical Contacts", "organization/notices"),
        ("Notification URL", "organization/webhooks"),
        ("Service users", "organization/service-accounts"),
        ("API user", "organization/service-accounts"),
        ("Audit log", "organization/activity"),
        ("Offboarding", "organization/left-behind"),
    ],
)
def test_the_search_knows_the_words_of_other_systems(world: World, asked: str, place: str) -> None:
    admin = desk(world, world.make.organization())
    admin.open(f"search?q={asked}")
    assert f"/o/{admin.slug}/{place}" in admin.links()
