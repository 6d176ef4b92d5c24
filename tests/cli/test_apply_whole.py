"""An organization with all that it has, as a file: made, planned exactly, and refused with every cause at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grantway.cli.apply import PENDING
from grantway.core.ports import Page
from grantway.features.declarations.planned_ids import PlannedEntropy, PlanToken
from tests.cli.conftest import Run, of_commands, told
from tests.kit.world import World

FILE = """\
organization:
  slug: northwind
  name: Northwind
  time_zone: Europe/Berlin
  gate: installed
apis:
  - identifier: https://deliveries.example.test
    name: Deliveries
    scopes:
      - {value: deliveries:read, text: See your deliveries}
      - {value: deliveries:write, text: Change deliveries, legs: 2-legged}
    routes:
      - {method: GET, pattern: /deliveries, scopes: [deliveries:read]}
      - {method: POST, pattern: /deliveries, scopes: [deliveries:read, deliveries:write]}
    limits:
      - per_minute: 600
      - {per_minute: 60, application: Night job, organization: northwind}
applications:
  - name: Night job
    type: backend
    scopes: [deliveries:write]
    notification_addresses: [dev@northwind.example.test]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "northwind.yaml"
    path.write_text(FILE)
    return path


def planned(run: Run, file: Path, code: int = PENDING) -> dict[str, Any]:
    result = run("apply", "--plan", str(file), "--json")
    assert result.exit_code == code, result.output
    plan: dict[str, Any] = json.loads(result.stdout)[0]
    return plan


def kinds(plan: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(step["action"], step["kind"], step["name"]) for step in plan["steps"]]


def changed(file: Path, *changes: tuple[str, str]) -> None:
    text = FILE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)


def test_all_of_an_organization_is_made_and_a_second_time_there_is_nothing_to_do(
    run: Run, world: World, file: Path
) -> None:
    assert world.issuer
    applied = told(run("apply", "--apply", str(file), "--json"))[0]
    assert kinds(applied) == [
        ("create", "organization", "northwind"),
        ("create", "api", "https://deliveries.example.test"),
        ("create", "scope", "deliveries:read"),
        ("create", "scope", "deliveries:write"),
        ("create", "route", "GET /deliveries"),
        ("create", "route", "POST /deliveries"),
        ("create", "application", "Night job"),
        ("create", "request_limit", "every application for every organization"),
        ("create", "request_limit", "Night job for northwind"),
    ]
    made = told(run("orgs", "show", "northwind"))
    assert (made["gate"], made["time_zone"]) == ("installed", "Europe/Berlin")
    routes = told(run("routes", "list", "--api", "https://deliveries.example.test", "--json"))
    assert sorted(one["method"] for one in routes) == ["GET", "POST"]
    assert planned(run, file, code=0)["steps"] == []
    assert told(run("apply", "--apply", str(file), "--json"))[0]["unchanged"] == 9
    with world.store.read() as tx:
        acts = [(one.action, one.actor_kind) for one in of_commands(tx)]
    assert {kind for _, kind in acts} == {"command_line"}
    assert {"organization.create", "route.create", "request_limit.create"} <= {action for action, _ in acts}


def test_every_kind_is_changed_and_removed(run: Run, file: Path) -> None:
    told(run("apply", "--apply", str(file), "--json"))
    changed(
        file,
        ("gate: installed", "gate: reviewed"),
        ("scopes: [deliveries:read]}", "scopes: [deliveries:write]}"),
        ("- per_minute: 600", "- per_minute: 300"),
    )
    plan = told(run("apply", "--apply", str(file), "--json"))[0]
    assert kinds(plan) == [
        ("change", "organization", "northwind"),
        ("change", "route", "GET /deliveries"),
        ("change", "request_limit", "every application for every organization"),
    ]
    changed(
        file,
        ("gate: installed", "gate: reviewed"),
        ("scopes: [deliveries:read]}", "state: absent}"),
        ("- per_minute: 600", "- state: absent"),
    )
    assert kinds(told(run("apply", "--apply", str(file), "--json"))[0]) == [
        ("remove", "route", "GET /deliveries"),
        ("remove", "request_limit", "every application for every organization"),
    ]
    assert planned(run, file, code=0)["steps"] == []
    file.write_text("organization: northwind\napis: [{identifier: https://deliveries.example.test}]\n")
    unmanaged = {(one["kind"], one["name"]) for one in planned(run, file, code=0)["unmanaged"]}
    assert {("route", "POST /deliveries"), ("application", "Night job")} < unmanaged
    assert any(kind == "request_limit" and name.endswith("for northwind") for kind, name in unmanaged)


def test_an_organization_is_removed_when_it_is_empty(run: Run, file: Path) -> None:
    file.write_text("organization: {slug: contoso, name: Contoso}\n")
    told(run("apply", "--apply", str(file), "--json"))
    file.write_text("organization: {slug: contoso, state: absent}\n")
    assert kinds(told(run("apply", "--apply", str(file), "--json"))[0]) == [
        ("remove", "organization", "contoso")
    ]
    assert planned(run, file, code=0)["unchanged"] == 1


def test_what_was_planned_is_what_is_done_with_the_same_ids(run: Run, world: World, file: Path) -> None:
    plan = planned(run, file)
    applied = told(run("apply", "--apply", str(file), "--as-planned", plan["as_planned"], "--json"))[0]
    assert applied["steps"] == plan["steps"]
    app = next(step for step in plan["steps"] if step["kind"] == "application")
    client_id = next(one["after"] for one in app["members"] if one["name"] == "client_id")
    assert told(run("apps", "show", client_id))["id"] == app["id"]
    org = next(step for step in plan["steps"] if step["kind"] == "organization")
    assert told(run("orgs", "show", "northwind"))["id"] == org["id"]
    again = run("apply", "--apply", str(file), "--as-planned", plan["as_planned"])
    assert (again.exit_code, "E-PLAN-03" in again.stderr) == (1, True)
    assert world.issuer


