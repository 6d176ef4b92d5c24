"""Refusals of the deeplynx mount: the statuses and sentences that DeepLynx Nexus publishes (D35, D46 to D51).

The published sentences stand here without what the caller sent. One names a client id: it is said
only where an application with exactly that id exists, so it is a value of our own record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grantway.core import errors
from grantway.edges.web import answers, failures
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import HttpAnswer, HttpRequest

ERROR_ID = "error-id"
"""The header that carries our id of a refusal: the published bodies have no place for it."""

EXCHANGE_REQUIRED = ("code", "client_id", "client_secret", "redirect_uri", "state")
"""What an exchange must carry (D36). These names are constants of the guide, not what was sent."""


@dataclass(frozen=True, slots=True)
class Published:
    """How a refusal is published: status, code and, where there is one, the sentence."""

    status: int
    code: str
    sentence: str | None = None


_UNKNOWN_CLIENT = Published(404, "invalid_client", "Authorization attempt with invalid client_id")
_UNKNOWN_REDIRECT = Published(400, "invalid_grant", "Token exchange attempt with unknown redirect_uri")
_WRONG_SECRET = "Token exchange attempt with invalid client_secret for client_id: "

_BY_REASON = {
    errors.AUTHORIZE_CLIENT_MISSING.id: Published(400, "invalid_request"),
    errors.AUTHORIZE_CLIENT_UNKNOWN.id: _UNKNOWN_CLIENT,
    errors.CLIENT_UNKNOWN.id: _UNKNOWN_CLIENT,
    errors.CLIENT_MISSING.id: _UNKNOWN_CLIENT,
    errors.CLIENT_DISABLED.id: _UNKNOWN_CLIENT,
    errors.CLIENT_DIALECT.id: _UNKNOWN_CLIENT,
    errors.AUTHORIZE_REDIRECT_UNKNOWN.id: _UNKNOWN_REDIRECT,
    errors.CODE_REDIRECT_MISMATCH.id: _UNKNOWN_REDIRECT,
    errors.CODE_INVALID.id: Published(400, "invalid_grant", "Invalid authorization code"),
    errors.CODE_REPLAYED.id: Published(400, "invalid_grant", "Authorization code has already been used"),
    errors.CODE_EXPIRED.id: Published(400, "invalid_grant", "Authorization code has expired"),
    errors.CODE_STATE_MISMATCH.id: Published(400, "invalid_grant", "State validation failed"),
    errors.CLIENT_SECRET_WRONG.id: Published(400, "invalid_grant"),
    errors.AUTHORIZE_UNAUTHORIZED.id: Published(401, "unauthorized_client"),
    errors.AUTHORIZE_LOGIN_REQUIRED.id: Published(401, "unauthorized_client"),
    errors.AUTHORIZE_CONSENT_REQUIRED.id: Published(401, "unauthorized_client"),
    errors.AUTHORIZE_SELECTION_REQUIRED.id: Published(401, "unauthorized_client"),
    errors.TOKEN_MISSING.id: Published(401, "unauthorized_client"),
    errors.TOKEN_INVALID.id: Published(401, "unauthorized_client"),
    errors.TOKEN_NO_USER.id: Published(401, "unauthorized_client"),
    errors.SUBJECT_ASSERTED.id: Published(401, "unauthorized_client"),
}


_TOKEN_CODES = frozenset(
    {
        "authorization_pending",
        "slow_down",
        "access_denied",
        "expired_token",
        "invalid_grant",
        "invalid_request",
        "unsupported_grant_type",
        "invalid_client",
        "server_error",
    }
)
"""Every code that `/oauth/token` and the device grant know (D87, D88)."""
_HANDSHAKE_CODES = frozenset(
    {"invalid_client", "invalid_grant", "invalid_request", "unauthorized_client", "server_error"}
)
"""Every code that authorize and exchange know (D35, D46 to D50)."""


def published(failure: Failure, codes: frozenset[str]) -> Published:
    """How any refusal is published where these codes are known: what is not among them has a near one.

    What is the caller's fault is never a 500 (D106).
    """
    reason, status = failure.reason, failure.status
    if reason.code == "invalid_client" and status in (400, 401):
        return _UNKNOWN_CLIENT
    if reason.code in codes:
        return Published(status, reason.code)
    if status >= 500 or status == 429:
        return Published(status, "server_error")
    if reason in (errors.GRANT_TYPE_UNSUPPORTED, errors.CLIENT_UNAUTHORIZED_GRANT):
        near = "unsupported_grant_type" if "unsupported_grant_type" in codes else "unauthorized_client"
        return Published(400, near)
    if status in (401, 403) and "unauthorized_client" in codes:
        return Published(status, "unauthorized_client")
    return Published(status, "invalid_request")


def refuse_token(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """`{"error", "error_description"}` at the token endpoint and of the device grant (D87, D88)."""
    reason = failure.reason
    told = published(failures.as_protocol(failure), _TOKEN_CODES)
    # The sentence of one place must not name a client that no other does: it has no place for the id.
    sentence = failure.text if told is not _UNKNOWN_CLIENT else told.sentence
    headers = (*NO_STORE, (ERROR_ID, reason.id), *failure.headers)
    return answers.json(told.status, {"error": told.code, "error_description": sentence}, headers)


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """`{"error", "error_description"}`, at authorize too: nothing goes to the callback (D34)."""
    reason = failure.reason
    told = _BY_REASON.get(reason.id) or published(failures.as_protocol(failure), _HANDSHAKE_CODES)
    sentence = told.sentence or failure.text
    if reason == errors.CLIENT_SECRET_WRONG:
        sentence = _WRONG_SECRET + (request.query().get("client_id") or "")
    body = {"error": told.code, "error_description": sentence}
    headers = (*NO_STORE, (ERROR_ID, reason.id), *failure.headers)
    return answers.json(told.status, body, headers)


def refuse_exchange(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The same; a missing parameter is answered as the framework there does it (D51)."""
    if failure.reason != errors.REQUEST_PARAMETER_MISSING:
        return refuse(failure, request)
    given = request.query()
    missing = [name for name in EXCHANGE_REQUIRED if given.get(name) is None]
    return validation_problem(failure, {name: [f"The {name} field is required."] for name in missing})


def validation_problem(failure: Failure, found: Mapping[str, list[str]]) -> HttpAnswer:
    """What the framework there says of members or parameters, by their names (D51)."""
    body = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": "One or more validation errors occurred.",
        "status": 400,
        "errors": found,
    }
    answer = answers.json(400, body, (*NO_STORE, (ERROR_ID, failure.reason.id)))
    return HttpAnswer(400, answer.body, "application/problem+json", answer.headers)


def refuse_call(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """Calls of the API: 401 means sign in again (D64), 403 that the token may not do this (D94)."""
    reason = failure.reason
    status = failure.status
    headers = (*NO_STORE, (ERROR_ID, reason.id), *failure.headers)
    if status == 401:
        headers = (*headers, ("www-authenticate", "Bearer"))
    return answers.json(status, {"error": reason.code, "error_description": failure.text}, headers)
