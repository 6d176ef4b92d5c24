"""Every row of CXone's wire table, byte for byte, over the real features, on both databases."""

from __future__ import annotations

import json
from typing import Any

import falcon.testing

from grantway.core.identifiers import to_text
from tests.dialects.cxone.guide import (
    ASSOCIATIONS,
    AT,
    AUTHORIZE,
    KEY_CALLS,
    KEY_TOKEN,
    KEYS,
    OPENID_CONFIGURATION,
    TENANT_CONFIGURATION,
    TOKEN,
    USERINFO,
    Guide,
)


def told(answer: falcon.testing.Result) -> tuple[int, str, str]:
    return answer.status_code, answer.headers["content-type"], answer.text


def as_json(status: int, body: Any) -> tuple[int, str, str]:
    """The answer as it stands on the wire: members in this order, and no blanks."""
    return status, "application/json", json.dumps(body, separators=(",", ":"))


def test_the_two_documents(guide: Guide) -> None:
    """C60, C63, C64, C65, C66."""
    client, at = guide.world.client, guide.world.issuer + AT
    assert told(client.simulate_get(OPENID_CONFIGURATION)) == as_json(
        200,
        {
            "issuer": at,
            "authorization_endpoint": f"{at}/auth/authorize",
            "token_endpoint": f"{at}/auth/token",
            "userinfo_endpoint": f"{at}/auth/userinfo",
            "jwks_uri": f"{at}/auth/jwks",
            "grant_types_supported": ["authorization_code", "refresh_token", "password"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "scopes_supported": ["openid"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "display_values_supported": ["page", "popup"],
            "claim_types_supported": ["normal"],
            "code_challenge_methods_supported": ["S256"],
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "ui_locales_supported": ["de", "en"],
        },
    )
    (key,) = client.simulate_get(KEYS).json["keys"]
    assert {name: key[name] for name in ("kty", "use", "alg")} == {"kty": "RSA", "use": "sig", "alg": "RS256"}
    host = at.split("/")[2]
    assert told(
        client.simulate_get(TENANT_CONFIGURATION, params={"tenantId": to_text(guide.tenant.id)})
    ) == as_json(
        200,
        {
            "private": False,
            "area": "cxone",
            "cluster": "cxone",
            "domain": host,
            "acdDomain": host,
            "uhDomain": host,
            "globaldomain": host,
            "ui_endpoint": guide.world.issuer,
            "auth_endpoint": at,
            "api_endpoint": at,
            "tenantId": to_text(guide.tenant.id),
        },
    )
    assert client.simulate_get(TENANT_CONFIGURATION, params={"tenantId": "nobodys"}).status_code == 404


def test_signing_in(guide: Guide) -> None:
    """C44, C51, C53, C55, C56, C59."""
    world = guide.world
    refused = world.client.simulate_get(AUTHORIZE, params=guide.query(client_id="nobody"))
    assert (refused.status_code, refused.headers["content-type"].split(";")[0]) == (400, "text/plain")
    assert "E-AUTHORIZE-" in refused.text
    first = guide.exchange(guide.code())
    for answer in (first, guide.ask(grant_type="refresh_token", refresh_token=first.json["refresh_token"])):
        tokens = {name: answer.json[name] for name in ("access_token", "refresh_token", "id_token")}
        assert told(answer) == as_json(
            200,
            {
                "access_token": tokens["access_token"],
                "token_type": "Bearer",
                "expires_in": 3_600,
                "refresh_token": tokens["refresh_token"],
                "id_token": tokens["id_token"],
                "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            },
        )
    token = first.json["access_token"]
    claims = {
        "sub": to_text(guide.person.id),
        "name": "Mara Lindqvist",
        "given_name": "Mara",
        "family_name": "Lindqvist",
        "email": "mara@northwind.example",
    }
    assert told(guide.call("GET", USERINFO, token)) == as_json(200, claims)
    assert told(guide.call("POST", USERINFO, token)) == as_json(200, claims)
    unknown = guide.call("GET", USERINFO, "eyJhbGciOiJSUzI1NiJ9")
    assert (unknown.status_code, unknown.headers["www-authenticate"]) == (401, 'Bearer error="invalid token"')
    one = {
        "tenantName": "Northwind",
        "userId": to_text(guide.person.id),
        "username": "mara@northwind.example",
    }
    assert told(guide.call("GET", ASSOCIATIONS, token)) == as_json(200, [one])


def test_access_keys(guide: Guide) -> None:
    """C42, C74, C75, C78, C79."""
    owner, token = guide.person, guide.exchange(guide.code()).json["access_token"]
    made = guide.call(
        "POST", KEY_CALLS, token, {"tenantId": to_text(guide.tenant.id), "userId": to_text(owner.id)}
    )
    record = {
        "accessKeyId": made.json["resultSet"]["accessKeyId"],
        "userId": to_text(owner.id),
        "agentId": None,
        "billingId": None,
        "tenantId": to_text(guide.tenant.id),
        "isActive": True,
        "lastUsedDate": None,
    }
    secret = made.json["resultSet"]["accessKeySecret"]
    assert told(made) == as_json(made.status_code, {"resultSet": {**record, "accessKeySecret": secret}})
    at = f"{KEY_CALLS}/{record['accessKeyId']}"
    assert told(guide.call("GET", at, token)) == as_json(200, {"resultSet": record})
    listed = guide.call("GET", KEY_CALLS, token).json
    assert (record in listed["accessKeys"], listed["totalRecords"], listed["_links"]) == (True, 2, {})
    switched = guide.call("PATCH", at, token, {"isActive": False})
    assert told(switched) == as_json(200, {"resultSet": {**record, "isActive": False}})
    gone = guide.call("DELETE", at, token)
    assert (gone.status_code, gone.text) == (204, "")
    assert guide.call("GET", at, token).status_code == 404
    alone = {"accessKeyId": to_text(guide.key.id), "accessKeySecret": "guessed"}
    wrong = guide.world.client.simulate_post(KEY_TOKEN, json=alone)
    assert (wrong.status_code, wrong.json["error"]) == (400, "invalid_grant")
    for answer in (
        guide.by_key(grant_type="implicit"),
        guide.world.client.simulate_post(TOKEN, headers=guide.basic),
    ):
        assert answer.status_code == 400
        assert list(answer.json) == ["error", "error_description", "error_id"]
