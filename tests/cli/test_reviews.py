"""Reviews from the machine itself: what waits is listed, and decided as it was read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.model import Application
from tests.cli.conftest import Run, told
from tests.kit.world import World


@pytest.fixture
def application(world: World) -> Application:
    """An application that was approved."""
    owner = world.make.organization("Northwind", slug="northwind")
    return world.make.application(
        owner,
        name="Map",
        scopes=("openid",),
        publication="approved",
        audience_requested="any_organization",
        audience_effective="any_organization",
    )


def stored(world: World, application: Application) -> Application:
    with world.store.read() as tx:
        found = tx.gate.application_by_client_id(application.client_id)
    assert found is not None
    return found


def waits(run: Run, client_id: str) -> dict[str, Any]:
    listed = told(run("apps", "pending", "--json"))
    return next((one for one in listed if one["client_id"] == client_id), {})


def members(one: dict[str, Any]) -> dict[str, Any]:
    """What waits of an application, by its name."""
    waiting = one["pending"]["members"] if one and one["pending"] else ()
    return {member["name"]: (member["before"], member["after"]) for member in waiting}


def test_what_waits_is_listed_and_decided_as_it_was_read(
    run: Run, world: World, application: Application
) -> None:
    client_id = application.client_id
    assert waits(run, client_id) == {}
    world.make.pending(application, scopes=("email", "openid"))
    shown = waits(run, client_id)
    assert members(shown) == {"scopes": (["openid"], ["email", "openid"])}
    assert "scopes" in run("apps", "pending").stdout
    late = run("apps", "approve", client_id, "--version", str(shown["version"] + 1))
    assert (late.exit_code, "E-RECORD-03" in late.stderr) == (1, True)
    assert run("apps", "approve", client_id).exit_code == 2
    after = told(run("apps", "approve", client_id, "--version", str(shown["version"]), "--json"))
    assert after["pending"] is None
    assert stored(world, application).scopes == {"openid", "email"}
    with world.store.read() as tx:
        acts = {(act.action, act.actor_kind) for act in tx.platform.audit(AuditQuery(limit=50))}
    assert ("application.approve_pending", "command_line") in acts
    again = run("apps", "approve", client_id, "--version", str(after["version"]))
    assert "E-REVIEW-01" in again.stderr


def test_a_change_is_rejected_with_reasons_or_withdrawn(
    run: Run, world: World, application: Application
) -> None:
    world.make.pending(application, name="Your Bank")
    version = str(application.version)
    silent = run("apps", "reject", application.client_id, "--version", version)
    assert (silent.exit_code, "reasons: " in silent.stderr) == (1, True)
    reject = ("apps", "reject", application.client_id, "--version", version, "--reason", "other")
    after = told(run(*reject, "--text", "You are no bank.", "--json"))
    assert (after["publication"], after["name"], after["pending"]) == ("approved", "Map", None)
    world.make.pending(application, name="Map Two")
    after = told(run("apps", "withdraw-pending", application.client_id, "--json"))
    assert (after["name"], after["pending"]) == ("Map", None)


def test_a_submission_is_decided_by_the_same_command(run: Run, world: World) -> None:
    owner = world.make.organization()
    for verb, publication in (("approve", "approved"), ("reject", "rejected")):
        made = world.make.application(owner, publication="submitted")
        shown = waits(run, made.client_id)
        assert (shown["publication"], shown["pending"]) == ("submitted", None)
        reasons = ("--reason", "insecure") if verb == "reject" else ()
        after = told(run("apps", verb, made.client_id, "--version", "1", *reasons, "--json"))
        assert after["publication"] == publication


def test_a_plan_says_what_will_wait_and_a_second_run_changes_nothing(
    run: Run, world: World, application: Application, tmp_path: Path
) -> None:
    file = tmp_path / "northwind.yaml"
    declared = {
        "client_id": application.client_id,
        "scopes": ["openid", "email"],
        "description": "Shows deliveries",
        "settings": {"access_token_lifetime": 300},
    }
    file.write_text(json.dumps({"organization": "northwind", "applications": [declared]}))
    plan = run("apply", "--plan", str(file), "--json")
    planned = {one["name"]: one["waits"] for one in json.loads(plan.stdout)[0]["steps"][0]["members"]}
    assert planned == {"scopes": True, "description": True, "access_token_lifetime": False}
    shown = run("apply", "--plan", str(file)).stdout
    assert 'description: "" -> "Shows deliveries"  (waits for a review)' in shown
    assert waits(run, application.client_id) == {}
    told(run("apply", "--apply", str(file), "--json"))
    assert members(waits(run, application.client_id)).keys() == {"description", "scopes"}
    assert stored(world, application).scopes == {"openid"}
    again = run("apply", "--plan", str(file), "--json")
    assert (again.exit_code, json.loads(again.stdout)[0]["steps"]) == (0, [])
    told(run("apply", "--apply", str(file), "--json"))
    version = waits(run, application.client_id)["version"]
    told(run("apps", "approve", application.client_id, "--version", str(version), "--json"))
    assert stored(world, application).scopes == {"openid", "email"}
    assert run("apply", "--plan", str(file), "--json").exit_code == 0
    # Going back to what is narrower acts, and asks nobody.
    file.write_text(file.read_text().replace('["openid", "email"]', '["openid"]'))
    told(run("apply", "--apply", str(file), "--json"))
    assert stored(world, application).scopes == {"openid"}


def test_a_file_that_replaces_every_redirect_is_refused_with_its_line(
    run: Run, world: World, application: Application, tmp_path: Path
) -> None:
    file = tmp_path / "northwind.yaml"
    file.write_text(
        "organization: northwind\napplications:\n"
        f"  - client_id: {application.client_id}\n    redirect_uris: [https://new.example.test/callback]\n"
    )
    refused = run("apply", "--plan", str(file))
    assert refused.exit_code == 1
    assert "line 4: applications[0].redirect_uris: " in refused.stderr
    assert "E-REVIEW-02" in refused.stderr
    assert stored(world, application) == application
