"""The registry as a file: planned, applied whole or not at all, and nothing to do a second time."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from grantway.cli.documents import Unreadable, documents_of
from grantway.core.audit import Actor, AuditQuery
from grantway.core.model import SECOND
from grantway.core.ports import Page
from grantway.features.audit import Act
from grantway.system import SystemClock
from tests.cli.conftest import Run, told
from tests.kit.world import World

FILE = """\
organization: northwind
apis:
  - identifier: https://deliveries.example.test
    name: Deliveries
    introspectors: [Night job]
    scopes:
      - value: deliveries:read
        text: See your deliveries
      - value: deliveries:sync
        text: Copy deliveries at night
        legs: 2-legged
        risk: high
applications:
  - name: Map
    type: public
    redirect_uris: [https://map.example.test/callback]
    scopes: [openid, deliveries:read]
    notification_addresses: [dev@northwind.example.test]
    settings:
      access_token_lifetime: 300
  - name: Night job
    type: backend
    scopes: [deliveries:sync]
    notification_addresses: [dev@northwind.example.test]
"""


@pytest.fixture
def file(tmp_path: Path, world: World) -> Path:
    """The declaration of an organization that is there and empty."""
    world.make.organization("Northwind", slug="northwind")
    path = tmp_path / "northwind.yaml"
    path.write_text(FILE)
    return path


def kinds(plan: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(step["action"], step["kind"], step["name"]) for step in plan["steps"]]


def planned(run: Run, file: Path, code: int = 3) -> dict[str, Any]:
    result = run("apply", "--plan", str(file), "--json")
    assert result.exit_code == code, result.output
    plan: dict[str, Any] = json.loads(result.stdout)[0]
    return plan


def test_a_file_is_planned_applied_and_then_there_is_nothing_to_do(
    run: Run, world: World, file: Path
) -> None:
    plan = planned(run, file)
    assert kinds(plan) == [
        ("create", "api", "https://deliveries.example.test"),
        ("create", "scope", "deliveries:read"),
        ("create", "scope", "deliveries:sync"),
        ("create", "application", "Map"),
        ("create", "application", "Night job"),
        ("change", "api", "https://deliveries.example.test"),
    ]
    assert planned(run, file)["steps"], "a plan changes nothing"
    applied = told(run("apply", "--apply", str(file), "--json"))[0]
    assert kinds(applied) == kinds(plan)
    assert "secret" not in json.dumps(applied)
    assert planned(run, file, code=0)["steps"] == []
    again = told(run("apply", "--apply", str(file), "--json"))[0]
    assert (again["steps"], again["unchanged"]) == ([], 5)
    listed = told(run("apps", "list", "--organization", "northwind", "--json"))
    assert sorted(one["name"] for one in listed) == ["Map", "Night job"]
    with world.store.read() as tx:
        acts = [act.action for act in tx.platform.audit(AuditQuery(limit=20))]
    assert acts.count("application.create") == 2
    assert acts.count("scope.create") == 2


def test_members_that_differ_are_shown_and_drift_with_who_it_was(run: Run, world: World, file: Path) -> None:
    told(run("apply", "--apply", str(file), "--json"))
    app = told(run("apps", "list", "--organization", "northwind", "--json"))
    client_id = next(one["client_id"] for one in app if one["name"] == "Map")
    with world.store.read() as tx:
        stored = tx.gate.application_by_client_id(client_id)
    assert stored is not None
    # Commands go by the real clock, so what somebody does after them is later than that.
    world.clock.advance((SystemClock().now() - world.clock.now()) / SECOND + 60)
    operator = world.product.operators.caller()
    api = world.product.features.api
    with world.store.begin() as tx:
        changed = api.applications.update(
            tx,
            operator,
            stored.organization_id,
            application_id=stored.id,
            changes={"access_token_lifetime": 900},
            version=stored.version,
        )
        members = {"access_token_lifetime": 300}, {"access_token_lifetime": 900}
        act = Act("application.update", changed.id, changed.organization_id, *members)
        api.audit.record(tx, Actor("user", 4711), act)
    file.write_text(FILE.replace("See your deliveries", "See deliveries"))
    plan = planned(run, file)
    assert kinds(plan) == [("change", "scope", "deliveries:read"), ("change", "application", "Map")]
    text, lifetime = (step["members"][0] for step in plan["steps"])
    assert (text["before"], text["after"]) == ("See your deliveries", "See deliveries")
    assert text["drifted_by"] is None
    assert (lifetime["before"], lifetime["after"]) == (900, 300)
    assert lifetime["drifted_by"]
    shown = run("apply", "--plan", str(file)).stdout
    assert "access_token_lifetime: 900 -> 300" in shown
    assert "drift: changed by" in shown


def test_every_problem_is_named_with_its_line_and_nothing_is_left_behind(
    run: Run, world: World, file: Path
) -> None:
    """V090, V092: the rules are those of the management API, judged on the whole record."""
    file.write_text(
        FILE.replace("legs: 2-legged", "legs: 4-legged")
        .replace("type: public", "type: public\n    colour: red")
        .replace("access_token_lifetime: 300", "access_token_lifetime: soon")
    )
    result = run("apply", "--apply", str(file))
    assert result.exit_code == 1
    assert "line 16: applications[0].colour: " in result.stderr
    assert "applications[0].settings.access_token_lifetime" in result.stderr
    assert "3 problems. Nothing was changed." in result.stderr
    file.write_text(FILE.replace("legs: 2-legged", "legs: 4-legged").replace("[deliveries:sync]", "[sync]"))
    result = run("apply", "--apply", str(file))
    assert result.exit_code == 1
    assert "line 11: apis[0].scopes[1].legs: " in result.stderr
    assert "applications[1].scopes[0]: " in result.stderr
    with world.store.read() as tx:
        assert all(one.builtin for one in tx.gate.catalogue().apis.values())
        assert [one.name for one in tx.platform.applications(Page()) if one.name == "Map"] == []


def test_what_is_not_named_stays_and_what_is_absent_goes(run: Run, world: World, file: Path) -> None:
    told(run("apply", "--apply", str(file), "--json"))
    file.write_text("organization: northwind\n")
    plan = planned(run, file, code=0)
    assert {(one["kind"], one["name"]) for one in plan["unmanaged"]} == {
        ("api", "https://deliveries.example.test"),
        ("application", "Map"),
        ("application", "Night job"),
    }
    file.write_text(
        "organization: northwind\n"
        "applications:\n"
        "  - {name: Map, state: absent}\n"
        "  - {name: Never was, state: absent}\n"
    )
    assert kinds(told(run("apply", "--apply", str(file), "--json"))[0]) == [("remove", "application", "Map")]
    assert planned(run, file, code=0)["steps"] == []
    with world.store.read() as tx:
        gone = next(one for one in tx.platform.applications(Page()) if one.name == "Map")
    assert gone.state == "deletion_scheduled"


def test_a_limit_is_set_and_lifted_again(run: Run, file: Path) -> None:
    told(run("apply", "--apply", str(file), "--json"))
    for written, before, after in (("90", None, 90), ("null", 90, None)):
        file.write_text(FILE.replace("access_token_lifetime: 300", f"minutes_per_day: {written}"))
        member = told(run("apply", "--apply", str(file), "--json"))[0]["steps"][0]["members"][0]
        assert (member["name"], member["before"], member["after"]) == ("minutes_per_day", before, after)
        assert planned(run, file, code=0)["steps"] == []


def test_secrets_go_to_a_file_of_ones_own_or_are_not_made(run: Run, file: Path, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    result = run("apply", "--apply", str(file), "--print-secrets", str(secrets))
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in secrets.read_text().splitlines()]
    assert [line["name"] for line in lines] == ["Night job"]
    assert lines[0]["client_secret"] not in result.output
    again = run("apply", "--apply", str(file), "--print-secrets", str(secrets))
    assert again.exit_code == 1
    assert len(secrets.read_text().splitlines()) == 1
    assert run("apply", "--plan", str(file), "--print-secrets", str(secrets)).exit_code == 2


def test_a_name_that_several_have_needs_a_client_id(run: Run, world: World, file: Path) -> None:
    with world.store.read() as tx:
        owner = next(one for one in tx.platform.organizations(Page()) if one.slug == "northwind")
    first = world.make.application(owner, "backend", name="Twin")
    world.make.application(owner, "backend", name="Twin")
    file.write_text("organization: northwind\napplications:\n  - {name: Twin, type: backend}\n")
    assert "E-PLAN-01" in run("apply", "--plan", str(file)).stderr
    text = f"organization: northwind\napplications:\n  - {{client_id: {first.client_id}, name: Single}}\n"
    file.write_text(text)
    assert kinds(planned(run, file)) == [("change", "application", "Twin")]
    file.write_text("organization: northwind\napplications:\n  - {client_id: nobodys, name: Single}\n")
    assert "line 3: applications[0].client_id: " in run("apply", "--plan", str(file)).stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"a: &x [1]\nb: *x\n", "Line 2: aliases are not taken"),
        (b"a: 1\na: 2\n", "Line 2: this key is there twice"),
        (b"1: a\n", "Line 1: a key is a text"),
        (b"a: !!python/object/apply:os.system [id]\n", "Line 1: only text"),
        (b"a: !!python/name:os.system\n", "Line 1: only text"),
        (b"a: 2026-01-01\n", "Line 1: only text"),
        (b"a: [\n", "well-formed"),
        (b"a: \xff\n", "well-formed"),
        (b"[" * 30 + b"]" * 30, "nested too deeply"),
        (b"- 1\n" * 210_000, "too many values"),
    ],
)
def test_a_file_is_plain_data_of_bounded_size(text: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        documents_of(text)


def test_usage_is_explained(run: Run, file: Path) -> None:
    assert run("apply").exit_code == 2
    assert run("apply", "--plan", str(file), "--apply", str(file)).exit_code == 2
    file.write_text("")
    assert "E-PLAN-02" in run("apply", "--plan", str(file)).stderr
    file.write_text("organization: nobodys\n")
    assert "line 1: organization: " in run("apply", "--plan", str(file)).stderr
