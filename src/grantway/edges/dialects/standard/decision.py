"""Questions of gateways as messages, and decisions as their answers.

Two forms. A *forwarded* question tells the call in headers, as nginx (`auth_request`), Traefik
(`forwardAuth`) and Envoy (`ext_authz`) do: the caller's own Authorization passes through, the gateway's is
in `Grantway-Gateway`. A *plain* question is a form or a JSON object from a program.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

import msgspec

from grantway.core import errors, scopes
from grantway.core.decisions import Arrived, Decision, DecisionRequest
from grantway.core.errors import OAuthError, Reason, Refused
from grantway.core.identifiers import to_text
from grantway.core.messages import PresentedClient
from grantway.core.secrets import Secret
from grantway.edges.web import failures, forms
from grantway.edges.web.failures import Failure, error_document
from grantway.edges.web.headers import NO_STORE, Headers
from grantway.edges.web.requests import HttpAnswer, HttpRequest

# Keys of the environment, because these are read for every call of an API.
_GATEWAY = "HTTP_GRANTWAY_GATEWAY"
_ORIGINAL = ("HTTP_X_ORIGINAL_URI", "HTTP_X_ORIGINAL_METHOD")
_FORWARDED = ("HTTP_X_FORWARDED_URI", "HTTP_X_FORWARDED_METHOD")
_BASIC = 'Basic realm="grantway", charset="UTF-8"'
_LONGEST_METHOD = 20
_encode = msgspec.json.Encoder().encode


def decode_forwarded(request: HttpRequest) -> DecisionRequest:
    """A question of nginx or Traefik: path and method in the headers of one kind.

    A caller could send the headers of the other kind through a gateway that does not know them, so both
    together are refused.
    """
    environ = request.environ
    is_original, is_forwarded = (any(key in environ for key in kind) for kind in (_ORIGINAL, _FORWARDED))
    if is_original == is_forwarded:
        raise OAuthError(errors.DECISION_REQUEST, "headers of no kind of gateway, or of several")
    uri, method = _ORIGINAL if is_original else _FORWARDED
    return _forwarded(request, uri=environ.get(uri), method=environ.get(method))


def decode_below(request: HttpRequest) -> DecisionRequest:
    """A question of Envoy: the method is the request's own, and the path is a header.

    The address has the path too, but not as it was asked for: it comes here unescaped.
    """
    uri, method = _ORIGINAL
    told = request.environ.get(method)
    if (told is not None and told != request.method) or _FORWARDED[0] in request.environ:
        raise OAuthError(errors.DECISION_REQUEST, "another method, or headers of another kind")
    return _forwarded(request, uri=request.environ.get(uri), method=request.method)


def decode_plain(request: HttpRequest) -> DecisionRequest:
    """A question of a program, which authenticates as at any endpoint."""
    given = forms.json_parameters(request.body()) if request.is_json else request.form()
    forms.refuse_secrets_in_query(request.query(), given)
    arrived = _arrived(
        uri=given.get("uri"),
        method=given.get("method"),
        address=_address(given.get("address")),
        authorization=given.get("authorization"),
    )
    gateway = forms.presented_client(request.authorization, given)
    return DecisionRequest(gateway, request.origin, given.get("api"), arrived)


def encode_forwarded(outcome: Decision, request: HttpRequest) -> HttpAnswer:
    """200 with who calls, in headers and body; or the refusal that the caller is to get.

    nginx understands 401 and 403 only: for `statuses=auth_request` a limit answers 403, and the header
    says what it is.
    """
    if outcome.allowed:
        told = _told(outcome)
        return HttpAnswer(200, _encode(told), headers=(*NO_STORE, *_headers(told)))
    failure = _failure(outcome, request)
    status = failure.status
    if status == 429 and request.query().get("statuses") == "auth_request":
        status = 403
    headers: Headers = (("x-grantway-status", str(failure.status)), *_challenge(outcome, failure.status))
    if outcome.retry_after is not None:
        headers = (*headers, ("retry-after", str(outcome.retry_after)))
    return HttpAnswer(status, _encode(_refused(outcome, failure, request)), headers=(*NO_STORE, *headers))


def encode_plain(outcome: Decision, request: HttpRequest) -> HttpAnswer:
    """A decision is an answer, whichever way it goes; `status` says what the caller is to get."""
    if outcome.allowed:
        return HttpAnswer(200, _encode(_told(outcome)), headers=NO_STORE)
    failure = _failure(outcome, request)
    return HttpAnswer(200, _encode(_refused(outcome, failure, request)), headers=NO_STORE)


def refuse_forwarded(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """The gateway's own fault is never 401 or 403: the caller would take it for their own."""
    status = 400 if failure.status in {401, 403} else failure.status
    return error_document(replace(failure, reason=_alike(failure.reason), status=status), request)


