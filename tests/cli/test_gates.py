"""Gates, the platform's policy and people's consents from the machine itself: through the features, and told."""

from __future__ import annotations

import json

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from tests.cli.conftest import Run, told
from tests.kit.world import World


def lines(world: World, action: str) -> list[tuple[str, str | None, str | None]]:
    with world.store.read() as tx:
        found = tx.platform.audit(AuditQuery(action=action))
    return [(line.actor_kind, line.before, line.after) for line in found]


def test_the_gate_of_an_organization_is_shown_found_and_set(run: Run, world: World) -> None:
    northwind = world.make.organization("Northwind")
    assert [one["slug"] for one in told(run("orgs", "list", "--gate", "any", "--json"))] == [northwind.slug]
    assert told(run("orgs", "gate", northwind.slug, "installed", "--json"))["gate"] == "installed"
    assert told(run("orgs", "show", northwind.slug))["gate"] == "installed"
    assert told(run("orgs", "list", "--gate", "any", "--json")) == []
    ((kind, was, became),) = lines(world, "organization.update")
    assert (kind, json.loads(was or "")["gate"], json.loads(became or "")["gate"]) == (
        "command_line",
        "any",
        "installed",
    )
    made = told(run("orgs", "create", "--name", "Open", "--gate", "any", "--json"))
    assert made["gate"] == "any"
    assert told(run("orgs", "create", "--name", "Usual", "--json"))["gate"] == "reviewed"
    findings = {one["check"]: one for one in told_findings(run)}
    assert findings["gates"]["found"].startswith("1 let in anything")


def told_findings(run: Run) -> list[dict[str, str]]:
    """What `doctor` prints, whether or not all is well."""
    return list(json.loads(run("doctor", "--json").stdout))


def test_the_policy_is_shown_and_changed_within_reason(run: Run, world: World) -> None:
    before = told(run("policy", "show"))
    assert (before["least_gate"], before["default_gate"], before["open_mounts"]) == ("any", "reviewed", [])
    after = told(run("policy", "change", "--least-gate", "reviewed", "--open-mount", "nexus211"))
    changed = {"least_gate": "reviewed", "open_mounts": ["nexus211"], "version": before["version"] + 1}
    assert after == before | changed
    assert told(run("policy", "change", "--no-open-mounts"))["open_mounts"] == []
    assert before["password_ends_offline"] is True
    kept = told(run("policy", "change", "--no-password-ends-offline"))
    assert kept["password_ends_offline"] is False
    assert kept["least_gate"] == "reviewed"
    refused = run("policy", "change", "--open-mount", "standard")
    assert (refused.exit_code, "open_mounts[0]" in refused.stderr) == (1, True)
    loose = run("orgs", "create", "--name", "Open", "--gate", "any")
    assert (loose.exit_code, "gate: " in loose.stderr) == (1, True)
    assert {kind for kind, *_ in lines(world, "policy.update")} == {"command_line"}


def test_a_consent_is_listed_and_withdrawn(run: Run, world: World) -> None:
    make = world.make
    vendor, northwind = make.organization("Vireo"), make.organization("Northwind")
    application = make.application(vendor, name="Trips", audience_effective="any_organization")
    person, secret = make.person(northwind, email="mara@northwind.example"), make.secret(application)
    tokens = world.authorize(application, person, secret=secret, scope="openid")
    place = ("--organization", northwind.slug)
    (one,) = told(run("consents", "list", *place, "--json"))
    told_of = (one["user"]["email"], one["application"]["name"], one["application"]["organization_name"])
    assert told_of == ("mara@northwind.example", "Trips", "Vireo")
    done = run("consents", "withdraw", *place, one["id"], "--yes")
    assert done.exit_code == 0, done.output
    world.product.poll()
    assert world.bearer(tokens.access_token).status_code == 401
    assert told(run("consents", "list", *place, "--json")) == []
    again = run("consents", "withdraw", *place, one["id"], "--yes")
    assert (again.exit_code, "E-RECORD-02" in again.stderr) == (1, True)
    assert run("consents", "withdraw", *place, "%", "--yes").exit_code == 1
    ((kind, before, _),) = lines(world, "consent.withdraw")
    assert (kind, to_text(person.id) in (before or ""), "Trips" in (before or "")) == (
        "command_line",
        True,
        True,
    )
