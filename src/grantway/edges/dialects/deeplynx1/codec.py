"""Requests of the archived DeepLynx 1 as messages, and outcomes in its answers."""

from __future__ import annotations

import re

from grantway.core import errors
from grantway.core.access_keys import GRANT_TYPE
from grantway.core.errors import OAuthError
from grantway.core.messages import Answer, AuthorizeRequest, Issued, TokenRequest
from grantway.edges.web import answers, forms
from grantway.edges.web.forms_of_clients import key_parameters
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Interact

_EXPIRY = re.compile(r"([0-9]{1,6})([smhd])", re.ASCII)
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def decode_authorize(request: HttpRequest) -> AuthorizeRequest:
    """The standard parameters (D97). `scope=all` says what every request means: all that fit."""
    given = request.query()
    return AuthorizeRequest(
        origin=request.origin,
        client_id=given.get("client_id"),
        claimed_redirect=given.get("redirect_uri"),
        response_type=given.get("response_type"),
        state=given.get("state"),
        code_challenge=given.get("code_challenge"),
        code_challenge_method=given.get("code_challenge_method"),
    )


def encode_authorize(outcome: Answer | Interact, request: HttpRequest) -> HttpAnswer:
    """On to the person's next step, or back to the application."""
    return answers.onward(outcome, request, 302)


def decode_exchange(request: HttpRequest) -> TokenRequest:
    """JSON or a form, with the client by Basic, in the body, or by its id and `code_verifier` (D98)."""
    given = forms.json_parameters(request.body()) if request.is_json else request.form()
    forms.refuse_secrets_in_query(request.query(), given)
    return TokenRequest(
        grant_type=given.get("grant_type") or "",
        client=forms.presented_client(request.authorization, given),
        origin=request.origin,
        parameters=given.without("client_secret"),
    )


def encode_exchange(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The two members, with the type in small letters (D98)."""
    return answers.json(200, {"access_token": outcome.access_token, "token_type": "bearer"})


def decode_key_token(request: HttpRequest) -> TokenRequest:
    """A key and its secret in headers, and how long the token is to live (D99)."""
    parameters = key_parameters(request.header, "x-api-key", "x-api-secret")
    lifetime = _lifetime(request.header("x-api-expiry") or "24h")
    return TokenRequest(GRANT_TYPE, None, request.origin, lifetime=lifetime, parameters=parameters)


def _lifetime(text: str) -> int:
    """Seconds, from a number with its unit, such as `10h` or `7d`."""
    told = _EXPIRY.fullmatch(text)
    if told is None or int(told[1]) == 0:
        raise OAuthError(errors.LIFETIME_INVALID)
    return int(told[1]) * _UNITS[told[2]]


def encode_key_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The token alone, as a JSON string (D99)."""
    return answers.json(200, outcome.access_token)
