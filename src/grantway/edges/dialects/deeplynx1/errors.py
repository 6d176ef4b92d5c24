"""Refusals of the deeplynx1 mount. How the archived version said them is not published, but for one (D99)."""

from __future__ import annotations

from dataclasses import replace

from grantway.core import errors
from grantway.edges.web import answers, failures
from grantway.edges.web.failures import Failure, error_document
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import HttpAnswer, HttpRequest


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """As RFC 6749 §5.2 has it; an unknown client and a wrong secret look alike."""
    if failure.reason == errors.CLIENT_SECRET_WRONG:
        failure = replace(failure, reason=errors.CLIENT_UNKNOWN)
    return error_document(failures.as_protocol(failure), request)


def refuse_key(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """401 `unauthorized` for whatever is wrong with the key, and nothing that tells which it was (D99)."""
    if failure.reason.code not in {"invalid_grant", "invalid_client", "unauthorized_client", "access_denied"}:
        return refuse(failure, request)
    headers = (*NO_STORE, ("error-id", failure.reason.id), *failure.headers)
    status = failure.status if failure.status == 429 else 401
    return answers.json(status, {"error": "unauthorized"}, headers)


def refuse_page(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """A person sees it; nothing is redirected before the redirect is verified."""
    status = 400 if failure.status == 401 else failure.status
    return failures.error_page(failure, request, status=status)
