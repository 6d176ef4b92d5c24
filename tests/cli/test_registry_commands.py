"""The registry from the machine itself: through the features, and told in the log."""

from __future__ import annotations

import json
from typing import Any

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.ports import Page
from tests.cli.conftest import Run, told
from tests.kit.world import World


def acts(world: World) -> list[tuple[str, str]]:
    with world.store.read() as tx:
        return [(act.action, act.actor_kind) for act in tx.platform.audit(AuditQuery(limit=50))]


def test_an_organization_is_made_found_and_shown(run: Run, world: World) -> None:
    made = told(run("orgs", "create", "--name", "Northwind", "--time-zone", "Europe/Berlin", "--json"))
    listed = told(run("orgs", "list", "--name", "north", "--json"))
    assert listed == [made]
    assert told(run("orgs", "show", made["slug"])) == told(run("orgs", "show", made["id"])) == made
    assert told(run("orgs", "list", "--name", "north", "--state", "disabled", "--json")) == []
    assert ("organization.create", "command_line") in acts(world)
    wrong = run("orgs", "create", "--name", "Northwind", "--slug", "Not A Slug")
    assert (wrong.exit_code, "slug: " in wrong.stderr) == (1, True)
    assert run("orgs", "show", "nobodys").exit_code == 1


def test_an_application_goes_through_its_life(run: Run, world: World) -> None:
    owner = world.make.organization("Northwind")
    made = world.make.application(owner, "backend", name="Night job", scopes=("applications:read",))
    client_id = made.client_id
    for verb, state in (
        ("disable", "disabled"),
        ("enable", "enabled"),
        ("archive", "enabled"),
        ("unarchive", "enabled"),
        ("delete", "deletion_scheduled"),
        ("enable", "enabled"),
    ):
        assert told(run("apps", verb, client_id, "--json"))["state"] == state, verb
        assert (f"application.{verb}", "command_line") in acts(world)
    issued = told(run("apps", "secret", client_id, "--label", "spare", "--json"))
    with world.store.read() as tx:
        stored = tx.gate.application_by_client_id(client_id)
    assert stored is not None
    world.product.poll()
    assert world.machine_token(stored, issued["client_secret"])
    run("apps", "delete", client_id)
    locked = run("apps", "disable", client_id)
    assert locked.exit_code == 1
    assert "E-RECORD-" in locked.stderr
    assert run("apps", "disable", "nobodys").exit_code == 1


def test_operators_suspend_and_lift_at_the_machine(run: Run, world: World) -> None:
    owner = world.make.organization("Northwind")
    made = world.make.application(owner, "backend", scopes=("applications:read",))
    secret = world.make.secret(made)
    for group, name in (("apps", made.client_id), ("orgs", owner.slug)):
        kind = "application" if group == "apps" else "organization"
        held = told(run(group, "suspend", name, "--reason", "Reported.", "--json"))
        assert (held["state"], held["suspension_reason"]) == ("enabled", "Reported.")
        assert held["suspended_at"]
        world.product.poll()
        assert world.token(made, secret, grant_type="client_credentials").status_code == 401
        assert "suspended" in run(group, "suspend", name, "--reason", "Another.").output
        assert told(run(group, "lift", name, "--json"))["suspended_at"] is None
        world.product.poll()
        assert world.machine_token(made, secret)
        assert {(f"{kind}.suspend", "command_line"), (f"{kind}.lift", "command_line")} <= set(acts(world))
        refused = run(group, "suspend", name, "--reason", " ")
        assert (refused.exit_code, "reason: " in refused.stderr) == (1, True)
    assert run("orgs", "suspend", "platform", "--reason", "No.").exit_code == 1
    assert run("apps", "lift", "nobodys").exit_code == 1


def test_an_installation_is_listed_and_revoked_with_its_tokens(run: Run, world: World) -> None:
    make = world.make
    vendor, customer = make.organization("Vireo"), make.organization("Northwind")
    installed = make.application(vendor, "backend", name="Ship", scopes=("openid",))
    installation = make.installation(installed, customer)
    where = ("--organization", customer.slug)
    row = told(run("installations", "list", *where, "--json"))[0]
    assert (row["id"], row["state"], row["application"]["owner"]) == (
        to_text(installation.id),
        "active",
        "Vireo",
    )
    asked = run("installations", "revoke", *where, row["id"], typed="n\n")
    assert asked.exit_code == 1
    assert told(run("installations", "revoke", *where, row["id"], "--yes", "--json"))["state"] == "revoked"
    assert told(run("installations", "list", *where, "--state", "active", "--json")) == []
    again = run("installations", "revoke", *where, row["id"], "--yes")
    assert "E-INSTALL-03" in again.stderr
    assert run("installations", "revoke", "--organization", vendor.slug, row["id"], "--yes").exit_code == 1
    assert ("installation.end", "command_line") in acts(world)


def test_what_is_due_is_purged_and_nothing_else(run: Run, world: World) -> None:
    owner = world.make.organization("Northwind")
    due = world.make.application(owner, state="deletion_scheduled", purge_at=world.clock.now(), name="Due")
    world.make.application(owner, name="Stays")
    found = {one["check"]: one for one in told_even_if_ill(run)}
    assert (found["purge"]["ok"], found["purge"]["found"]) == (False, "1 due")
    assert told(run("purge", "--json")) == {"purged": 1}
    assert told(run("purge", "--json")) == {"purged": 0}
    with world.store.read() as tx:
        names = [one.name for one in tx.organization(due.organization_id).applications(Page())]
    assert names == ["Stays"]


