"""Requests of the standard's endpoints as messages, and outcomes as its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from grantway.core import errors, exchange, scopes
from grantway.core.errors import OAuthError
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    DeviceAuthorization,
    DeviceAuthorizationRequest,
    IntrospectRequest,
    Issued,
    RevokeRequest,
    TokenRequest,
    TokenView,
)
from grantway.core.scopes import OPENID
from grantway.edges.dialects.standard.request_objects import told_by
from grantway.edges.web import answers, forms
from grantway.edges.web.dialect import AskSiblings
from grantway.edges.web.forms_of_clients import form_and_client, in_header
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Interact
from grantway.features.registry.launcher import Sibling

_encode = msgspec.json.Encoder().encode
_MOST_DIGITS = 9


def decode_authorize(request: HttpRequest) -> AuthorizeRequest:
    """The request by GET, or by POST as OpenID Connect Core §3.1.2.1 allows."""
    given = request.query()
    if request.method == "POST":
        given = forms.joined(given, request.form())
    told = told_by(given.get("request"))
    return AuthorizeRequest(
        origin=request.origin,
        client_id=given.get("client_id"),
        claimed_redirect=given.get("redirect_uri"),
        response_type=given.get("response_type"),
        scope=given.get("scope"),
        state=given.get("state") or told.get("state"),
        nonce=given.get("nonce"),
        code_challenge=given.get("code_challenge"),
        code_challenge_method=given.get("code_challenge_method"),
        response_mode=given.get("response_mode") or told.get("response_mode"),
        prompt=given.get("prompt"),
        max_age=given.get("max_age"),
        login_hint=given.get("login_hint"),
        id_token_hint=given.get("id_token_hint"),
        ui_locales=given.get("ui_locales"),
        resources=given.all("resource"),
        claims=given.get("claims"),
        request=given.get("request"),
        request_uri=given.get("request_uri"),
        registration=given.get("registration"),
    )


def encode_authorize(outcome: Answer | Interact, request: HttpRequest) -> HttpAnswer:
    """On to the person's next step, or back to the application."""
    return answers.onward(outcome, request)


def decode_token(request: HttpRequest) -> TokenRequest:
    """A token request: a form, with the client by Basic, in the body, or by its id alone."""
    form, client = form_and_client(request)
    grant_type, resources = form.get("grant_type") or "", form.all("resource")
    if grant_type == exchange.GRANT_TYPE:
        # Both say for whom (RFC 8693 §2.1). An API has one name, which is its address.
        resources = (*resources, *form.all("audience"))
    return TokenRequest(
        grant_type=grant_type,
        client=client,
        origin=request.origin,
        scope=scopes.parse(form.get("scope")),
        resources=resources,
        lifetime=_lifetime(form.get("expires_in")),
        parameters=form.without("client_secret"),
    )


def _lifetime(seconds: str | None) -> int | None:
    """The life that the client wishes for its token, under the name by which the answer tells it."""
    if seconds is None:
        return None
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= _MOST_DIGITS):
        raise OAuthError(errors.LIFETIME_INVALID)
    return int(seconds)


def encode_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The token answer. `scope` is always there, so that nobody has to guess what was granted (C084)."""
    body = {
        "access_token": outcome.access_token,
        "token_type": outcome.token_type,
        "expires_in": outcome.expires_in,
        "scope": scopes.join(outcome.scope),
    }
    if outcome.refresh_token is not None:
        body["refresh_token"] = outcome.refresh_token
    if outcome.id_token is not None:
        body["id_token"] = outcome.id_token
    if outcome.echo:
        body.update(outcome.echo)
    return HttpAnswer(200, _encode(body), headers=NO_STORE)


def decode_device(request: HttpRequest) -> DeviceAuthorizationRequest:
    """RFC 8628 §3.1, with `resource` (RFC 8707) as at the other endpoints that ask for tokens."""
    form, client = form_and_client(request)
    return DeviceAuthorizationRequest(
        client=client,
        origin=request.origin,
        scope=scopes.parse(form.get("scope")),
        resources=form.all("resource"),
    )


def encode_device(outcome: DeviceAuthorization, request: HttpRequest) -> HttpAnswer:
    """RFC 8628 §3.2: the page is the issuer's own."""
    return answers.device_codes(outcome, f"{request.server.issuer}/device")


def decode_revoke(request: HttpRequest) -> RevokeRequest:
    """RFC 7009 §2.1. The hint is not needed: a token says what it is."""
    form, client = form_and_client(request)
    return RevokeRequest(client=client, origin=request.origin, token=form.get("token"))


def encode_revoke(outcome: None, request: HttpRequest) -> HttpAnswer:
    """Done, or there was nothing to do: both look alike (RFC 7009 §2.2)."""
    return HttpAnswer(200, headers=NO_STORE)


def decode_introspect(request: HttpRequest) -> IntrospectRequest:
    """RFC 7662 §2.1."""
    form, client = form_and_client(request)
    return IntrospectRequest(client=client, origin=request.origin, token=form.get("token"))


def encode_introspect(outcome: TokenView, request: HttpRequest) -> HttpAnswer:
    """RFC 7662 §2.2; of an inactive token nothing more is said."""
    return HttpAnswer(200, _encode({"active": outcome.active, **outcome.claims}), headers=NO_STORE)


def encode_userinfo(outcome: Mapping[str, Any], request: HttpRequest) -> HttpAnswer:
    """The claims as plain JSON (OpenID Connect Core §5.3.2)."""
    return HttpAnswer(200, _encode(outcome), headers=NO_STORE)


def decode_siblings(request: HttpRequest) -> AskSiblings:
    """A token in the header, with `openid`: it is about who is signed in."""
    return AskSiblings(in_header(request), OPENID)


def encode_siblings(outcome: tuple[Sibling, ...], request: HttpRequest) -> HttpAnswer:
    """What the person can open, by name."""
    body = [
        {
            "client_id": one.application.client_id,
            "name": one.application.name,
            "description": one.application.description,
            "base_url": one.base_url,
        }
        for one in outcome
    ]
    return HttpAnswer(200, _encode({"applications": body}), headers=NO_STORE)
