"""From what went wrong to an answer: one table for all faces.

A face asks `failure_of` for status, reason and headers, and says them in its own form. Input never
enters the reason; what is private goes to the log, under the request id that the answer names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import falcon
import structlog

from grantway.core import errors, scopes
from grantway.core.concerns import UNKNOWN
from grantway.core.errors import (
    Conflict,
    DomainError,
    Expecting,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    NotYet,
    OAuthError,
    PageError,
    PreconditionFailed,
    Reason,
    Refused,
    ScopeMissing,
    ScopeRefused,
)
from grantway.core.ports import Unavailable
from grantway.core.refusals import Kind
from grantway.core.scopes import ScopeSet
from grantway.edges.web import answers, negotiation
from grantway.edges.web.browsers import ACCOUNT
from grantway.edges.web.headers import Headers
from grantway.edges.web.noting import note_refusal
from grantway.edges.web.observing import NO_ROUTE, ROUTE
from grantway.edges.web.requests import App, HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.words import _

_log = structlog.get_logger("grantway.edges")

_STATUS_OF_CODE = {
    "invalid_client": 401,
    "invalid_token": 401,
    "insufficient_scope": 403,
    "not_found": 404,
    "server_error": 500,
    "temporarily_unavailable": 503,
}
_STATUS_OF_REASON = {
    errors.CLIENT_THROTTLED.id: 429,
    errors.LOGIN_THROTTLED.id: 429,
    errors.ACCESS_KEY_THROTTLED.id: 429,
    errors.WAITING_NETWORK.id: 429,
    errors.DEVICE_NETWORK.id: 429,
    errors.DEVICE_APPLICATION.id: 429,
    errors.DEVICE_GUESSES.id: 429,
    errors.DEVICE_OWN_ACT.id: 403,
    errors.BUDGET_DAY.id: 403,
    errors.NETWORK_OUTSIDE.id: 403,
    errors.REQUEST_METHOD.id: 405,
    errors.REQUEST_TOO_LARGE.id: 413,
    errors.REQUEST_CONTENT_TYPE.id: 415,
    errors.HTTP_TARGET.id: 414,
    errors.HTTP_CODING.id: 415,
    errors.HTTP_METHOD.id: 501,
    errors.TOKEN_MISSING.id: 401,
    errors.TOKEN_NO_SIBLING.id: 403,
    errors.AUTHORIZE_CLIENT_UNKNOWN.id: 400,
    errors.LOGIN_FAILED.id: 403,
    errors.SIGN_IN_REQUIRED.id: 401,
    errors.RECORD_IF_MATCH.id: 428,
    errors.RECORD_LOCKED.id: 409,
    errors.RECORD_UNREADABLE.id: 400,
    errors.RECORD_CURSOR.id: 400,
    errors.INVITATION_OFTEN.id: 429,
    errors.NOTICE_RECENT.id: 429,
    errors.PROFILE_TOO_OFTEN.id: 429,
    errors.PROFILE_CHANGED.id: 409,
    errors.LIMIT_WRITES.id: 429,
    errors.INVITATION_FOREIGN.id: 403,
    errors.LAUNCH_INVALID.id: 403,
    errors.LAUNCH_PERSON.id: 403,
    errors.LAUNCH_UNVOUCHED.id: 403,
    errors.LAUNCH_OFTEN.id: 429,
}
_STATUS_OF_KIND: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (PreconditionFailed, 412),
    (Conflict, 409),
    (Invalid, 422),
)
_REASON_OF_STATUS = {
    404: errors.REQUEST_UNKNOWN_ADDRESS,
    405: errors.REQUEST_METHOD,
    413: errors.REQUEST_TOO_LARGE,
    415: errors.REQUEST_CONTENT_TYPE,
    503: errors.SERVER_UNAVAILABLE,
}
_EXPECTED_IN = {errors.REQUEST_CONTENT_TYPE.id: "accept", errors.HTTP_CODING.id: "accept-encoding"}
"""The header that names what would be taken as a body (RFC 9110 §15.5.16)."""
_RETRY_SOON: Headers = (("retry-after", "1"),)
_RETRY_LATER: Headers = (("retry-after", "60"),)


_TITLES = {
    401: _("Sign in first"),
    403: _("This is not for you to do"),
    404: _("There is nothing here"),
    405: _("This does not work here"),
    429: _("Too many attempts"),
    500: _("Something failed here"),
    503: _("Please try again in a moment"),
}
_TITLE = _("This request cannot be answered")


@dataclass(frozen=True, slots=True)
class Failure:
    """A refusal as the faces see it: its reason, the usual status, headers that belong to it.

    `expected` is what would have been taken instead, in words of HTTP that need no translation.
    """

    reason: Reason
    status: int
    headers: Headers = ()
    could: ScopeSet = frozenset()
    """Scopes of ours that could be asked for instead, where a scope was refused."""
    expected: str = ""
    fields: tuple[FieldError, ...] = ()
    """What is wrong with single members of a submitted record."""
    scope: str | None = None
    """The scope that the caller's token lacks, where that is why."""

    @property
    def text(self) -> str:
        """What to tell a program: the sentence of the reason, and what was expected or could be asked for."""
        text = scopes.naming(self.reason.sentence, self.could)
        return f"{text} Expected: {self.expected}." if self.expected else text


def of_reason(reason: Reason) -> Failure:
    """The failure of a public reason."""
    status = _STATUS_OF_REASON.get(reason.id) or _STATUS_OF_CODE.get(reason.code, 400)
    if status == 429 or reason in (errors.WAITING_EVERYWHERE, errors.DEVICE_EVERYWHERE):
        return Failure(reason, status, _RETRY_LATER)
    return Failure(reason, status, _RETRY_SOON if status == 503 else ())


