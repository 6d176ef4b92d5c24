"""Signing in at the cxone mount, request and answer side by side, over the real features."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from grantway.core.identifiers import to_text
from tests.dialects.cxone.guide import (
    ASSOCIATIONS,
    AUTHORIZE,
    CALLBACK,
    FORM,
    KEYS,
    OPENID_CONFIGURATION,
    TENANT_CONFIGURATION,
    USERINFO,
    Guide,
    claims_of,
)
from tests.kit.world import VERIFIER


def test_the_code_flow(guide: Guide) -> None:
    """C43, C44, C45, C46, C48, C49, C50, C51, C55, C56, C59, C68, C69: from authorize to userinfo and refresh."""
    world = guide.world
    first = world.client.simulate_get(AUTHORIZE, params=guide.query())
    assert first.status_code == 302
    assert first.headers["location"].startswith(f"{world.issuer}/interaction/")
    browser = world.browser()
    seen = browser.authorize(
        AUTHORIZE + "?" + urlencode(guide.query(display="popup", resellerId="r-1")),
        email=guide.person.email,
        password=guide.person.password,
    )
    assert seen.startswith(CALLBACK + "?")
    answer = dict(parse_qsl(urlsplit(seen).query))
    assert answer.keys() == {"code", "state", "iss"}
    assert answer["iss"] == f"{world.issuer}/d/cxone"

    got = guide.exchange(answer["code"])
    assert got.status_code == 200, got.text
    assert (got.headers["cache-control"], got.headers["pragma"]) == ("no-store", "no-cache")
    assert list(got.json) == [
        "access_token", "token_type", "expires_in", "refresh_token", "id_token", "issued_token_type",
    ]  # fmt: skip
    assert (got.json["token_type"], got.json["expires_in"]) == ("Bearer", 3_600)
    assert got.json["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"

    claims = claims_of(got.json["access_token"])
    assert claims["exp"] - claims["iat"] == 3_600
    assert (claims["iss"], claims["sub"]) == (f"{world.issuer}/d/cxone", to_text(guide.person.id))
    assert (claims["tenantId"], claims["tenant"]) == (to_text(guide.tenant.id), "Northwind")
    assert claims["role"] == {"id": "member", "secondaryRoles": []}
    assert (claims["name"], claims["given_name"], claims["family_name"]) == (
        "Mara Lindqvist", "Mara", "Lindqvist",
    )  # fmt: skip

    for told in (
        guide.call("GET", USERINFO, got.json["access_token"]),
        guide.call("POST", USERINFO, got.json["access_token"]),
    ):
        assert told.status_code == 200
        assert told.json == {
            "sub": to_text(guide.person.id),
            "name": "Mara Lindqvist",
            "given_name": "Mara",
            "family_name": "Lindqvist",
            "email": "mara@northwind.example",
        }
    again = guide.ask(grant_type="refresh_token", refresh_token=got.json["refresh_token"])
    assert (again.status_code, again.json["expires_in"]) == (200, 3_600)
    replayed = guide.exchange(answer["code"])
    assert (replayed.status_code, replayed.json["error"]) == (400, "invalid_grant")
    associated = guide.call("GET", ASSOCIATIONS, again.json["access_token"])
    assert associated.status_code == 401, "the replay ended the family"


def test_the_request_may_be_posted_and_the_client_stand_in_the_form(guide: Guide) -> None:
    """C43, C51: POST at authorize; the pair as two fields of the form."""
    posted = guide.world.client.simulate_post(AUTHORIZE, body=urlencode(guide.query()), headers=FORM)
    assert posted.status_code == 302
    pair = {"client_id": guide.application.client_id, "client_secret": guide.secret}
    code = guide.code()
    got = guide.ask(
        {}, grant_type="authorization_code", code=code, redirect_uri=CALLBACK, code_verifier=VERIFIER, **pair
    )
    assert got.status_code == 200


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "scope", "response_type"])
def test_what_is_required_is_required(guide: Guide, missing: str) -> None:
    """C52, C53: plain text and 400 as long as nothing is verified; afterwards the application is told."""
    refused = guide.world.client.simulate_get(AUTHORIZE, params=guide.query(**{missing: None}))
    if missing == "response_type":
        left = guide.world.browser().visit(AUTHORIZE + "?" + urlencode(guide.query(**{missing: None})))
        assert left is None, "the person reads it first, and then the application"
        return
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "text/plain; charset=utf-8"
    assert "location" not in refused.headers
    assert refused.text.endswith(")\n")


def test_a_request_for_a_tenant_is_for_that_tenant(guide: Guide) -> None:
    """C51, C54: `tenantId` chooses among the person's tenants; for any other nobody is taken silently."""
    make, browser = guide.world.make, guide.world.browser()
    make.membership(guide.person, make.organization("Other"))
    named = to_text(guide.tenant.id)
    code = guide.code(browser, tenantId=named)
    assert claims_of(guide.exchange(code).json["access_token"])["tenantId"] == named

    def silent(tenant: str) -> dict[str, str]:
        left = browser.visit(AUTHORIZE + "?" + urlencode(guide.query(tenantId=tenant, prompt="none")))
        assert left is not None
        return dict(parse_qsl(urlsplit(left).query))

    assert "code" in silent(named)
    for tenant in (to_text(make.organization().id), "3xKnown9", "%%"):
        assert silent(tenant)["error"] == "account_selection_required"


