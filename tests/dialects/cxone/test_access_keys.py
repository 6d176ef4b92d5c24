"""Access keys on CXone's wire: the back-end grant, the key alone, and its form of a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import OAuthError, PageError, all_reasons
from grantway.core.identifiers import to_text
from grantway.edges.dialects.cxone import DIALECT
from grantway.edges.dialects.cxone.errors import CODES
from tests.dialects.cxone.guide import KEY_CALLS, KEY_TOKEN, TOKEN, Guide, claims_of
from tests.dialects.wire import Wired

USUAL = ["access_token", "token_type", "expires_in"]


def test_a_back_end_application_acts_by_an_access_key(guide: Guide) -> None:
    """C40, C41, C42, C43, C44, C45: user name and password are the key's id and its secret."""
    got = guide.by_key()
    assert got.status_code == 200, got.text
    assert list(got.json) == [*USUAL, "refresh_token", "id_token", "issued_token_type"]
    claims = claims_of(got.json["access_token"])
    assert (claims["sub"], claims["tenantId"]) == (to_text(guide.person.id), to_text(guide.tenant.id))
    in_form = guide.by_key({}, client_id=guide.application.client_id, client_secret=guide.secret)
    assert in_form.status_code == 200
    refreshed = guide.ask(grant_type="refresh_token", refresh_token=got.json["refresh_token"])
    assert refreshed.status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"password": "guessed"}, "invalid_grant"),
        ({"username": "mara@northwind.example", "password": "seventeen purple kettles"}, "invalid_grant"),
        ({"username": ""}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "urn:grantway:params:oauth:grant-type:access-key"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
def test_refusals_of_the_token_endpoint(guide: Guide, changes: dict[str, str], error: str) -> None:
    """C46, C47: 400, one of six codes, never cached; nobody's password is taken."""
    refused = guide.by_key(**changes)
    assert (refused.status_code, refused.json["error"]) == (400, error)
    assert (refused.headers["cache-control"], refused.headers["pragma"]) == ("no-store", "no-cache")
    assert "www-authenticate" not in refused.headers


@pytest.mark.parametrize("client", ["wrong secret", "nobody", "none"])
def test_a_wrong_client_is_a_400(guide: Guide, client: str) -> None:
    """C47: invalid_client without a 401, and an unknown client looks like a wrong secret."""
    pairs = {"wrong secret": (guide.application.client_id, "x"), "nobody": ("nobody", "x"), "none": None}
    pair = pairs[client]
    form = {} if pair is None else {"client_id": pair[0], "client_secret": pair[1]}
    refused = guide.by_key({}, **form)
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_client")


def taken(guide: Guide) -> dict[str, Any]:
    """The default application of the tenant, taken by its owner."""
    world = guide.world
    owner = world.make.person(guide.tenant, role="owner")
    console = world.make.application(
        guide.tenant, scopes=("applications:write", "applications:read"), settings={"consent": "platform"}
    )
    world.make.voucher(console)
    token = world.authorize(console, owner, secret=world.make.secret(console), scope="applications:write")
    answer = world.client.simulate_post(
        f"/api/v1/organizations/{to_text(guide.tenant.id)}/default-applications",
        json={"preset": "cxone", "name": "access-keys"},
        headers={"Authorization": f"Bearer {token.access_token}"},
    )
    assert answer.status_code == 200, answer.text
    world.product.poll()
    found: dict[str, Any] = answer.json
    return found


def test_a_key_alone_acts_through_its_tenants_own_application(guide: Guide) -> None:
    """C75, C76: off until a developer of the tenant takes it; stopped like any application."""
    world, pair = guide.world, {"accessKeyId": to_text(guide.key.id), "accessKeySecret": guide.key_secret}
    refused = world.client.simulate_post(KEY_TOKEN, json=pair)
    assert (refused.status_code, refused.json["error"]) == (400, "unauthorized_client")
    application = taken(guide)
    got = world.client.simulate_post(KEY_TOKEN, json=pair)
    assert got.status_code == 200, got.text
    assert list(got.json) == [*USUAL, "id_token"]
    claims = claims_of(got.json["access_token"])
    assert (claims["client_id"], claims["sub"]) == (application["client_id"], to_text(guide.person.id))
    wrong = world.client.simulate_post(KEY_TOKEN, json={**pair, "accessKeySecret": "guessed"})
    assert (wrong.status_code, wrong.json["error"]) == (400, "invalid_grant")
    for body in ({}, {"accessKeyId": 7, "accessKeySecret": "x"}, {"accessKeyId": pair["accessKeyId"]}):
        assert world.client.simulate_post(KEY_TOKEN, json=body).json["error"] == "invalid_request"
    # One that is tied is used through what it names, which has a secret for that.
    tied, text = world.make.access_key(guide.tenant, guide.person, application_id=guide.application.id)
    alone = {"accessKeyId": to_text(tied.id), "accessKeySecret": text}
    assert world.client.simulate_post(KEY_TOKEN, json=alone).json["error_id"] == "E-KEY-03"
    stored = world.application_of(application["client_id"])
    world.make.change_application(stored, state="disabled")
    world.product.poll()
    assert world.client.simulate_post(KEY_TOKEN, json=pair).json["error"] == "invalid_client"
    assert guide.call("GET", "/d/cxone/auth/userinfo", got.json["access_token"]).status_code == 401


RECORD = ["accessKeyId", "userId", "agentId", "billingId", "tenantId", "isActive", "lastUsedDate"]


def test_keys_are_listed_made_read_switched_and_ended(guide: Guide) -> None:
    """C73, C74, C78, C79: one's own; the secret once; nobody makes one for another person."""
    world, tenant_id = guide.world, to_text(guide.tenant.id)
    token = guide.exchange(guide.code()).json["access_token"]
    made = guide.call("POST", KEY_CALLS, token, {"tenantId": tenant_id, "userId": to_text(guide.person.id)})
    assert made.status_code == 200, made.text
    record = made.json["resultSet"]
    assert sorted(record) == sorted([*RECORD, "accessKeySecret"])
    one = f"{KEY_CALLS}/{record['accessKeyId']}"
    pair = {"username": record["accessKeyId"], "password": record["accessKeySecret"]}
    assert guide.by_key(**pair).status_code == 200
    listed = guide.call("GET", KEY_CALLS, token)
    assert (list(listed.json), listed.json["totalRecords"]) == (["accessKeys", "totalRecords", "_links"], 2)
    assert all(list(shown) == RECORD for shown in listed.json["accessKeys"])
    assert guide.call("GET", KEY_CALLS + "?userId=3xKnown9", token).json["totalRecords"] == 0
    assert guide.call("GET", one, token).json["resultSet"]["isActive"] is True
    off = guide.call("PATCH", one, token, {"isActive": False})
    assert (off.status_code, off.json["resultSet"]["isActive"]) == (200, False)
    world.product.poll()
    assert guide.by_key(**pair).json["error"] == "invalid_grant"
    assert guide.call("PATCH", one, token, {"isActive": True}).status_code == 200
    world.product.poll()
    assert guide.by_key(**pair).status_code == 200
    assert guide.call("DELETE", one, token).status_code == 204
    world.product.poll()
    assert guide.by_key(**pair).json["error"] == "invalid_grant"
    other = world.make.person(guide.tenant)
    strange, _ = world.make.access_key(guide.tenant, other)
    refused = {
        ("POST", KEY_CALLS, 403): {"userId": to_text(other.id)},
        ("POST", KEY_CALLS, 404): {"tenantId": "3xKnown9"},
        ("POST", KEY_CALLS, 400): {"agentName": "x"},
        ("PATCH", f"{KEY_CALLS}/{to_text(guide.key.id)}", 400): {"isActive": "no"},
        ("PATCH", f"{KEY_CALLS}/{to_text(strange.id)}", 404): {"isActive": False},
        ("GET", one, 404): None,
    }
    for (method, path, status), body in refused.items():
        answer = guide.call(method, path, token, body)
        assert answer.status_code == status, (method, path, answer.text)
    assert guide.call("GET", KEY_CALLS, "nonsense").status_code == 401
    by_key = guide.by_key().json["access_token"]
    assert guide.call("POST", KEY_CALLS, by_key, {}).status_code == 403, "a key makes no keys"


WIRED = Wired(DIALECT)


@pytest.mark.parametrize("reason", all_reasons(), ids=lambda one: str(one.id))
def test_every_refusal_has_a_published_form(reason: errors.Reason) -> None:
    """C47, C53: a total table: six codes at the token endpoint, plain text at authorize, nothing echoed."""
    WIRED.features.outcome = OAuthError(reason, "hidden")
    told = WIRED.post(TOKEN, "grant_type=refresh_token&client_id=canary&refresh_token=canary")
    assert told.json["error"] in CODES or told.status_code >= 500
    assert told.json["error_id"].startswith("E-")
    assert told.status_code in {400, 405, 413, 414, 429, 500, 501, 503}
    assert "canary" not in told.text
    WIRED.features.outcome = PageError(reason, "hidden")
    query = "client_id=canary&redirect_uri=https%3A%2F%2Fcanary&scope=openid&response_type=code&state=canary"
    page = WIRED.ask("GET", "/d/cxone/auth/authorize", query=query)
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.status_code in {400, 405, 413, 414, 429, 500, 501, 503}
    assert "canary" not in page.text
