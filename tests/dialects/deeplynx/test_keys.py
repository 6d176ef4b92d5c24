"""API keys of DeepLynx Nexus at its own mount: a key becomes a token, and all tokens end."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core import errors
from grantway.core.access_keys import AccessKey
from grantway.core.errors import OAuthError, all_reasons
from grantway.core.identifiers import to_text
from grantway.core.model import Organization
from grantway.edges.dialects.deeplynx import DIALECT, PRESET
from tests.dialects.deeplynx.guide import PROJECTS, Guide, claims_of
from tests.dialects.wire import Wired

TOKENS = "/d/deeplynx/api/v1/oauth/tokens"
REVOKE = TOKENS + "/revoke"


@pytest.fixture
def place(guide: Guide) -> Organization:
    """The organization of the guide's reader, which took the application that keys alone are used as."""
    with guide.world.store.read() as tx:
        (found,) = tx.gate.places(guide.person.id)
    guide.world.make.application(
        found.organization,
        "backend",
        dialect="deeplynx",
        scopes=("projects:read",),
        default_name="access-keys",
        name="access-keys",
    )
    return found.organization


@pytest.fixture
def key(guide: Guide, place: Organization) -> tuple[AccessKey, str]:
    return guide.world.make.access_key(place, guide.person)


def asked(guide: Guide, key: tuple[AccessKey, str], **changes: Any) -> Any:
    body = {"apiKey": to_text(key[0].id), "apiSecret": key[1], **changes}
    return guide.world.client.simulate_post(TOKENS, json=body)


def calls(guide: Guide, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return guide.world.client.simulate_get(PROJECTS, headers=headers).status_code


@pytest.mark.parametrize(("minutes", "seconds"), [(None, 3_600), (5, 300), (10_081, 604_800)])
def test_a_key_becomes_a_token(
    guide: Guide, key: tuple[AccessKey, str], minutes: int | None, seconds: int
) -> None:
    """D57, D58, D68, D78: a bare string, an hour unless asked otherwise; it dies with the key."""
    answer = asked(guide, key, **({} if minutes is None else {"expirationMinutes": minutes}))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json
    assert isinstance(token, str)
    claims = claims_of(token)
    assert (claims["sub"], claims["exp"] - claims["iat"]) == ("mara@northwind.example", seconds)
    assert calls(guide, token) == 200
    with guide.world.store.begin() as tx:
        assert tx.organization(key[0].organization_id).delete_access_key(key[0].id, version=1)
    guide.world.product.poll()
    assert calls(guide, token) == 401


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"apiSecret": "guessed"}, 401, "Invalid API credentials"),
        ({"apiKey": "3xKnown9"}, 401, "Invalid API credentials"),
        ({"apiKey": ""}, 400, None),
        ({"apiSecret": 7}, 400, None),
        ({"expirationMinutes": 0}, 400, None),
        ({"expirationMinutes": "60"}, 400, None),
        ({"expirationMinutes": True}, 400, None),
    ],
)
def test_refusals_of_a_key(
    guide: Guide, key: tuple[AccessKey, str], changes: dict[str, Any], status: int, message: str | None
) -> None:
    """D69: `{"message"}`; no id of a key can be found out."""
    refused = asked(guide, key, **changes)
    assert (refused.status_code, list(refused.json)) == (status, ["message"])
    assert message in {None, refused.json["message"]}


def test_without_that_application_no_key_is_enough(guide: Guide) -> None:
    """D68, D69: off until the organization takes it; 400 as for what is archived."""
    with guide.world.store.read() as tx:
        (found,) = tx.gate.places(guide.person.id)
    made = guide.world.make.access_key(found.organization, guide.person)
    assert asked(guide, made).status_code == 400
    assert [one.name for one in PRESET.default_applications] == ["access-keys"]


def test_all_tokens_of_the_caller_end(guide: Guide, key: tuple[AccessKey, str]) -> None:
    """D72: those that this application has of this person; another application's go on."""
    other = asked(guide, key).json
    tokens = [guide.token() for _ in range(2)]
    headers = {"Authorization": f"Bearer {tokens[0]}"}
    answer = guide.world.client.simulate_delete(REVOKE, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json == {"message": "Successfully revoked 2 token(s)", "revokedCount": 2}
    guide.world.product.poll()
    assert [calls(guide, one) for one in (*tokens, other)] == [401, 401, 200]
    alone = guide.world.client.simulate_delete(REVOKE, headers={"Authorization": f"Bearer {other}"})
    assert alone.json["revokedCount"] == 1
    guide.world.product.poll()
    assert calls(guide, other) == 401
    assert guide.world.client.simulate_delete(REVOKE, headers=headers).status_code == 401


WIRED = Wired(DIALECT)


@pytest.mark.parametrize("reason", all_reasons(), ids=lambda one: str(one.id))
def test_every_refusal_has_a_form(reason: errors.Reason) -> None:
    """D69: a total table: one member, a published status or the one that HTTP has for it, nothing echoed."""
    WIRED.features.outcome = OAuthError(reason, "hidden")
    body = '{"apiKey": "canary", "apiSecret": "canary"}'
    told = WIRED.ask("POST", TOKENS, headers={"content-type": "application/json"}, body=body)
    assert list(told.json) == ["message"]
    assert told.status_code in {400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 501, 503}
    assert "canary" not in told.text
    assert told.headers["error-id"] == reason.id
