"""Requests of Nexus211's guide as messages, and outcomes in its answers."""

from __future__ import annotations

from typing import Any

from grantway.core import errors, scopes
from grantway.core.errors import Expecting, OAuthError, PageError
from grantway.core.identifiers import to_text
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    BearerRequest,
    Issued,
    PresentedClient,
    TokenRequest,
)
from grantway.core.secrets import Secret
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.web import answers, forms
from grantway.edges.web.dialect import AskPairSecrets, ExampleCall
from grantway.edges.web.forms_of_clients import in_header
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Interact
from grantway.features.registry.revealing import PairSecret
from grantway.features.tokens.verify import VerifiedToken

ORGANIZATION_SCOPE = "organizations:read"
"""What `GET /organizations/current` needs: the scope that every installation has for just that."""

_ALIASES = (("application", "client_id"), ("redirect", "redirect_uri"))
_REQUIRED = (
    ("application", errors.AUTHORIZE_CLIENT_MISSING),
    ("redirect", errors.AUTHORIZE_REDIRECT_MISSING),
    ("state", errors.AUTHORIZE_STATE_MISSING),
)
_LONGEST_BODY = 16_384


def decode_authorize(request: HttpRequest) -> AuthorizeRequest:
    """`state`, `application` and `redirect`, all three filled (N32 to N36).

    A standard name beside its alias could be read differently by somebody in between: refused.
    """
    given = request.query()
    if any(alias in given and standard in given for alias, standard in _ALIASES):
        raise OAuthError(errors.REQUEST_DUPLICATE, "an alias and its standard name")
    for name, reason in _REQUIRED:
        if given.get(name) is None:
            raise PageError(reason)
    return AuthorizeRequest(
        origin=request.origin,
        client_id=given.get("application"),
        claimed_redirect=given.get("redirect"),
        response_type=None,
        state=given.get("state"),
    )


def encode_authorize(outcome: Answer | Interact, request: HttpRequest) -> HttpAnswer:
    """A 302 without content, to the sign-in pages or back to the application (N37, N40)."""
    return answers.onward(outcome, request, 302)


def decode_token(request: HttpRequest) -> TokenRequest:
    """The code as JSON, the pair as Basic (N41)."""
    client, code = _pair_and_member(request, "code")
    return TokenRequest(
        grant_type="authorization_code",
        client=client,
        origin=request.origin,
        parameters={"code": code},
    )


def decode_service_account(request: HttpRequest) -> TokenRequest:
    """The HashID of the service account as JSON, the pair as Basic (N45)."""
    client, profile = _pair_and_member(request, "profile")
    return TokenRequest(
        grant_type=GRANT_TYPE,
        client=client,
        origin=request.origin,
        parameters={"service_account": profile},
    )


def encode_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The token, and nothing about it (N42)."""
    return answers.json(200, {"token": outcome.access_token})


def decode_current(request: HttpRequest) -> ExampleCall:
    """An application by Basic on each call (N27), a profile by Bearer (N29); both need the scope (N3)."""
    return ExampleCall(request.origin, credentials(request), ORGANIZATION_SCOPE)


def encode_current(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """For which organization, as whom, and with which scopes the call was made (N25, N26)."""
    party = outcome.party
    profile: dict[str, Any] | None = None
    if party.user is not None:
        role = party.membership.role if party.membership is not None else "contact"
        profile = {"id": to_text(party.user.id), "name": party.user.name, "role": role}
    account = party.service_account
    if account is not None:
        profile = {"id": to_text(account.id), "name": account.name, "role": account.role}
    body = {
        "organization": {"id": to_text(party.organization.id), "name": party.organization.name},
        "application": {"id": outcome.application.client_id, "name": outcome.application.name},
        "profile": profile,
        "scopes": scopes.join(outcome.scopes).split(),
    }
    return answers.json(200, body)


def decode_keys(request: HttpRequest) -> AskPairSecrets:
    """The home pair as Basic (N18, N23)."""
    return AskPairSecrets(_basic(request), request.origin)


def encode_keys(outcome: tuple[PairSecret, ...], request: HttpRequest) -> HttpAnswer:
    """One entry for each organization that authorized the application (N18, N23)."""
    body = [{"organization": to_text(one.organization_id), "secret": one.secret.reveal()} for one in outcome]
    return answers.json(200, body)


def decode_revoke(request: HttpRequest) -> BearerRequest:
    """The token that is to end is the one that the call comes with (N46)."""
    forms.refuse_secrets_in_query(request.query(), forms.Parameters({}))
    return in_header(request)


def encode_revoke(outcome: None, request: HttpRequest) -> HttpAnswer:
    """No content (N46)."""
    return HttpAnswer(204, headers=NO_STORE)


def credentials(request: HttpRequest) -> BearerRequest | PresentedClient:
    """A pair or a token: the caller is an application or a profile (N26)."""
    authorization = request.authorization
    if authorization is not None and authorization[:6].lower() == "basic ":
        return _basic(request)
    return BearerRequest(request.origin, forms.bearer(authorization))


def _pair_and_member(request: HttpRequest, name: str) -> tuple[PresentedClient, str]:
    """The pair of the header, and the one member of the body that the call is about."""
    if not request.is_json:
        raise Expecting(errors.REQUEST_CONTENT_TYPE, expected="application/json")
    forms.refuse_secrets_in_query(request.query(), forms.Parameters({}))
    client = _basic(request)
    text = forms.json_object(request.body(_LONGEST_BODY)).get(name)
    if not isinstance(text, str) or not text:
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING, name)
    return client, text


def _basic(request: HttpRequest) -> PresentedClient:
    """The pair as it is: this guide knows no form-encoding of the halves."""
    if request.authorization is None:
        raise OAuthError(errors.CLIENT_MISSING)
    client_id, secret = forms.basic_pair(request.authorization)
    return PresentedClient("client_secret_basic", client_id, Secret(secret))
