"""The published answers byte for byte, over features that say what they are told to.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import Answer, DeviceAuthorization, Issued
from grantway.core.model import SECOND, Application, ApplicationSettings
from grantway.core.redirects import VerifiedRedirect
from grantway.edges.dialects.deeplynx import DIALECT
from grantway.features.authorize.device_desk import DeviceView
from grantway.features.registry.launcher import Sibling
from tests.dialects.wire import FORM, Wired

JSON = {"content-type": "application/json"}
BEARER = {"authorization": "Bearer eyJ.a.b"}
APPLICATION = Application(
    id=7,
    organization_id=1,
    client_id="QIFYv8LuyF",
    type="confidential",
    name="Portal",
    state="enabled",
    epoch=1,
    version=1,
    settings=ApplicationSettings(),
    description="Where it begins",
)
ISSUED = Issued("eyJ.a.b", "Bearer", 28_800, frozenset(), refresh_token="gwr_x", echo={"state": "s"})
VIEW = DeviceView("BCDF-GHJK", APPLICATION, ("projects:read",), 1_795_256_100 * SECOND, "waiting")
BACK = Answer(VerifiedRedirect("https://a.example/cb?t=7"), "query", {"code": "gwc_x", "state": "s"})
SIGNED_IN = "client_id=a&redirect_uri=https%3A%2F%2Fa.example%2Fcb&state=s"
EXCHANGE = f"{SIGNED_IN}&code=gwc_x&client_secret=gws_x"

CALLS: tuple[tuple[str, tuple[str, str, str, dict[str, str], str], Any, tuple[int, str]], ...] = (
    (
        "D30 a code",
        ("GET", "/api/oauth/authorize", SIGNED_IN, {}, ""),
        BACK,
        (302, "https://a.example/cb?t=7&code=gwc_x&state=s"),
    ),
    (
        "D28 for a person",
        ("GET", "/api/v1/oauth/authorize", SIGNED_IN, BEARER, ""),
        BACK,
        (302, "https://a.example/cb?t=7&code=gwc_x&state=s"),
    ),
    (
        "D41 D42 exchange",
        ("POST", "/api/v1/oauth/exchange", EXCHANGE, {}, ""),
        ISSUED,
        (200, '{"access_token":"eyJ.a.b","token_type":"Bearer","expires_in":28800,"state":"s"}'),
    ),
    (
        "D46 a code that was used",
        ("POST", "/api/v1/oauth/exchange", EXCHANGE, {}, ""),
        Refused(errors.CODE_REPLAYED),
        (400, '{"error":"invalid_grant","error_description":"Authorization code has already been used"}'),
    ),
    (
        "D49 nobody",
        ("POST", "/api/v2/oauth/exchange", EXCHANGE, {}, ""),
        OAuthError(errors.CLIENT_UNKNOWN),
        (
            404,
            '{"error":"invalid_client","error_description":"Authorization attempt with invalid client_id"}',
        ),
    ),
    (
        "D79 D80 device codes",
        ("POST", "/api/v1/oauth/device/code", "", {"content-type": FORM}, "client_id=a&scope=x"),
        DeviceAuthorization("long", "BCDFGHJK", 900, 5),
        (
            200,
            (
                '{"device_code":"long","user_code":"BCDF-GHJK","verification_uri":'
                '"https://gate.example/d/deeplynx/oauth/device/verify","verification_uri_complete":'
                '"https://gate.example/d/deeplynx/oauth/device/verify?user_code=BCDF-GHJK",'
                '"expires_in":900,"interval":5}'
            ),
        ),
    ),
    (
        "D83 a request is read",
        ("GET", "/api/v1/oauth/device/verify", "user_code=BCDFGHJK", BEARER, ""),
        VIEW,
        (
            200,
            (
                '{"user_code":"BCDF-GHJK","client_id":"QIFYv8LuyF","application_name":"Portal",'
                '"scope":"projects:read","expires_at":"2026-11-21T10:15:00Z","status":"pending"}'
            ),
        ),
    ),
    (
        "D84 a request is refused",
        (
            "POST",
            "/api/v2/oauth/device/verify",
            "",
            {**BEARER, **JSON},
            '{"user_code":"BCDFGHJK","approve":false}',
        ),
        replace(VIEW, state="denied", scopes=()),
        (
            200,
            (
                '{"user_code":"BCDF-GHJK","client_id":"QIFYv8LuyF","application_name":"Portal",'
                '"scope":"","expires_at":"2026-11-21T10:15:00Z","status":"denied"}'
            ),
        ),
    ),
    (
        "D86 tokens",
        ("POST", "/api/v1/oauth/token", "", {"content-type": FORM}, "grant_type=refresh_token&client_id=a"),
        ISSUED,
        (200, '{"access_token":"eyJ.a.b","refresh_token":"gwr_x","token_type":"Bearer","expires_in":28800}'),
    ),
    (
        "D87 not yet",
        ("POST", "/api/v1/oauth/token", "", {"content-type": FORM}, "grant_type=refresh_token&client_id=a"),
        Refused(errors.DEVICE_PENDING),
        (
            400,
            (
                '{"error":"authorization_pending","error_description":'
                '"Nobody has decided yet. Ask again when the interval is over."}'
            ),
        ),
    ),
    (
        "D88 D35 a fault of ours",
        ("POST", "/api/v1/oauth/token", "", {"content-type": FORM}, "grant_type=refresh_token&client_id=a"),
        KeyError("private"),
        (
            500,
            (
                '{"error":"server_error","error_description":'
                '"Something failed here. Try again; if it stays, quote the request id to the operator."}'
            ),
        ),
    ),
    (
        "D5 siblings",
        ("GET", "/api/v1/users/current/applications", "", BEARER, ""),
        (Sibling(APPLICATION, "https://portal.example/"),),
        (
            200,
            (
                '[{"clientId":"QIFYv8LuyF","name":"Portal","description":"Where it begins",'
                '"baseUrl":"https://portal.example/"}]'
            ),
        ),
    ),
    (
        "D64 D94 sign in again",
        ("GET", "/api/v1/projects/GetAllProjects", "", {}, ""),
        OAuthError(errors.TOKEN_MISSING),
        (
            401,
            (
                '{"error":"invalid_request","error_description":'
                '"The request carries no access token. Send Authorization: Bearer."}'
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("asked", "outcome", "expected"), [one[1:] for one in CALLS], ids=[one[0] for one in CALLS]
)
def test_byte_for_byte(
    asked: tuple[str, str, str, dict[str, str], str], outcome: Any, expected: tuple[int, str]
) -> None:
    """D28, D30, D35, D41, D46, D49, D64, D79, D83, D84, D86, D87, D88, D94."""
    wired = Wired(DIALECT)
    wired.features.outcome = outcome
    method, path, query, headers, body = asked
    answer = wired.ask(method, "/d/deeplynx" + path, query=query, headers=headers, body=body)
    status, text = expected
    assert answer.status_code == status, answer.text
    if status == 302:
        assert (answer.headers["location"], answer.text) == (text, "")
    else:
        assert answer.text == text
        assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
