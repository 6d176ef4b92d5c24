"""Refusals as RFC 6749 §5.2, RFC 6750 §3 and OpenID Connect spell them."""

from __future__ import annotations

from dataclasses import replace

from grantway.core import errors
from grantway.edges.web import failures
from grantway.edges.web.failures import Failure, error_document
from grantway.edges.web.requests import HttpAnswer, HttpRequest

_BASIC = ("www-authenticate", 'Basic realm="grantway", charset="UTF-8"')
_BEARER_CODES = frozenset({"invalid_request", "invalid_token", "insufficient_scope"})


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """JSON, whatever Accept says: some client libraries ask for HTML first."""
    return refuse_program(failures.as_protocol(failure), request)


def refuse_program(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The same where no standard gives a wrong type of the body another status than HTTP does."""
    shown = _alike(failure)
    answer = error_document(shown, request)
    if shown.status == 401:
        return answer.with_headers(_BASIC)
    return answer


def refuse_bearer(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The same with a challenge; a request without any token is told no error code (RFC 6750 §3.1)."""
    answer = error_document(failure, request)
    if failure.status not in (400, 401, 403):
        return answer
    challenge = 'Bearer realm="grantway"'
    if failure.reason != errors.TOKEN_MISSING and failure.reason.code in _BEARER_CODES:
        challenge += f', error="{failure.reason.code}"'
    return answer.with_headers(("www-authenticate", challenge))


def refuse_page(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """A person sees it: nothing is verified yet, so nothing is redirected (RFC 6749 §4.1.2.1)."""
    failure = failures.as_protocol(failure)
    status = 400 if failure.status == 401 else failure.status
    return failures.error_page(failure, request, status=status)


def _alike(failure: Failure) -> Failure:
    """An unknown client and a wrong secret look the same; the log tells them apart."""
    if failure.reason == errors.CLIENT_SECRET_WRONG:
        return replace(failure, reason=errors.CLIENT_UNKNOWN)
    return failure
