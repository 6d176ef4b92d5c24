"""Requests of clients as the standards spell them, for every dialect that spells them so."""

from __future__ import annotations

from collections.abc import Callable

from grantway.core import errors
from grantway.core.access_keys import KEY_PARAMETER, SECRET_PARAMETER
from grantway.core.errors import OAuthError
from grantway.core.messages import BearerRequest, PresentedClient
from grantway.edges.web import forms
from grantway.edges.web.forms import Parameters
from grantway.edges.web.requests import HttpRequest


def form_and_client(request: HttpRequest) -> tuple[Parameters, PresentedClient | None]:
    """The form of a token request, and what it claims about its client (RFC 6749 §2.3). Raises OAuthError."""
    form = request.form()
    if request.environ.get("QUERY_STRING"):
        forms.refuse_secrets_in_query(request.query(), form)
    return form, forms.presented_client(request.authorization, form)


def in_header(request: HttpRequest) -> BearerRequest:
    """A call with its token in the header and nowhere else (RFC 6750 §2.1)."""
    return BearerRequest(request.origin, forms.bearer(request.authorization))


def key_parameters(given: Callable[[str], object], key: str, secret: str) -> dict[str, str]:
    """An access key and its secret, by the names that a wire has for them. Raises OAuthError."""
    parameters = {}
    for wire, name in ((key, KEY_PARAMETER), (secret, SECRET_PARAMETER)):
        text = given(wire)
        if not isinstance(text, str) or not text:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, wire)
        parameters[name] = text
    return parameters


def decode_userinfo(request: HttpRequest) -> BearerRequest:
    """A token in the header, or by POST in the body (RFC 6750 §2.1, §2.2); in the address never."""
    token = forms.bearer(request.authorization)
    body = Parameters({})
    if request.method == "POST" and (token is None or request.content_type):
        body = _userinfo_body(request)
    forms.refuse_secrets_in_query(request.query(), body)
    in_body = body.get("access_token")
    if token is not None and in_body is not None:
        raise OAuthError(errors.TOKEN_SEVERAL)
    return BearerRequest(request.origin, token or in_body)


def _userinfo_body(request: HttpRequest) -> Parameters:
    """A POST without a body is a request by header; a body of another type is not looked at."""
    if not request.body() or request.content_type != "application/x-www-form-urlencoded":
        return Parameters({})
    return request.form()