def _forwarded(request: HttpRequest, *, uri: str | None, method: str | None) -> DecisionRequest:
    told = request.environ.get(_GATEWAY)
    forwarded = request.environ.get("HTTP_X_FORWARDED_FOR")
    arrived = _arrived(
        uri=uri,
        method=method,
        address=request.server.proxies.told(forwarded) if forwarded is not None else None,
        authorization=request.authorization,
    )
    gateway = forms.basic(told) if told is not None else None
    return DecisionRequest(gateway, request.origin, request.query().get("api"), arrived)


def _arrived(
    *, uri: str | None, method: str | None, address: str | None, authorization: str | None
) -> Arrived:
    if not uri or not method or len(method) > _LONGEST_METHOD:
        raise OAuthError(errors.DECISION_REQUEST, "no path or no method")
    try:
        token, pair = _credentials(authorization)
    except OAuthError as refusal:
        return Arrived(method, uri, address, unreadable=refusal.reason)
    return Arrived(method, uri, address, token, pair)


def _credentials(authorization: str | None) -> tuple[str | None, PresentedClient | None]:
    """A token, or a pair as it is: the guides that have pairs on calls know no form-encoding (N27)."""
    if authorization is None or authorization[:6].lower() != "basic ":
        return forms.bearer(authorization), None
    client_id, secret = forms.basic_pair(authorization)
    return None, PresentedClient("client_secret_basic", client_id, Secret(secret))


def _address(text: str | None) -> str | None:
    """The address that a program tells; one that is none is refused, because rules may stand on it."""
    if text is None:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        raise OAuthError(errors.DECISION_REQUEST, "no address") from None


def _headers(told: dict[str, Any]) -> Headers:
    """Who calls. All of them, always, so that none of the caller's own stays in its place.

    Names of people and organizations are not among them, and what is free text is percent-encoded: no
    value can end its header.
    """
    return (
        ("x-grantway-application", quote(told["application"], safe="~")),
        ("x-grantway-organization", told["organization"]),
        ("x-grantway-subject", told["subject"] or ""),
        ("x-grantway-subject-kind", told["subject_kind"]),
        ("x-grantway-role", told["role"] or ""),
        ("x-grantway-scopes", " ".join(told["scopes"])),
    )


def _subject(decision: Decision) -> str | None:
    if decision.subject_id is not None:
        return to_text(decision.subject_id)
    reference = decision.subject_reference
    return None if reference is None else quote(reference, safe="~")


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "allowed": True,
        "api": decision.api,
        "route": decision.route,
        "application": decision.client_id,
        "organization": to_text(decision.organization_id),
        "subject": _subject(decision),
        "subject_kind": decision.subject_kind,
        "role": decision.role,
        "scopes": scopes.join(decision.scopes).split(),
    }


def _failure(outcome: Decision, request: HttpRequest) -> Failure:
    """The refusal of a call: 401 for its credentials, 403 for what they may not, 429 for a limit."""
    reason = outcome.reason or errors.SERVER_FAILURE
    failure = failures.report(Refused(reason, outcome.detail, outcome.concern), request, "decision")
    status = failure.status
    if reason.code == "access_denied":
        status = 403
    elif reason == errors.LIMIT_REACHED:
        status = 429
    return Failure(_alike(reason), status if status in {403, 429} else 401)


def _refused(outcome: Decision, failure: Failure, request: HttpRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "allowed": False,
        "status": failure.status,
        "error": failure.reason.code,
        "error_description": failure.reason.text,
        "error_id": failure.reason.id,
        "request_id": request.request_id,
    }
    if outcome.needed:
        body["scope"] = scopes.join(outcome.needed)
    if outcome.retry_after is not None:
        body["retry_after"] = outcome.retry_after
    return body


def _challenge(outcome: Decision, status: int) -> Headers:
    """What the caller could send (RFC 6750 §3); a caller without any proof is told no error code."""
    reason = outcome.reason
    if status == 429 or reason is None or reason.code == "access_denied":
        return ()
    if reason.code == "invalid_client":
        return (("www-authenticate", _BASIC),)
    challenge = 'Bearer realm="grantway"'
    if reason != errors.TOKEN_MISSING:
        error = "insufficient_scope" if status == 403 else "invalid_token"
        challenge += f', error="{error}"'
    if outcome.needed:
        challenge += f', scope="{scopes.join(outcome.needed)}"'
    return (("www-authenticate", challenge),)


def _alike(reason: Reason) -> Reason:
    """An unknown client and a wrong secret look the same; the log tells them apart."""
    return errors.CLIENT_UNKNOWN if reason == errors.CLIENT_SECRET_WRONG else reason
