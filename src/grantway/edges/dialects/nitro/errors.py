"""Refusals of the nitro mount. Its guide publishes statuses and no body, so the body is RFC 6749's (§5.2)."""

from __future__ import annotations

from dataclasses import replace

from grantway.core import errors
from grantway.edges.web import failures
from grantway.edges.web.failures import Failure, error_document
from grantway.edges.web.headers import NO_REFERRER
from grantway.edges.web.requests import HttpAnswer, HttpRequest

STATUSES = (400, 401, 403, 404, 405, 413, 414, 429, 500, 503)
"""What this mount answers: the published three (B42), and those that HTTP itself has. All others are 400."""

_CHALLENGE = ("www-authenticate", 'Bearer realm="nitro"')


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """400 for what was sent, 401 for who sent it, 403 for what they may not, a used-up day among it (B15).

    `invalid_token` has two bodies: a token whose time is over says so, for that is when a client asks for
    a new one (B28, B55).
    """
    reason = errors.CLIENT_UNKNOWN if failure.reason == errors.CLIENT_SECRET_WRONG else failure.reason
    failure = failures.as_protocol(replace(failure, reason=reason))
    status = failure.status if failure.status in STATUSES else 400
    answer = error_document(replace(failure, status=status), request)
    answer = answer.with_headers(*NO_REFERRER)
    return answer.with_headers(_CHALLENGE) if status == 401 else answer
