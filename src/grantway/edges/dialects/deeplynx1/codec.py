"""Requests of the archived DeepLynx 1 as messages, and outcomes in its answers."""

from __future__ import annotations

from grantway.core.messages import Answer, AuthorizeRequest, Issued, TokenRequest
from grantway.edges.web import answers, forms
from grantway.edges.web.dialect import AskKeys, JsonWebKeys
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Interact
from grantway.features.memory.keyring import COMMON_RING

_CACHE = (("cache-control", "public, max-age=300"),)


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
    if isinstance(outcome, Interact):
        return answers.see_other(f"{request.server.issuer}/interaction/{outcome.handle}", 302)
    return answers.to_application(outcome, request, 302)


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


def decode_keys(request: HttpRequest) -> AskKeys:
    """The ring that signs here: this mount has none of its own."""
    return AskKeys(COMMON_RING)


def encode_keys(outcome: JsonWebKeys, request: HttpRequest) -> HttpAnswer:
    """A JWK set (D100)."""
    return answers.json(200, {"keys": outcome}, _CACHE)
