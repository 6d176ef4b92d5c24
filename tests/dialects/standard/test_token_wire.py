"""Token, revocation, introspection and userinfo on the wire, byte for byte, over features that say what they are told to."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import Issued, TokenView
from grantway.core.secrets import Secret
from tests.dialects.wire import FORM, Wired

PAIR = "Basic " + b64encode(b"fieldnotes:gws_secret").decode()


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
    assert answer.headers["allow"] == "POST, OPTIONS"
    assert answer.json["error_description"].endswith("Expected: POST, OPTIONS.")


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