def test_another_world_or_another_file_is_told_and_nothing_is_done(
    run: Run, world: World, file: Path
) -> None:
    token = planned(run, file)["as_planned"]
    changed(file, ("per_minute: 600", "per_minute: 601"))
    other = run("apply", "--apply", str(file), "--as-planned", token)
    assert (other.exit_code, "E-PLAN-03" in other.stderr) == (1, True)
    file.write_text(FILE)
    world.make.organization("Northwind", slug="northwind")
    other = run("apply", "--apply", str(file), "--as-planned", token)
    assert (other.exit_code, "E-PLAN-03" in other.stderr) == (1, True)
    with world.store.read() as tx:
        assert [one.name for one in tx.platform.applications(Page()) if one.name == "Night job"] == []
    for wrong in ("0", "zz", "ab" * 31):
        assert run("apply", "--apply", str(file), "--as-planned", wrong).exit_code == 2
    assert run("apply", "--plan", str(file), "--as-planned", token).exit_code == 2


def test_secrets_are_not_drawn_from_the_seed_of_a_plan(run: Run, file: Path, tmp_path: Path) -> None:
    token = planned(run, file)["as_planned"]
    out = tmp_path / "secrets"
    done = run("apply", "--apply", str(file), "--as-planned", token, "--print-secrets", str(out))
    assert done.exit_code == 0, done.output
    secret = json.loads(out.read_text())["client_secret"]

    class Fixed:
        """A source that is known."""

        def token_bytes(self, count: int) -> bytes:
            return b"x" * count

        def new_id(self) -> int:
            return 1

    read = PlanToken.read(token)
    assert read is not None
    ours = PlannedEntropy(read.seed, Fixed())
    assert ours.token_bytes(32) == b"x" * 32, "whatever is long enough for a secret comes from the system"
    assert len(secret) > 40


def test_every_cause_is_told_at_once_and_no_consequence(run: Run, file: Path) -> None:
    """Wrong types, wrong values and what the registry refuses, of all kinds of records, in the order of lines."""
    changed(
        file,
        ("Europe/Berlin", "Europe/Nowhere"),
        ("legs: 2-legged", "legs: 4-legged"),
        ("method: GET", "method: LOOK"),
        ("per_minute: 600", "per_minute: soon"),
        ("organization: northwind}", "organization: nobodys}"),
        ("type: backend", "type: backend\n    colour: red\n    settings: {access_token_lifetime: 1}"),
    )
    result = run("apply", "--apply", str(file))
    assert result.exit_code == 1
    told_of = [line.split(": ")[1] for line in result.stderr.splitlines() if line.startswith("line ")]
    assert told_of == [
        "organization.time_zone",
        "apis[0].scopes[1].legs",
        "apis[0].routes[0].method",
        "apis[0].limits[0].per_minute",
        "apis[0].limits[1].organization",
        "applications[0].colour",
        "applications[0].settings.access_token_lifetime",
    ]
    lines = [
        int(line.split(":")[0].split()[1]) for line in result.stderr.splitlines() if line.startswith("line ")
    ]
    assert lines == sorted(lines)
    assert "7 problems. Nothing was changed." in result.stderr


def test_what_seems_to_follow_from_itself_is_refused_all_the_same(run: Run, world: World, file: Path) -> None:
    """An application that is called as the unknown scope that it asks for, or as a scope that failed."""
    for change in (
        ("scopes: [deliveries:write]\n", "scopes: ['Night job']\n"),
        ("See your deliveries", "''"),
    ):
        changed(file, change)
        refused = run("apply", "--apply", str(file))
        assert (refused.exit_code, "1 problem. Nothing was changed." in refused.stderr) == (1, True)
    with world.store.read() as tx:
        assert [one.slug for one in tx.platform.organizations(Page()) if one.slug == "northwind"] == []


def test_what_is_no_data_is_told_for_the_whole_file(run: Run, file: Path) -> None:
    file.write_text("organization: a\norganization: b\n1: c\napis: [2026-01-01]\n")
    stderr = run("apply", "--plan", str(file)).stderr
    for line in ("Line 2: this key is there twice", "Line 3: a key is a text", "Line 4: only text"):
        assert line in stderr


def test_a_file_never_answers_for_an_application(run: Run, file: Path) -> None:
    """Nobody is spared a question by a file."""
    changed(file, ("type: backend", "type: backend\n    vouchers: [{scopes: [openid]}]\n    members: allow"))
    stderr = run("apply", "--plan", str(file)).stderr
    assert "applications[0].vouchers: " in stderr
    assert "applications[0].members: " in stderr
    file.write_text(f"vouchers: []\n{FILE}")
    assert "line 1: vouchers: " in run("apply", "--plan", str(file)).stderr


def test_exit_codes_tell_changes_from_refusals_and_wrong_usage(run: Run, file: Path) -> None:
    assert run("apply", "--plan", str(file)).exit_code == 3
    assert run("apply").exit_code == 2
    changed(file, ("name: Northwind", "name: ' '"))
    assert run("apply", "--plan", str(file)).exit_code == 1
    file.write_text("organization: platform\n")
    assert run("apply", "--plan", str(file)).exit_code == 0
