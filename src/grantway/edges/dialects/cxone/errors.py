"""Refusals of the cxone mount: 400 with six codes, plain text at authorize, and what calls answer (C47).

The published specification has no other code and no 401 at its token endpoint. What has none of the six is
told as the nearest, with our id beside it; what is no fault of the client's keeps the status that HTTP has.
"""

from __future__ import annotations

from dataclasses import replace

from grantway.core import errors
from grantway.edges.web import answers
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import HttpAnswer, HttpRequest

CODES = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    }
)
"""All that are published (C47)."""

_NEAREST = {
    "access_denied": "invalid_grant",
    "invalid_target": "invalid_scope",
    "insufficient_scope": "invalid_scope",
    "invalid_token": "invalid_grant",
    "unsupported_response_type": "invalid_request",
    "login_required": "invalid_grant",
    "interaction_required": "invalid_grant",
    "consent_required": "invalid_grant",
    "account_selection_required": "invalid_grant",
}
"""What a code that is not published is told as; every other one is an invalid request."""
_KEEPS_STATUS = frozenset({405, 413, 414, 429, 500, 501, 503})
"""No fault of what the request says, or one that HTTP has a word for: programs go by the status there."""
_PLAIN = "text/plain; charset=utf-8"


def code_of(failure: Failure) -> str:
    """The published code of a refusal; what failed on our side is said in the standard's words."""
    code = failure.reason.code
    if failure.status >= 500:
        return code
    return code if code in CODES else _NEAREST.get(code, "invalid_request")


def refuse_token(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """`{"error", "error_description"}` with 400, never 401 (C47). A wrong secret and no client look alike."""
    reason = errors.CLIENT_UNKNOWN if failure.reason == errors.CLIENT_SECRET_WRONG else failure.reason
    text = reason.text if reason != failure.reason else failure.text
    body = {"error": code_of(failure), "error_description": text, "error_id": reason.id}
    return answers.json(_status(failure), body, (*NO_STORE, *failure.headers))


def refuse_authorize(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """One sentence as plain text: nothing was verified, so nothing is redirected (C53)."""
    text = f"{failure.text} ({failure.reason.id})\n"
    return HttpAnswer(_status(failure), text.encode(), _PLAIN, (*NO_STORE, *failure.headers))


def refuse_userinfo(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """401 with the challenge as it is published: its one word (C59)."""
    answer = refuse_call(failure, request)
    status = 401 if failure.status in {400, 401, 403} else failure.status
    if status != 401:
        return answer
    kept = tuple(one for one in answer.headers if one[0] != "www-authenticate")
    challenge = ("www-authenticate", 'Bearer error="invalid token"')
    return HttpAnswer(401, answer.body, answer.content_type, (*kept, challenge))


def refuse_call(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """Calls of the API: a status that programs go by, and why."""
    reason = failure.reason
    body = {"error": reason.code, "error_description": failure.text, "error_id": reason.id}
    answer = answers.json(failure.status, body, (*NO_STORE, *failure.headers))
    if failure.status == 401:
        return answer.with_headers(("www-authenticate", 'Bearer realm="cxone"'))
    return answer


def refuse_key(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The same with the four statuses that calls about keys have (C78)."""
    kept = failure.status in {401, 403, 404} or failure.status in _KEEPS_STATUS
    return refuse_call(failure if kept else replace(failure, status=400), request)


def _status(failure: Failure) -> int:
    return failure.status if failure.status in _KEEPS_STATUS else 400
