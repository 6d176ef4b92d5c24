"""API keys of DeepLynx Nexus at its own mount: a key becomes a token, and all tokens end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.access_keys import AccessKey
from grantway.core.errors import OAuthError, all_reasons
from grantway.core.identifiers import to_text
from grantway.core.model import Organization
from grantway.edges.dialects.deeplynx import DIALECT, PRESET
from tests.dialects.deeplynx.guide import CALLBACK, PROJECTS, Guide, claims_of
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


KEYS = "/d/deeplynx/api/v1/oauth/keys"
MANAGING = ("projects:read", "access_keys:read", "access_keys:write", "members:write")


def caller(guide: Guide, place: Organization, role: Any = "owner") -> Any:
    """Somebody of a place with a token of this mount that may manage keys."""
    make = guide.world.make
    application = make.application(
        make.platform,
        dialect="deeplynx",
        scopes=(*MANAGING, "platform") if place.kind == "platform" else MANAGING,
        redirects=(CALLBACK,),
        audience_effective="any_organization",
    )
    make.voucher(application)
    person = make.person(place, role=role)
    token = replace(guide, application=application, secret=make.secret(application), person=person).token()

    def call(method: str, path: str) -> Any:
        guide.world.product.poll()
        headers = {"Authorization": f"Bearer {token}"}
        return guide.world.client.simulate_request(method, path, headers=headers)

    return call


def test_a_person_makes_lists_and_removes_keys(guide: Guide, place: Organization) -> None:
    """D65, D66, D70, D71, D78: the secret once, ids alone in the list, and nobody else's among them."""
    mine, theirs = caller(guide, place), caller(guide, place)
    made = mine("POST", KEYS)
    assert (made.status_code, list(made.json)) == (200, ["apiKey", "apiSecret"]), made.text
    assert guide.world.client.simulate_post(TOKENS, json=made.json).status_code == 200
    other = theirs("POST", KEYS).json["apiKey"]
    assert mine("GET", KEYS).json == [made.json["apiKey"]]
    assert mine("GET", KEYS.replace("v1", "v2")).json == {
        "items": [made.json["apiKey"]], "pageNumber": 1, "pageSize": 25, "totalCount": 1, "totalPages": 1,
    }  # fmt: skip
    assert mine("DELETE", f"{KEYS}/{other}").status_code == 404
    gone = mine("DELETE", f"{KEYS}/{made.json['apiKey']}")
    assert (gone.status_code, gone.json) == (200, {"message": "Successfully deleted API key"})
    assert guide.world.client.simulate_post(TOKENS, json=made.json).status_code == 401
    for unauthorized in ("GET", "POST"):
        assert guide.world.client.simulate_request(unauthorized, KEYS).status_code == 401


def test_a_key_is_tied_to_an_application_by_its_client_id(guide: Guide, place: Organization) -> None:
    """D55, D65: what is tied to an application with a secret is not used alone; an unknown one is refused."""
    mine = caller(guide, place)
    tied = mine("POST", f"{KEYS}?clientId={guide.application.client_id}")
    assert tied.status_code == 200, tied.text
    assert guide.world.client.simulate_post(TOKENS, json=tied.json).status_code == 400
    assert mine("POST", f"{KEYS}?clientId=nobody").status_code == 400


def test_who_manages_members_makes_keys_of_service_accounts(guide: Guide, place: Organization) -> None:
    """D73, D74, D75, D76, D77: of this organization and its one project; test accounts are the platform's."""
    world, make = guide.world, guide.world.make
    with world.store.read() as tx:
        (alone,) = tx.organization(place.id).default_applications()
    account, strange = make.service_account(place, alone), make.service_account(make.organization())
    path = f"/d/deeplynx/api/v1/oauth/organizations/{place.id}/projects/{place.id}/keys/service/"
    admin, member = caller(guide, place), caller(guide, place, "member")
    made = admin("POST", f"{path}{account.id}")
    assert (made.status_code, list(made.json)) == (200, ["apiKey", "apiSecret"]), made.text
    assert calls(guide, world.client.simulate_post(TOKENS, json=made.json).json) == 200
    assert member("POST", f"{path}{account.id}").status_code == 403
    assert admin("POST", f"{path}{strange.id}").status_code == 400
    assert (
        admin("POST", f"{path}{account.id}".replace(f"projects/{place.id}", "projects/7")).status_code == 404
    )
    tested = make.service_account(make.platform)
    operator = caller(guide, make.platform)
    assert operator("POST", f"{KEYS}/test/{tested.id}").status_code == 200
    assert admin("POST", f"{KEYS}/test/{account.id}").status_code == 403


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
