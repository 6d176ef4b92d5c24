"""The standard's endpoints on the wire, byte for byte, over features that say what they are told to."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import OAuthError, PageError, Refused
from grantway.core.messages import Answer, Issued, Metadata, TokenView
from grantway.core.redirects import VerifiedRedirect
from grantway.core.secrets import Secret
from grantway.edges.dialects.standard import DIALECT
from grantway.features.authorize.views import Browser, Interact
from tests.dialects.wire import FORM, ISSUER, Wired

PAIR = "Basic " + b64encode(b"fieldnotes:gws_secret").decode()
REDIRECT = VerifiedRedirect("https://app.example/cb?a=1")


@pytest.fixture
def wired() -> Wired:
    return Wired(DIALECT)


# --- Authorization -----------------------------------------------------------------------------------


def test_an_authorization_request_is_read_with_the_standards_names(wired: Wired) -> None:
    """C017, C018: by GET; what we do not know is ignored."""
    wired.features.outcome = Interact("h4ndle")
    query = (
        "client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid+email&state=s&nonce=n"
        "&code_challenge=x&code_challenge_method=S256&response_mode=form_post&prompt=login&max_age=1&login_hint=m"
        "&id_token_hint=h&ui_locales=de+en&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb&request=r"
        "&request_uri=u&unknown=1"
    )
    answer = wired.ask("GET", "/oauth/authorize", query=query)
    message, rules, browser = wired.features.seen
    assert message.client_id == "c"
    assert message.claimed_redirect == "https://app.example/cb"
    assert (message.response_type, message.scope, message.state, message.nonce) == (
        "code",
        "openid email",
        "s",
        "n",
    )
    assert (message.code_challenge, message.code_challenge_method) == ("x", "S256")
    assert (message.response_mode, message.prompt, message.max_age) == ("form_post", "login", "1")
    assert (message.login_hint, message.id_token_hint, message.ui_locales) == ("m", "h", "de en")
    assert message.resources == ("https://a", "https://b")
    assert (message.request, message.request_uri) == ("r", "u")
    assert message.origin.mount == message.origin.dialect == "standard"
    assert rules == DIALECT.rules
    assert isinstance(browser, Browser)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ISSUER}/interaction/h4ndle"
    assert answer.headers["cache-control"] == "no-store"


def test_a_browser_gets_a_secret_of_its_own_once(wired: Wired) -> None:
    wired.features.outcome = Interact("h")
    first = wired.ask("GET", "/oauth/authorize", query="client_id=c")
    name, _, rest = first.headers["set-cookie"].partition("=")
    assert name == "__Host-browser"
    assert rest.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    secret = rest.partition(";")[0]
    assert len(secret) == 43
    again = wired.ask(
        "GET", "/oauth/authorize", query="client_id=c", headers={"Cookie": f"__Host-browser={secret}"}
    )
    assert "set-cookie" not in again.headers
    assert wired.last.secret == secret


def test_the_answer_joins_the_query_that_the_address_has(wired: Wired) -> None:
    """C014, C016, C075: by 303."""
    wired.features.outcome = Answer(REDIRECT, "query", {"code": "gwc_x", "state": "a b&c", "iss": ISSUER})
    answer = wired.ask("GET", "/oauth/authorize", query="client_id=c")
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "https://app.example/cb?a=1&code=gwc_x&state=a+b%26c&iss=https%3A%2F%2Fgate.example"
    )


def test_form_post_is_a_page_that_may_lead_to_the_application(wired: Wired) -> None:
    """V034: nothing of the answer becomes markup or script."""
    hostile = '"><script>alert(1)</script>'
    wired.features.outcome = Answer(REDIRECT, "form_post", {"code": "gwc_x", "state": hostile})
    answer = wired.ask("GET", "/oauth/authorize", query="client_id=c")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action 'self' https://app.example;" in answer.headers["content-security-policy"]
    assert 'action="https://app.example/cb?a=1"' in answer.text
    assert 'name="code" value="gwc_x"' in answer.text
    assert "<script>alert" not in answer.text


def test_by_post_query_and_body_are_one_request_and_nothing_stands_twice(wired: Wired) -> None:
    """V038."""
    wired.features.outcome = Interact("h")
    assert wired.post("/oauth/authorize", "client_id=c&state=s", query="prompt=none").status_code == 303
    message = wired.features.seen[0]
    assert (message.client_id, message.state, message.prompt) == ("c", "s", "none")
    assert wired.post("/oauth/authorize", "client_id=c&state=s", query="state=s").status_code == 400


@pytest.mark.parametrize(
    ("query", "error_id"),
    [
        ("client_id=a&client_id=a", "E-REQUEST-01"),
        ("client_id=%ff", "E-REQUEST-02"),
        ("state=" + "s" * 9_000, "E-REQUEST-05"),
        ("state=" + "s" * 20_000, "E-REQUEST-08"),
        ("&".join(f"p{n}=1" for n in range(70)), "E-REQUEST-08"),
    ],
)
def test_what_cannot_be_read_is_a_page_and_never_a_redirect(wired: Wired, query: str, error_id: str) -> None:
    """C020, C064, V161."""
    answer = wired.ask("GET", "/oauth/authorize", query=query)
    assert answer.status_code in (400, 413)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "location" not in answer.headers
    assert error_id in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers


def test_a_refusal_before_the_redirect_stands_is_a_page_without_any_input(wired: Wired) -> None:
    """C064, V133, V134."""
    wired.features.outcome = PageError(errors.AUTHORIZE_REDIRECT_UNKNOWN)
    query = "client_id=evil-client&redirect_uri=https%3A%2F%2Fevil.example%2F%3Cscript%3E&state=%3Cb%3E"
    answer = wired.ask("GET", "/oauth/authorize", query=query)
    assert answer.status_code == 400
    assert "E-AUTHORIZE-04" in answer.text
    assert "evil" not in answer.text
    assert "<b>" not in answer.text


def test_the_authorization_endpoint_has_no_cors(wired: Wired) -> None:
    """C008."""
    wired.features.outcome = Interact("h")
    wired.features.origins = {"c": ("https://spa.example",)}
    answer = wired.ask(
        "GET", "/oauth/authorize", query="client_id=c", headers={"Origin": "https://spa.example"}
    )
    assert "access-control-allow-origin" not in answer.headers
    preflight = wired.ask(
        "OPTIONS",
        "/oauth/authorize",
        headers={"Origin": "https://spa.example", "Access-Control-Request-Method": "GET"},
    )
    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in preflight.headers


# --- Token -------------------------------------------------------------------------------------------

ISSUED = Issued("gwo_token", "Bearer", 900, frozenset({"orders:read", "openid"}))


def test_the_token_answer(wired: Wired) -> None:
    """C022, C084: the scope is always in it, and nobody may keep it."""
    wired.features.outcome = ISSUED
    answer = wired.post("/oauth/token", "grant_type=client_credentials&scope=orders:read", authorization=PAIR)
    assert answer.status_code == 200
    assert answer.text == (
        '{"access_token":"gwo_token","token_type":"Bearer","expires_in":900,"scope":"openid orders:read"}'
    )
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    message = wired.last
    assert message.grant_type == "client_credentials"
    assert message.client.method == "client_secret_basic"
    assert message.client.secret == Secret("gws_secret")
    assert message.scope == frozenset({"orders:read"})


def test_refresh_and_id_token_join_the_answer_where_there_are_any(wired: Wired) -> None:
    wired.features.outcome = Issued(
        "a", "Bearer", 900, frozenset({"openid"}), refresh_token="gwr_x", id_token="eyJ", echo={"state": "s"}
    )
    answer = wired.post("/oauth/token", "grant_type=authorization_code&client_id=c&code=x")
    assert list(answer.json) == [
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "refresh_token",
        "id_token",
        "state",
    ]


def test_the_grant_type_gets_its_parameters_and_not_the_secret(wired: Wired) -> None:
    wired.features.outcome = ISSUED
    wired.post(
        "/oauth/token",
        "grant_type=x&client_id=c&client_secret=s&code=k&resource=https://a&resource=https://b",
    )
    message = wired.last
    assert message.parameters["code"] == "k"
    assert "client_secret" not in message.parameters
    assert message.resources == ("https://a", "https://b")
    assert "gws" not in repr(message)
    assert message.client.secret == Secret("s")


def error_of(answer: Any) -> tuple[int, str, str]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json.keys() == {"error", "error_description", "error_id", "request_id"}
    return answer.status_code, answer.json["error"], answer.json["error_id"]


@pytest.mark.parametrize(
    ("body", "query", "headers", "expected"),
    [
        ("grant_type=x&grant_type=x", "", {}, (400, "invalid_request", "E-REQUEST-01")),
        ("grant_type=%", "", {}, (400, "invalid_request", "E-REQUEST-02")),
        ("{}", "", {"content-type": "application/json"}, (400, "invalid_request", "E-REQUEST-03")),
        ("grant_type=x", "", {"content-type": ""}, (400, "invalid_request", "E-REQUEST-03")),
        ("grant_type=x", "grant_type=x", {}, (400, "invalid_request", "E-REQUEST-01")),
        ("grant_type=x", "client_secret=s", {}, (400, "invalid_request", "E-CLIENT-07")),
        ("grant_type=x", "code=s", {}, (400, "invalid_request", "E-CLIENT-07")),
        ("grant_type=x", "refresh_token=s", {}, (400, "invalid_request", "E-CLIENT-07")),
        (
            "grant_type=x&client_secret=s",
            "",
            {"authorization": PAIR},
            (400, "invalid_request", "E-CLIENT-03"),
        ),
        (
            "grant_type=x&client_id=other",
            "",
            {"authorization": PAIR},
            (400, "invalid_request", "E-CLIENT-03"),
        ),
        ("grant_type=x", "", {"authorization": "Basic x"}, (401, "invalid_client", "E-CLIENT-04")),
        ("scope=%22&grant_type=x", "", {}, (400, "invalid_scope", "E-SCOPE-01")),
        ("scope=" + "b" * 1_000_000, "", {}, (413, "invalid_request", "E-REQUEST-08")),
    ],
)
def test_what_cannot_be_read_is_said_in_json(
    wired: Wired, body: str, query: str, headers: dict[str, str], expected: tuple[int, str, str]
) -> None:
    """C020, C053, C054, V038, V161: JSON whatever Accept says."""
    answer = wired.ask(
        "POST",
        "/oauth/token",
        headers={"content-type": FORM, "accept": "text/html", **headers},
        body=body,
        query=query,
    )
    assert error_of(answer) == expected
    assert wired.features.seen == []


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (OAuthError(errors.CLIENT_UNKNOWN), (401, "invalid_client", "E-CLIENT-01")),
        (OAuthError(errors.CLIENT_SECRET_WRONG), (401, "invalid_client", "E-CLIENT-01")),
        (OAuthError(errors.CLIENT_THROTTLED), (429, "invalid_client", "E-CLIENT-09")),
        (OAuthError(errors.CODE_INVALID), (400, "invalid_grant", "E-GRANT-03")),
        (OAuthError(errors.CLIENT_UNAUTHORIZED_GRANT), (400, "unauthorized_client", "E-CLIENT-05")),
        (OAuthError(errors.GRANT_TYPE_UNSUPPORTED), (400, "unsupported_grant_type", "E-GRANT-02")),
        (OAuthError(errors.SCOPE_INVALID), (400, "invalid_scope", "E-SCOPE-01")),
        (OAuthError(errors.RESOURCE_INVALID), (400, "invalid_target", "E-SCOPE-05")),
        (Refused(errors.CODE_REPLAYED), (400, "invalid_grant", "E-GRANT-04")),
    ],
)
def test_refusals_of_the_features(wired: Wired, outcome: Any, expected: tuple[int, str, str]) -> None:
    """C062, V150: an unknown client and a wrong secret look alike."""
    if isinstance(outcome, OAuthError):
        outcome = OAuthError(outcome.reason, "private detail")
    wired.features.outcome = outcome
    answer = wired.post("/oauth/token", "grant_type=x", authorization=PAIR)
    assert error_of(answer) == expected
    assert "private" not in answer.text
    assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)
    assert ("retry-after" in answer.headers) == (answer.status_code == 429)


def test_only_post_is_answered(wired: Wired) -> None:
    """C017, C099."""
    answer = wired.ask("GET", "/oauth/token", query="grant_type=x")
    assert error_of(answer) == (405, "invalid_request", "E-REQUEST-09")
    assert answer.headers["allow"] == "POST"


# --- Revocation, introspection, userinfo ---------------------------------------------------------------


def test_revocation(wired: Wired) -> None:
    answer = wired.post("/oauth/revoke", "token=gwo_x&token_type_hint=access_token", authorization=PAIR)
    assert (answer.status_code, answer.text) == (200, "")
    assert wired.last.token == "gwo_x"
    assert error_of(wired.post("/oauth/revoke", "token=a", query="token=a"))[2] == "E-CLIENT-07"


def test_introspection(wired: Wired) -> None:
    wired.features.outcome = TokenView(active=True, claims={"sub": "u", "aud": ["a", "b"]})
    answer = wired.post("/oauth/introspect", "token=gwo_x", authorization=PAIR)
    assert answer.text == '{"active":true,"sub":"u","aud":["a","b"]}'
    assert answer.headers["cache-control"] == "no-store"
    wired.features.outcome = TokenView(active=False)
    assert wired.post("/oauth/introspect", "token=gwo_x", authorization=PAIR).text == '{"active":false}'


@pytest.mark.parametrize(
    ("method", "headers", "body", "token"),
    [
        ("GET", {"authorization": "Bearer gwo_x"}, "", "gwo_x"),
        ("POST", {"authorization": "Bearer gwo_x"}, "", "gwo_x"),
        ("POST", {"authorization": "Bearer gwo_x", "content-type": "application/json"}, "{}", "gwo_x"),
        ("POST", {"content-type": FORM}, "access_token=gwo_x", "gwo_x"),
        ("GET", {}, "", None),
        ("GET", {"authorization": PAIR}, "", None),
    ],
)
def test_userinfo_takes_the_token_from_header_or_body(
    wired: Wired, method: str, headers: dict[str, str], body: str, token: str | None
) -> None:
    wired.features.outcome = {"sub": "u"}
    answer = wired.ask(method, "/oauth/userinfo", headers=headers, body=body)
    assert (answer.status_code, answer.text) == (200, '{"sub":"u"}')
    assert wired.last.token == token


@pytest.mark.parametrize(
    ("outcome", "status", "challenge"),
    [
        (errors.TOKEN_MISSING, 401, 'Bearer realm="grantway"'),
        (errors.TOKEN_INVALID, 401, 'Bearer realm="grantway", error="invalid_token"'),
        (errors.TOKEN_SCOPE, 403, 'Bearer realm="grantway", error="insufficient_scope"'),
        (errors.TOKEN_NO_USER, 403, 'Bearer realm="grantway", error="insufficient_scope"'),
    ],
)
def test_bearer_refusals_carry_a_challenge(wired: Wired, outcome: Any, status: int, challenge: str) -> None:
    wired.features.outcome = OAuthError(outcome)
    answer = wired.ask("GET", "/oauth/userinfo")
    assert answer.status_code == status
    assert answer.headers["www-authenticate"] == challenge


def test_a_token_sent_twice_or_in_the_address_is_refused(wired: Wired) -> None:
    """C053, V159."""
    twice = wired.post("/oauth/userinfo", "access_token=gwo_x", authorization="Bearer gwo_x")
    assert twice.status_code == 400
    assert twice.json["error_id"] == "E-TOKEN-04"
    in_address = wired.ask("GET", "/oauth/userinfo", query="access_token=gwo_x")
    assert in_address.status_code == 400
    assert in_address.json["error_id"] == "E-CLIENT-07"
    assert wired.features.seen == []


# --- What is published ---------------------------------------------------------------------------------

METADATA = Metadata(
    ISSUER, ("authorization_code", "client_credentials"), ("openid",), ("ES256", "RS256"), ("sub", "name")
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
        "claims_parameter_supported": False,
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