def test_the_doctor_finds_a_server_well_and_says_what_is_missing(run: Run, world: World) -> None:
    found = {one["check"]: one for one in told_even_if_ill(run)}
    ill = {name for name, one in found.items() if not one["ok"]}
    assert ill == {"operators"}
    assert "create-operator" in str(found["operators"]["advice"])
    person = world.make.person(world.make.platform, role="owner")
    assert person.id
    assert run("doctor").exit_code == 0
    nowhere = run("doctor", GRANTWAY_DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert nowhere.exit_code == 1
    assert "GRANTWAY_DATABASE_URL" in nowhere.stdout
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    sealed = run("doctor", GRANTWAY_ROOT_KEYS=other)
    assert sealed.exit_code == 1
    assert "GRANTWAY_ROOT_KEYS" in sealed.stdout


def test_the_doctor_counts_whom_an_unmounted_dialect_leaves_without_an_address(
    run: Run, world: World
) -> None:
    """Those who speak something that is served have a way; what is disabled or archived asks nothing."""
    organization = world.make.organization()
    for changes in ({}, {"state": "disabled"}, {"dialects": frozenset({"nexus211", "standard"})}):
        world.make.application(organization, dialect="nexus211", **changes)

    def mounts(**settings: str) -> dict[str, object]:
        found: list[dict[str, object]] = json.loads(run("doctor", "--json", **settings).stdout)
        return next(one for one in found if one["check"] == "mounts")

    assert mounts()["ok"] is True
    without = mounts(GRANTWAY_MOUNTS="lynx=deeplynx@/d/lynx")
    assert (without["ok"], without["found"]) == (False, "applications without one: 1 of nexus211")
    assert "GRANTWAY_MOUNTS" in str(without["advice"])


def told_even_if_ill(run: Run) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("doctor", "--json").stdout)
    return found


def test_somebody_is_invited_listed_and_not_invited_any_more(run: Run, world: World) -> None:
    organization = world.make.organization("Northwind")
    member, person = world.make.person(organization), world.make.person()
    made = told(
        run("members", "invite", organization.slug, "--email", person.email, "--role", "admin", "--json")
    )
    assert (made["email"], made["role"], made["state"]) == (person.email, "admin", "invited")
    listed = told(run("members", "list", organization.slug, "--json"))
    assert [one["email"] for one in listed] == [member.email, person.email]
    assert told(run("members", "list", organization.slug, "--state", "invited", "--json")) == [made]
    assert told(run("members", "list", organization.slug, "--state", "expired", "--json")) == []
    again = run("members", "invite", organization.slug, "--email", person.email, "--role", "admin")
    assert (again.exit_code, "E-INVITE-02" in again.stderr) == (1, True)
    assert run("members", "revoke", organization.slug, "3xKnown9").exit_code == 1
    assert run("members", "revoke", organization.slug, "no id").exit_code == 1
    assert run("members", "revoke", organization.slug, made["id"]).exit_code == 0
    assert told(run("members", "list", organization.slug, "--state", "invited", "--json")) == []
    for action in ("invitation.create", "invitation.revoke"):
        assert (action, "command_line") in acts(world)


def test_vouchers_are_given_listed_shown_and_taken_back(run: Run, world: World) -> None:
    make = world.make
    owner = make.organization("Northwind")
    app = make.application(owner, name="Board", settings={"consent": "platform"})
    (lack,) = told(run("vouch", "pending", "--json"))
    assert (lack["client_id"], problems(lack)) == (app.client_id, [(None, "missing")])
    assert run("vouch", "give", app.client_id, typed="n\n").exit_code == 1
    given = told(run("vouch", "give", app.client_id, "--scope", "openid", "--yes", "--json"))
    assert (given["scopes"], given["organization_id"]) == (["openid"], None)
    (lack,) = told(run("vouch", "pending", "--json"))
    assert problems(lack) == [(None, "outgrown")]
    given = told(run("vouch", "give", app.client_id, "--yes", "--json"))
    assert told(run("vouch", "pending", "--json")) == []
    of_the_release = [one["id"] for one in told(run("vouch", "list", "--json")) if one["id"] != given["id"]]
    assert len(of_the_release) == 1
    assert len(told(run("vouch", "list", "--application", app.client_id, "--revoked", "--json"))) == 2
    assert told(run("vouch", "show", given["id"]))["client_id"] == app.client_id
    own = told(run("vouch", "give", "--organization", owner.slug, app.client_id, "--yes", "--json"))
    assert own["organization_id"] == to_text(owner.id)
    assert told(run("vouch", "revoke", given["id"], "--yes", "--json"))["id"] == given["id"]
    assert [one["id"] for one in told(run("vouch", "list", "--json"))] == of_the_release
    again = run("vouch", "revoke", given["id"], "--yes")
    assert (again.exit_code, again.stdout) == (1, "")
    assert acts(world).count(("voucher.give", "command_line")) == 3
    assert acts(world).count(("voucher.revoke", "command_line")) == 1


def problems(lack: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(one["organization_id"], one["problem"]) for one in lack["lacks"]]
