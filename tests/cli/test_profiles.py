"""`grantway profiles`, and claims in ID tokens from the command line and from a file."""

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
    said = ("nickname=Mari", "preferred_username=mara", "address.locality=Munich", "birthdate=1985")
    changed = told(run("profiles", "set", mara.email, *said, "--json"))
    assert changed["address"] == {"formatted": "Munich", "locality": "Munich"}
    assert (changed["nickname"], changed["preferred_username"]) == ("Mari", "mara")
    more = told(run("profiles", "set", mara.email, "address.country=Germany", "nickname=", "--json"))
    assert more["address"]["formatted"] == "Munich\nGermany"
    assert "nickname" not in more
    assert told(run("profiles", "show", mara.email, "--json")) == more
    assert "Munich, Germany" in run("profiles", "show", mara.email).stdout
    with world.store.read() as tx:
        entries = [one for one in tx.platform.audit(AuditQuery(limit=20)) if "profile" in one.action]
    assert "nickname" in str(entries)
    assert "Munich" not in str(entries)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("shoe_size=44", "Write NAME=VALUE"),
        ("nickname", "Write NAME=VALUE"),
        ("address=Munich", "Write NAME=VALUE"),
        ("address.planet=Earth", "Write NAME=VALUE"),
        ("state=disabled", "Write NAME=VALUE"),
        ("email=x@y.example", "Write NAME=VALUE"),
        ("name=", "E-FIELD-01"),
        ("website=http://mara.example", "E-PROFILE-05"),
        ("preferred_username=Mara", "E-PROFILE-03"),
    ],
)
def test_what_cannot_be_told_is_refused(world: World, run: Run, said: str, sentence: str) -> None:
    mara = world.make.person(world.make.organization())
    result = run("profiles", "set", mara.email, said)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert told(run("profiles", "show", mara.email, "--json"))["name"] == mara.user.name


def test_nobody_has_the_address(run: Run) -> None:
    assert "Nobody has this address" in run("profiles", "show", "nobody@people.example.test").stderr


def test_claims_in_id_tokens_are_set_by_command_and_by_file(world: World, run: Run, tmp_path: Path) -> None:
    world.make.organization("Northwind", slug="northwind")
    registered = run(
        "apps",
        "create",
        *("--organization", "northwind", "--name", "Portal", "--type", "confidential"),
        *("--redirect-uri", "https://app.example/cb", "--scope", "openid", "--scope", "email"),
        *("--id-token-claim", "email", "--notify", "dev@northwind.example", "--json"),
    )
    assert told(registered)["settings"]["id_token_claims"] == ["email"]
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
    assert shown["settings"]["id_token_claims"] == ["email", "name"]
