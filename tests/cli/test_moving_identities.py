"""What identifies an application that moves in: any client id but those that mean something else, and few hashes."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest

from grantway.core.identifiers import to_text
from tests.cli.conftest import Run, told
from tests.cli.moved import actions, bring
from tests.kit.world import World


def fixture_of(*fields: dict[str, Any]) -> str:
    whole = {"client_type": "confidential", "authorization_grant_type": "client-credentials"}
    return json.dumps(
        [{"model": "oauth2_provider.application", "pk": 1, "fields": {**whole, **one}} for one in fields],
        indent=1,
    )


@pytest.mark.parametrize(
    "client_id",
    ["Dialer @ Acme!", "a:b", "100%", "a+b", "x" * 255, "~", "../../etc", "studio", 'say "hi"', "<script>"],
)
def test_any_printable_ascii_is_a_client_id(run: Run, town: World, tmp_path: Path, client_id: str) -> None:
    """RFC 6749 appendix A.1; at the token endpoint form-encoded, as RFC 6749 §2.3.1 has it, or as it is."""
    file = tmp_path / "fixture.json"
    file.write_text(fixture_of({"client_id": client_id, "client_secret": "a-secret", "name": "Odd"}))
    bring(run, "django-oauth-toolkit", file, "--organization", "town")
    town.product.poll()
    spellings = [quote_plus(client_id)] if ":" in client_id else [quote_plus(client_id), client_id]
    for spelt in spellings:
        pair = base64.b64encode(f"{spelt}:a-secret".encode()).decode()
        result = town.client.simulate_post(
            "/oauth/revoke",
            body="token=x",
            headers={"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert result.status_code == 200, spelt
    form = urlencode({"client_id": client_id, "client_secret": "a-secret", "token": "x"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert town.client.simulate_post("/oauth/revoke", body=form, headers=headers).status_code == 200
    told(run("apps", "show", "--json", "--", client_id))


def test_client_ids_that_mean_something_else_are_refused(run: Run, town: World, tmp_path: Path) -> None:
    """RFC 9700 §4.15: a client whose id is a person's would be that person to whoever reads `sub`."""
    person = town.make.person()
    other = town.make.application(town.make.organization())
    named = [
        to_text(person.user.id),
        "GrantwayReference",
        other.client_id,
        "twice",
        "twice",
        "ünicode",
        "x" * 256,
    ]
    file = tmp_path / "fixture.json"
    file.write_text(fixture_of(*({"client_id": one, "client_secret": "s", "name": "Odd"} for one in named)))
    found = bring(run, "django-oauth-toolkit", file, "--organization", "town", code=1)
    assert [one["action"] for one in found["records"]] == ["refuse"] * 3 + ["create"] + ["refuse"] * 3
    assert found["records"][4]["refusals"][0]["line"] > found["records"][3]["line"]


def test_a_scope_of_this_servers_own_api_is_never_given_by_a_file(
    run: Run, town: World, tmp_path: Path
) -> None:
    """What a hostile tenant writes into the export that an operator imports."""
    file = tmp_path / "clients.json"
    client = {
        "client_id": "hostile",
        "client_secret": "a-secret",
        "grant_types": ["client_credentials"],
        "scope": "users:write platform applications:write ledger:read",
    }
    file.write_text(json.dumps([client]))
    (one,) = bring(run, "hydra", file, "--organization", "town")["records"]
    assert town.application_of("hostile").scopes == {"ledger:read"}
    assert "users:write" in "".join(one["notes"])


def test_at_most_four_hashes_and_no_dear_one(run: Run, town: World, tmp_path: Path) -> None:
    def hash_of(number: int, rounds: int = 1_000) -> str:
        value = hashlib.pbkdf2_hmac("sha256", str(number).encode(), b"0123456789abcdef", 1_000)
        return f"pbkdf2_sha256${rounds}$0123456789abcdef${base64.b64encode(value).decode()}"

    file = tmp_path / "nexus.json"
    records = [
        {"clientId": "four", "name": "Four", "secrets": [hash_of(number) for number in range(4)]},
        {"clientId": "five", "name": "Five", "secrets": [hash_of(number) for number in range(5)]},
        {"clientId": "dear", "name": "Dear", "secrets": [hash_of(1, 9_000_000)]},
    ]
    file.write_text(json.dumps(records))
    found = bring(run, "nexus211", file, "--organization", "town", code=1)
    assert actions(found) == {"four": "create", "five": "refuse", "dear": "refuse"}
    records[0]["secrets"] = [hash_of(9)]
    file.write_text(json.dumps(records[:1]))
    found = bring(run, "nexus211", file, "--organization", "town", code=1)
    assert actions(found) == {"four": "refuse"}, "those that are here count"
