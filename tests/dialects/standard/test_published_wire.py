"""Metadata and keys on the wire, byte for byte, over features that say what they are told to."""

from __future__ import annotations

import json

import pytest

from grantway.core.messages import Metadata
from tests.dialects.wire import ISSUER, Wired

METADATA = Metadata(
    ISSUER,
    ("authorization_code", "client_credentials"),
    ("openid",),
    ("ES256", "RS256"),
    ("sub", "name"),
    ("urn:example:one",),
)


@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server"])
def test_the_metadata_document(wired: Wired, name: str) -> None:
    """C023, C024, C077, C078."""
    wired.features.outcome = METADATA
    answer = wired.ask("GET", f"/.well-known/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert json.loads(answer.text) == {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/oauth/authorize",
        "token_endpoint": f"{ISSUER}/oauth/token",
        "device_authorization_endpoint": f"{ISSUER}/oauth/device_authorization",
        "revocation_endpoint": f"{ISSUER}/oauth/revoke",
        "introspection_endpoint": f"{ISSUER}/oauth/introspect",
        "userinfo_endpoint": f"{ISSUER}/oauth/userinfo",
        "jwks_uri": f"{ISSUER}/oauth/jwks",
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "name"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": list(wired.server.pages.locales),
        "claims_parameter_supported": True,
        "acr_values_supported": ["urn:example:one"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/oauth/jwks"])
def test_a_reader_who_has_the_document_gets_304(wired: Wired, path: str) -> None:
    wired.features.outcome = METADATA if path.startswith("/.well") else [{"kty": "EC", "kid": "k"}]
    first = wired.ask("GET", path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = wired.ask("GET", path, headers={"If-None-Match": known})
        assert (again.status_code, again.text, again.headers["etag"]) == (304, "", tag)
    assert wired.ask("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = wired.ask("HEAD", path)
    assert (head.status_code, head.text, head.headers["etag"]) == (200, "", tag)


def test_the_document_follows_what_it_describes(wired: Wired) -> None:
    wired.features.outcome = METADATA
    before = wired.ask("GET", "/.well-known/openid-configuration")
    wired.features.outcome = Metadata(ISSUER, ("client_credentials",), (), ("RS256",))
    after = wired.ask("GET", "/.well-known/openid-configuration")
    assert after.json["grant_types_supported"] == ["client_credentials"]
    assert before.headers["etag"] != after.headers["etag"]


def test_the_keys(wired: Wired) -> None:
    wired.features.outcome = [{"kty": "EC", "kid": "k"}]
    answer = wired.ask("GET", "/oauth/jwks")
    assert answer.text == '{"keys":[{"kty":"EC","kid":"k"}]}'
    assert answer.headers["cache-control"] == "public, max-age=300"
