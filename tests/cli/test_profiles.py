"""What is told of people, and claims in ID tokens from the command line and from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grantway.core.audit import AuditQuery
from tests.cli.conftest import Run, told
from tests.kit.world import World


def test_a_profile_is_changed_at_the_machine_and_the_log_tells_only_its_members(
    world: World, run: Run
) -> None:
    mara = world.make.person(world.make.organization(), name="Mara Lindt")
    change = ("users", "change", mara.email)
    address = {"locality": "Munich", "country": "Germany"}
    said = ("--nickname", "Mari", "--preferred-username", "mara", "--birthdate", "1985")
    changed = told(run(*change, *said, "--address", json.dumps(address), "--json"))
    assert {name: value for name, value in changed["address"].items() if value} == address
    assert (changed["nickname"], changed["preferred_username"]) == ("Mari", "mara")
    more = told(run(*change, "--no-nickname", "--website", "https://mara.example", "--json"))
    assert (more["nickname"], more["address"]) == (None, changed["address"])
    assert told(run("users", "show", mara.email, "--json")) == more
    assert told(run("users", "show", more["id"], "--json")) == more
    assert told(run(*change, "--address", "null", "--json"))["address"] is None
    with world.store.read() as tx:
        entries = tx.platform.audit(AuditQuery(action="user.update"))
    assert [one.actor_kind for one in entries] == ["command_line"] * 3
    assert "nickname" in str(entries)
    assert "Munich" not in str(entries)


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        (("--shoe-size", "44"), 2, "No such option"),
        (("--email", "x@y.example"), 2, "No such option"),
        (("--nickname",), 2, "requires an argument"),
        (("--address", "Munich"), 1, "--address takes JSON"),
        (("--address", '{"planet": "Earth"}'), 1, "E-FIELD"),
        (("--name", ""), 1, "E-FIELD-01"),
        (("--website", "http://mara.example"), 1, "E-PROFILE-05"),
        (("--preferred-username", "Mara"), 1, "E-PROFILE-03"),
    ],
)
def test_what_cannot_be_told_is_refused(
    world: World, run: Run, said: tuple[str, ...], code: int, sentence: str
) -> None:
    mara = world.make.person(world.make.organization())
    before = told(run("users", "show", mara.email, "--json"))
    result = run("users", "change", mara.email, *said)
    assert (result.exit_code, sentence in result.stderr) == (code, True), result.stderr
    assert told(run("users", "show", mara.email, "--json")) == before


def test_nobody_has_the_address(run: Run) -> None:
    nobody = run("users", "show", "nobody@people.example.test")
    assert (nobody.exit_code, "grantway: " in nobody.stderr) == (1, True)


def test_claims_in_id_tokens_are_set_by_command_and_by_file(world: World, run: Run, tmp_path: Path) -> None:
    world.make.organization("Northwind", slug="northwind")
    registered = run(
        "apps",
        "create",
        *("--organization", "northwind", "--name", "Portal", "--type", "confidential"),
        *("--redirect-uri", "https://app.example/cb", "--scope", "openid", "--scope", "email"),
        *("--id-token-claim", "email", "--notify", "dev@northwind.example", "--json"),
    )
    assert told(registered)["id_token_claims"] == ["email"]
    file = tmp_path / "northwind.json"
    application = {
        "name": "Portal",
        "type": "confidential",
        "redirect_uris": ["https://app.example/cb"],
        "scopes": ["openid", "email", "profile"],
        "notification_addresses": ["dev@northwind.example"],
        "settings": {"id_token_claims": ["email", "name"]},
    }
    file.write_text(json.dumps({"organization": "northwind", "applications": [application]}))
    applied = run("apply", "--apply", str(file))
    assert applied.exit_code == 0, applied.output
    shown = told(run("apps", "show", told(registered)["client_id"]))
    assert shown["id_token_claims"] == ["email", "name"]
