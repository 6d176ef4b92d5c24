"""Access keys in the console: a person's own, and those of service accounts."""

from __future__ import annotations

from tests.console.desk import Desk, desk, id_of, put_in_role
from tests.kit.world import World

SHOWN_ONCE = "Copy the secret now. It is not shown again."


def _make(somebody: Desk, page: str, **typed: str) -> tuple[str, str]:
    somebody.open(f"{page}/new")
    said = somebody.send("/new", status=200, **typed)
    assert SHOWN_ONCE in said
    return somebody.once("Access key ID"), somebody.once("Access key secret")


def test_even_a_contact_makes_a_key_sees_its_secret_once_and_ends_it(world: World) -> None:
    here = world.make.organization()
    contact = desk(world, here, "contact")
    assert "You have no access key here yet." in contact.open("keys")
    key_id, secret = _make(contact, "keys", label="nightly report", expires_at="2026-12-01T10:00")
    assert secret.startswith("gwk_")
    listed = contact.open("keys")
    assert "nightly report" in listed
    assert secret not in contact.browser.page
    contact.open(f"keys/{key_id}/disable")
    assert "It was never used." in contact.text
    assert "The access key is disabled." in contact.send("/disable")
    assert "The access key is enabled." in contact.send("/enable")
    contact.open(f"keys/{key_id}/delete")
    assert "The access key is deleted." in contact.send("/delete")
    assert "You have no access key here yet." in contact.open("keys")


def test_a_key_that_cannot_be_made_says_why_and_keeps_what_was_written(world: World) -> None:
    somebody = desk(world, world.make.organization(), "developer")
    somebody.open("keys/new")
    said = somebody.send(
        "/keys/new", status=422, label="x", client_id="nobody", expires_at="2030-01-01T00:00"
    )
    assert "Expires: This number is outside of what is allowed." in said or "within 366 days" in said
    fields = somebody.form("/keys/new").fields
    assert (fields["label"], fields["client_id"]) == ("x", "nobody")


def test_the_key_of_somebody_else_is_not_there(world: World) -> None:
    here = world.make.organization()
    mara, admin = world.make.person(here), desk(world, here)
    key, _ = world.make.access_key(here, mara, label="of Mara")
    assert "of Mara" not in admin.open("keys")
    developer = desk(world, here, "developer")
    developer.open(f"keys/{id_of(key)}/delete", status=404)


def test_a_service_account_is_made_changed_given_a_key_and_deleted_by_its_name(world: World) -> None:
    here, vendor = world.make.organization(), world.make.organization()
    own = world.make.application(here, name="Orbit")
    foreign = world.make.application(vendor, name="Atlas")
    world.make.installation(foreign, here)
    admin = desk(world, here)
    assert "There is no service account yet." in admin.open("organization/service-accounts")
    page = admin.open("organization/service-accounts/new")
    assert "Orbit" in page
    assert "Atlas" in page
    said = admin.send("/new", name="Night shift", role="developer", applications=id_of(foreign))
    assert "The service account is made." in said
    assert admin.form("/save").ticked["applications"] == [id_of(foreign)]
    place = admin.browser.address.split("?")[0].split(f"/o/{here.slug}/")[1]
    assert "Saved." in admin.send("/save", name="Day shift", applications=id_of(own))
    key_id, _ = _make(admin, f"{place}/keys", label="worker")
    assert "worker" in admin.open(f"{place}/keys")
    admin.open(f"{place}/keys/{key_id}/disable")
    admin.send("/disable")
    assert "The access key is enabled." in admin.send("/enable")
    said = admin.open(f"{place}/disable")
    assert "Applications that act as Day shift and stop at once: 1." in said
    assert "Access keys that are refused: 1." in said
    admin.send("/disable")
    assert "Enabled." in admin.send("/enable")
    admin.open(f"{place}/delete")
    assert "There is a problem" in admin.send("/delete", status=422, typed="Night shift")
    assert "The service account is deleted." in admin.send("/delete", typed="Day shift")
    admin.open(place, status=404)


def test_a_developer_reads_service_accounts_and_changes_none(world: World) -> None:
    here = world.make.organization()
    account = world.make.service_account(here, world.make.application(here, name="Orbit"))
    world.make.access_key(here, account=account, label="worker")
    developer, place = desk(world, here), f"organization/service-accounts/{id_of(account)}"
    developer.open(place)
    put_in_role(world, here, developer.person, "developer")
    developer.send("/save", status=403, name="Mine")
    page = developer.open(place)
    assert "Orbit" in page
    assert "worker" not in page
    assert not developer.has_form("/save")
    developer.open(f"{place}/keys/new", status=403)
    developer.open(f"{place}/delete", status=403)
