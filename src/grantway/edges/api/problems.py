"""Refusals as problem details (RFC 9457)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import msgspec

from grantway.core import errors
from grantway.core.errors import FieldError, Reason
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.records.values import about
from grantway.edges.web.requests import HttpAnswer, HttpRequest

CONTENT_TYPE = "application/problem+json"
REALM = 'Bearer realm="grantway"'

# What a caller of this API does about it, beyond what the sentence says to everybody.
_HERE = {
    errors.RECORD_CHANGED.id: "If-Match takes the entity tag that you get then.",
    errors.RECORD_IF_MATCH.id: "The header ETag of the record's GET has it.",
    errors.TOKEN_AUDIENCE.id: "Ask for a scope of this API, and for no other API's.",
}


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one member of the request."""

    field: Annotated[str, about("The member, by its path; empty for the whole body.", "redirect_uris[0]")]
    id: Annotated[str, about("The id of the refusal.", "E-FIELD-09")]
    message: Annotated[str, about("What to do about it.", errors.FIELD_REDIRECT_SCHEME.text)]


class Problem(msgspec.Struct, frozen=True):
    """Why a request was refused."""

    type: Annotated[str, about("What kind of problem it is.", "urn:grantway:problem:E-RECORD-02")]
    title: Annotated[str, about("The kind in words.", "Not found")]
    status: Annotated[int, about("The HTTP status.", 404)]
    detail: Annotated[str, about("What to do about it.", errors.RECORD_NOT_FOUND.text)]
    error_id: Annotated[str, about("The id of the refusal.", "E-RECORD-02")]
    request_id: Annotated[str, about("What the server's log calls this request.", "dGhpcyBpcyBp")]
    errors: Annotated[tuple[FieldProblem, ...], about("What is wrong with single members.", [])] = ()
    scope: Annotated[
        str | None, about("The scope that the token lacks, where that is why.", "applications:read")
    ] = None


def title_of(reason: Reason) -> str:
    """The kind of a refusal in words."""
    return reason.code.replace("_", " ").capitalize()


def problem_answer(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The answer of a refusal."""
    status, reason, scope = failure.status, failure.reason, failure.scope
    told = reason.saying(_HERE[reason.id]) if reason.id in _HERE else reason
    body = Problem(
        type=f"urn:grantway:problem:{reason.id}",
        title=title_of(reason),
        status=status,
        detail=replace(failure, reason=told).text,
        error_id=reason.id,
        request_id=request.request_id,
        errors=tuple(map(_field_problem, failure.fields)),
        scope=scope,
    )
    headers = (*NO_STORE, *failure.headers)
    challenge = _challenge(failure, scope)
    if challenge is not None:
        headers = (*headers, ("www-authenticate", challenge))
    return HttpAnswer(status, msgspec.json.encode(body), CONTENT_TYPE, headers)


def _field_problem(found: FieldError) -> FieldProblem:
    return FieldProblem(found.field, found.reason.id, found.reason.sentence)


def _challenge(failure: Failure, scope: str | None) -> str | None:
    """How to authenticate (RFC 6750 §3): without an error code where nobody tried."""
    reason = failure.reason
    if reason is errors.TOKEN_MISSING:
        return REALM
    if failure.status == 401 or reason is errors.TOKEN_SCOPE:
        needed = f', scope="{scope}"' if scope else ""
        return f'{REALM}, error="{reason.code}", error_description="{reason.text}"{needed}'
    return None