def failure_of(error: Exception) -> Failure:
    """The failure of whatever was raised. What nobody foresaw becomes one fixed sentence."""
    if isinstance(error, NotYet):
        failure = of_reason(error.reason)
        return Failure(failure.reason, failure.status, (("retry-after", str(error.seconds)),))
    if isinstance(error, ScopeRefused):
        return replace(of_reason(error.reason), could=error.could)
    if isinstance(error, Expecting):
        failure = of_reason(error.reason)
        header = _EXPECTED_IN.get(error.reason.id)
        named: Headers = () if header is None else ((header, error.expected),)
        return replace(failure, expected=error.expected, headers=named)
    if isinstance(error, OAuthError | PageError):
        return of_reason(error.reason)
    if isinstance(error, DomainError):
        return _of_domain_error(error)
    if isinstance(error, Unavailable):
        return of_reason(errors.SERVER_UNAVAILABLE)
    if isinstance(error, falcon.HTTPError):
        return _of_http_error(error)
    return of_reason(errors.SERVER_FAILURE)


def as_protocol(failure: Failure) -> Failure:
    """The same at an endpoint of RFC 6749: what is not its form is an invalid request, so 400 (§5.2)."""
    return replace(failure, status=400) if failure.reason == errors.REQUEST_CONTENT_TYPE else failure


def report(outcome: Exception | Refused, request: HttpRequest, kind: Kind | None = None) -> Failure:
    """The failure of an outcome, after telling the log what the answer keeps back.

    `kind` is under what it is kept for the developers of the application; None: it is not.
    """
    if isinstance(outcome, Refused):
        failure, detail = of_reason(outcome.reason), outcome.detail
    else:
        failure, detail = failure_of(outcome), str(getattr(outcome, "detail", ""))
    note_refusal(failure.reason, request, kind, getattr(outcome, "concern", UNKNOWN))
    facts = {
        "request_id": request.request_id,
        "mount": request.mount.name,
        "route": request.environ.get(ROUTE, NO_ROUTE).template,
        "address": request.address,
        "error_id": failure.reason.id,
    }
    if failure.status == 500 and isinstance(outcome, Exception):
        _log.error("request_failed", exc_info=outcome, **facts)
    elif failure.status == 503:
        _log.warning("request_not_served", exc_info=outcome, **facts)
    else:
        _log.info("request_refused", detail=detail, **facts)
    return failure


def title_of(status: int) -> str:
    """What the page of a status is called, to be translated."""
    return _TITLES.get(status, _TITLE)


def error_page(failure: Failure, request: HttpRequest, *, status: int | None = None) -> HttpAnswer:
    """The page of a failure. It never leads anywhere by itself."""
    shown = status or failure.status
    answer = answers.page(
        request,
        "error.html",
        status=shown,
        title=title_of(shown),
        text=failure.reason.text,
        what_to_do="",
        home_url=f"{request.server.issuer}{ACCOUNT}",
        expected=failure.expected,
        error_id=failure.reason.id,
        request_id=request.request_id,
    )
    if not failure.headers:
        return answer
    return HttpAnswer(shown, answer.body, answer.content_type, (*answer.headers, *failure.headers))


def error_document(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The failure in the form of RFC 6749 §5.2, for clients that are programs."""
    reason = failure.reason
    body = {
        "error": reason.code,
        "error_description": failure.text,
        "error_id": reason.id,
        "request_id": request.request_id,
    }
    answer = answers.json(failure.status, body)
    return HttpAnswer(answer.status, answer.body, headers=(*answer.headers, *failure.headers))


def wants_page(request: HttpRequest) -> bool:
    """Whether a browser asks, to show what comes to a person."""
    return negotiation.wants(request.header("accept"), negotiation.HTML)


def install(app: App, server: Server, root: Mount) -> None:
    """Answer what no face caught: unknown addresses, wrong methods, faults of the framework or of ours."""

    def handle(req: falcon.Request, resp: falcon.Response, error: Exception, params: object) -> None:
        request = HttpRequest(req.env, server, root)
        failure = report(error, request)
        answer = error_page(failure, request) if wants_page(request) else error_document(failure, request)
        answer.send(resp, server.headers.always)

    # Falcon looks for the nearest class, and has a handler of its own for its HTTP errors.
    for kind in (Exception, falcon.HTTPError):
        app.add_error_handler(kind, handle)


def _of_domain_error(error: DomainError) -> Failure:
    status = _STATUS_OF_REASON.get(error.reason.id)
    if isinstance(error, Invalid) and any(one.reason == errors.FIELD_UNKNOWN_MEMBER for one in error.errors):
        # The sender means something that this server does not know: that is not a faulty value.
        status = 400
    if status is None:
        status = next((one for kind, one in _STATUS_OF_KIND if isinstance(error, kind)), 400)
    failure = Failure(error.reason, status, _RETRY_LATER if status == 429 else ())
    if isinstance(error, Invalid):
        return replace(failure, fields=error.errors)
    return replace(failure, scope=error.scope) if isinstance(error, ScopeMissing) else failure


def _of_http_error(error: falcon.HTTPError) -> Failure:
    status = error.status_code
    reason = _REASON_OF_STATUS.get(status)
    if reason is None:
        reason = errors.SERVER_FAILURE if status >= 500 else errors.REQUEST_MALFORMED
    allowed = dict(error.headers or ()).get("Allow")
    if allowed is not None:
        return Failure(reason, status, (("allow", allowed),))
    return Failure(reason, status, _RETRY_SOON if status == 503 else ())
