"""A file says how strict an application's scopes are, and what an API gives and lists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Run, told
from tests.kit.world import World

FILE = """\
organization: platform
apis:
  - identifier: https://tools.example.test/mcp
    name: Tools
    lists_scopes: true
    tokens_without_scope: true
    scopes:
      - {value: "tools:call", text: Call the tools}
applications:
  - name: Orbit
    type: confidential
    redirect_uris: [https://orbit.example.test/callback]
    notification_addresses: [dev@orbit.example.test]
    scopes: [openid, "tools:call"]
    settings:
      strict_scopes: true
"""


def test_the_policies_of_scopes_are_declared_and_a_second_time_nothing_is_due(
    run: Run, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "platform.yaml"
    file.write_text(FILE)
    told(run("apply", "--apply", str(file), "--json"))
    with world.store.read() as tx:
        api = next(
            one
            for one in tx.gate.catalogue().apis.values()
            if one.identifier == "https://tools.example.test/mcp"
        )
    assert (api.policy.lists_scopes, api.policy.tokens_without_scope) == (True, True)
    listed = told(run("apps", "list", "--organization", "platform", "--json"))
    orbit = next(one for one in listed if one["name"] == "Orbit")
    assert told(run("apps", "show", orbit["client_id"]))["strict_scopes"] is True
    again = told(run("apply", "--apply", str(file), "--json"))[0]
    assert again["steps"] == []
    file.write_text(FILE.replace("strict_scopes: true", "strict_scopes: maybe"))
    refused = run("apply", "--apply", str(file))
    assert refused.exit_code != 0
    assert "settings.strict_scopes" in refused.stderr


def test_translations_are_shown_in_a_plan(run: Run, world: World, tmp_path: Path) -> None:
    """What a record keeps as more than a text is written out, when it is new and when it changes."""
    translated = FILE.replace("text: Call the tools", "text: Call, translations: [{locale: de, text: Rufen}]")
    file = tmp_path / "platform.yaml"
    shown = []
    for text in (translated, translated.replace("Rufen", "Benutzen")):
        file.write_text(text)
        planned = run("apply", "--plan", str(file))
        assert planned.exit_code == 3, planned.stderr
        shown += re.findall("translations: (.*)", planned.stdout)
        told(run("apply", "--apply", str(file), "--json"))
    former, new = (f'[{{"locale": "de", "text": "{one}", "detail": ""}}]' for one in ("Rufen", "Benutzen"))
    assert shown == [former, f"{former} -> {new}"]
