"""A file says what differs at the mount of a dialect, member by member, and a second time there is nothing to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run, told
from tests.kit.world import World

FILE = """\
organization: northwind
applications:
  - name: Lakes
    type: confidential
    preset: deeplynx
    dialects: [deeplynx, standard]
    redirect_uris: [https://lakes.example.test/callback]
    notification_addresses: [dev@northwind.example.test]
    settings:
      access_token_lifetime: 600
      dialects:
        deeplynx: {pkce: null, code_lifetime: 30}
"""


def shown(run: Run) -> dict[str, Any]:
    listed = told(run("apps", "list", "--organization", "northwind", "--json"))
    found: dict[str, Any] = told(run("apps", "show", listed[0]["client_id"]))
    return found


def test_what_differs_at_a_mount_is_declared_and_shown(run: Run, world: World, tmp_path: Path) -> None:
    world.make.organization("Northwind", slug="northwind")
    file = tmp_path / "northwind.yaml"
    file.write_text(FILE)
    told(run("apply", "--apply", str(file), "--json"))
    settings = shown(run)
    there = settings["dialect_settings"]["deeplynx"]
    assert (settings["access_token_lifetime"], settings["pkce"]) == (600, "required")
    assert (there["code_lifetime"], there["token_format"], there.get("pkce")) == (30, "bare_jwt", None)
    again = told(run("apply", "--apply", str(file), "--json"))[0]
    assert (again["steps"], again["unchanged"]) == ([], 1)
    file.write_text(FILE.replace("code_lifetime: 30", "code_lifetime: 60"))
    plan = json.loads(run("apply", "--plan", str(file), "--json").stdout)[0]
    assert [member["name"] for step in plan["steps"] for member in step["members"]] == ["dialect_settings"]


def test_what_a_mount_cannot_have_is_named_by_its_path(run: Run, world: World, tmp_path: Path) -> None:
    world.make.organization("Northwind", slug="northwind")
    file = tmp_path / "northwind.yaml"
    file.write_text(FILE.replace("pkce: null", "pkce: 7").replace("code_lifetime: 30", "colour: red"))
    result = run("apply", "--apply", str(file))
    assert result.exit_code == 1
    assert "applications[0].settings.dialects.deeplynx.pkce: " in result.stderr
    assert "applications[0].settings.dialects.deeplynx.colour: " in result.stderr
    file.write_text(FILE.replace("code_lifetime: 30", "code_lifetime: 6000"))
    result = run("apply", "--apply", str(file))
    assert result.exit_code == 1
    assert "deeplynx.code_lifetime: " in result.stderr
