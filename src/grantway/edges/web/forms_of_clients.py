"""Requests of clients as the standards spell them, for every dialect that spells them so."""

from __future__ import annotations

from grantway.core import errors
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
