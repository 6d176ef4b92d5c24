"""Authlib, unmodified: discovery, code with PKCE, ID token, refresh, introspection, revocation."""

from __future__ import annotations

from typing import Any

import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.flows.conftest import Demo, answer_of
from tests.kit import plain
from tests.kit.browser import Browser

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def discover(demo: Demo) -> dict[str, Any]:
    return dict(plain.get(f"{demo.issuer}/.well-known/openid-configuration").json())


def client_of(demo: Demo, library: Any, kind: str, **extra: Any) -> tuple[Any, dict[str, Any]]:
    application = demo.application(kind)
    client = library(
        application["client_id"],
        application["client_secret"],
        scope=" ".join(application["scopes"]) if kind == "backend" else "openid profile email",
        redirect_uri=application["redirect_uris"][0] if application["redirect_uris"] else None,
        code_challenge_method="S256",
        **extra,
    )
    return client, application


def test_metadata_says_what_is_served(demo: Demo) -> None:
    metadata = discover(demo)
    assert metadata["issuer"] == demo.issuer
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    again = plain.get(f"{demo.issuer}/.well-known/oauth-authorization-server").json()
    assert again["token_endpoint"] == metadata["token_endpoint"]
    for name in ("jwks_uri",):
        assert plain.get(metadata[name]).status_code == 200


@pytest.mark.parametrize("library", [OAuth2Session, OAuth2Client], ids=["requests", "httpx"])
@pytest.mark.parametrize("kind", ["confidential", "public"])
def test_the_whole_life_of_a_sign_in(demo: Demo, browser: Browser, library: Any, kind: str) -> None:
    metadata = discover(demo)
    method = "client_secret_basic" if kind == "confidential" else "none"
    client, application = client_of(demo, library, kind, token_endpoint_auth_method=method)
    verifier, nonce = "v" * 43, "n-0S6_WzA2Mj"
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    answer = answer_of(browser.authorize(url, **demo.user_of(application)))
    assert answer["state"] == state
    assert answer["iss"] == demo.issuer

    token = client.fetch_token(metadata["token_endpoint"], code=answer["code"], code_verifier=verifier)
    assert set(token["scope"].split()) >= {"openid", "profile", "email"}

    keys = KeySet.import_key_set(plain.get(metadata["jwks_uri"]).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256", "ES256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": demo.issuer},
            "aud": {"essential": True, "value": application["client_id"]},
        },
        params={"nonce": nonce, "client_id": application["client_id"], "access_token": token["access_token"]},
    )
    claims.validate()

    person_claims = client.get(metadata["userinfo_endpoint"]).json()
    assert person_claims["sub"] == decoded.claims["sub"]
    assert person_claims["email_verified"] is True

    fresh = client.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert fresh["refresh_token"] != token["refresh_token"]
    assert client.get(metadata["userinfo_endpoint"]).status_code == 200

    if kind == "confidential":
        seen = client.introspect_token(metadata["introspection_endpoint"], token=fresh["access_token"]).json()
        assert seen["active"] is True
        assert seen["client_id"] == application["client_id"]

    gone = client.revoke_token(metadata["revocation_endpoint"], token=fresh["refresh_token"])
    assert gone.status_code == 200
    assert (
        plain.get(
            metadata["userinfo_endpoint"], headers={"Authorization": f"Bearer {fresh['access_token']}"}
        ).status_code
        == 401
    )
    client.close()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_machine_gets_a_token_and_its_api_learns_about_it(demo: Demo, method: str) -> None:
    metadata = discover(demo)
    client, application = client_of(
        demo,
        OAuth2Client,
        "backend",
        token_endpoint_auth_method=method,
        introspection_endpoint_auth_method=method,
    )
    token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    assert set(token["scope"].split()) == set(application["scopes"])
    seen = client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert seen["active"] is True
    assert seen["sub"] == application["client_id"]
    client.close()