def test_the_issuer_publishes_itself(guide: Guide) -> None:
    """C60, C63, C64, C68: metadata that are true, and keys by which its tokens can be checked, all RS256."""
    client, base = guide.world.client, f"{guide.world.issuer}/d/cxone"
    told = client.simulate_get(OPENID_CONFIGURATION).json
    assert told["issuer"] == base
    for name, path in (
        ("authorization_endpoint", "/auth/authorize"), ("token_endpoint", "/auth/token"),
        ("userinfo_endpoint", "/auth/userinfo"), ("jwks_uri", "/auth/jwks"),
    ):  # fmt: skip
        assert told[name] == base + path
    assert (told["scopes_supported"], told["response_types_supported"]) == (["openid"], ["code"])
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    keys = client.simulate_get(KEYS).json
    assert {one["alg"] for one in keys["keys"]} == {"RS256"}
    assert all({"kty", "use", "alg", "kid", "n", "e"} <= one.keys() for one in keys["keys"])
    got = guide.exchange(guide.code()).json
    for name in ("access_token", "id_token"):
        decoded = jwt.decode(got[name], KeySet.import_key_set(keys), algorithms=["RS256"])
        assert decoded.claims["iss"] == base


def test_a_client_finds_its_tenant(guide: Guide) -> None:
    """C65, C66, C67, C77: by the claim of the token, without any proof; what is none of ours is 404."""
    client = guide.world.client
    tenant_id = claims_of(guide.by_key().json["access_token"])["tenantId"]
    told = client.simulate_get(TENANT_CONFIGURATION, params={"tenantId": tenant_id})
    assert told.status_code == 200
    assert list(told.json) == [
        "private", "area", "cluster", "domain", "acdDomain", "uhDomain", "globaldomain",
        "ui_endpoint", "auth_endpoint", "api_endpoint", "tenantId",
    ]  # fmt: skip
    assert told.json["auth_endpoint"] == f"{guide.world.issuer}/d/cxone"
    guide.world.make.change_organization(guide.tenant, state="disabled")
    guide.world.product.poll()
    for named in (tenant_id, "3xKnown9", "", "not an id"):
        assert client.simulate_get(TENANT_CONFIGURATION, params={"tenantId": named}).status_code == 404


def test_userinfo_and_associations_refuse_as_published(guide: Guide) -> None:
    """C59: 401 with its one word; the owner of a token in the tenant of the token, and in no other."""
    for token in ("nonsense", ""):
        refused = guide.call("GET", USERINFO, token)
        assert refused.status_code == 401
        assert 'error="invalid token"' in refused.headers["www-authenticate"]
        assert guide.call("GET", ASSOCIATIONS, token).status_code == 401
    told = guide.call("GET", ASSOCIATIONS, guide.by_key().json["access_token"])
    assert told.json == [
        {
            "tenantName": "Northwind",
            "userId": to_text(guide.person.id),
            "username": "mara@northwind.example",
        }
    ]
