"""Refusals of the nexus211 mount. Its guide publishes no form, so this one is ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.core import errors
from grantway.edges.web import answers, failures
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import HttpAnswer, HttpRequest

_CHALLENGE = ("www-authenticate", 'Basic realm="nexus211", charset="UTF-8", Bearer realm="nexus211"')


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """`{"error", "message", "id"}` with 401 for a wrong pair or token and 403 for a missing scope.

    A list that is asked for wrongly has `errors` beside them, each with its parameter.
    """
    if failure.reason == errors.CLIENT_SECRET_WRONG:
        failure = replace(failure, reason=errors.CLIENT_UNKNOWN)
    failure = failures.as_protocol(failure)
    reason, text = failure.reason, failure.text
    status = 400 if failure.fields else failure.status
    body: dict[str, Any] = {"error": reason.code, "message": text, "id": reason.id}
    if failure.fields:
        body["errors"] = [{"field": one.field, "message": one.reason.sentence} for one in failure.fields]
    answer = answers.json(status, body, (*NO_STORE, *failure.headers))
    if status == 401:
        return answer.with_headers(_CHALLENGE)
    return answer


def refuse_page(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """A person sees it; nothing is redirected before the redirect is verified."""
    status = 400 if failure.status == 401 else failure.status
    return failures.error_page(failure, request, status=status)
