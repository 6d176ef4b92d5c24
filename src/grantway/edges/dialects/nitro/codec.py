"""Requests of Nitro's guide as messages, and outcomes in its answers."""

from __future__ import annotations

import msgspec

from grantway.core import errors, scopes
from grantway.core.errors import OAuthError
from grantway.core.messages import BearerRequest, Issued, TokenRequest, UserTokenRequest
from grantway.edges.web import forms
from grantway.edges.web.dialect import ExampleCall
from grantway.edges.web.forms import Parameters
from grantway.edges.web.forms_of_clients import in_header
from grantway.edges.web.headers import NO_STORE, UNTOLD
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.tokens.verify import VerifiedToken

GLOBAL = "global"
"""The scope of a site's own programs. It takes a token without a user (B22)."""
GAMIFICATION_USER = "gamification_user"
"""The scope of what runs in pages. It takes a token with a user (B21)."""

_USER = ("userId", "user_id")
"""The documentation's name of the parameter, and the one that a public program sends (B30, B31)."""
_encode = msgspec.json.Encoder().encode


def decode_token(request: HttpRequest) -> TokenRequest:
    """A form with the client's pair, and a user's id for a 3-legged token (B18 to B20, B31, B32)."""
    form = request.form()
    if request.environ.get("QUERY_STRING"):
        forms.refuse_secrets_in_query(request.query(), form)
    return TokenRequest(
        grant_type=form.get("grant_type") or "client_credentials",
        client=forms.presented_client(request.authorization, form),
        origin=request.origin,
        scope=scopes.parse(form.get("scope")),
        parameters=form.without("client_secret", *_USER),
        asserted_subject=_user(form),
    )


def encode_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The three members of the guide, in its order, `bearer` in small letters (B24)."""
    body = {
        "token_type": "bearer",
        "access_token": outcome.access_token,
        "expires_in": outcome.expires_in,
    }
    return HttpAnswer(200, _encode(body), headers=NO_STORE)


def decode_user_token(request: HttpRequest) -> UserTokenRequest:
    """The global token as Bearer, the user's id in the address or in a form (B35)."""
    given = request.query()
    if request.method == "POST" and request.body():
        given = forms.joined(given, request.form())
    forms.refuse_secrets_in_query(request.query(), Parameters({}))
    user = _user(given)
    if user is None:
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "the user's id")
    return UserTokenRequest(
        origin=request.origin,
        token=forms.bearer(request.authorization),
        asserted_subject=user,
        needed=GLOBAL,
        scope=frozenset({GAMIFICATION_USER}),
    )


def decode_user(request: HttpRequest) -> ExampleCall:
    """A call of the example API as a user, with the token as Bearer (B39)."""
    forms.refuse_secrets_in_query(request.query(), Parameters({}))
    return ExampleCall(request.origin, in_header(request), GAMIFICATION_USER)


def decode_embed(request: HttpRequest) -> ExampleCall:
    """What a page puts into a frame: the token stands in the address, for nothing else can bring it (B43)."""
    in_header, in_address = forms.bearer(request.authorization), request.query().get("token")
    if in_header is not None and in_address is not None:
        raise OAuthError(errors.TOKEN_SEVERAL)
    return ExampleCall(
        request.origin, BearerRequest(request.origin, in_header or in_address), GAMIFICATION_USER
    )


def encode_user(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """For whom the token speaks, as the site calls them (B45), and what it may be used for."""
    body = {
        "userId": outcome.subject.reference,
        "site": outcome.party.organization.name,
        "scopes": scopes.join(outcome.scopes).split(),
    }
    return HttpAnswer(200, _encode(body), headers=UNTOLD)


def decode_groups(request: HttpRequest) -> ExampleCall:
    """A call of the example API for administration, with a token without a user (B19)."""
    forms.refuse_secrets_in_query(request.query(), Parameters({}))
    return ExampleCall(request.origin, in_header(request), GLOBAL)


def encode_groups(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """The example's one group: everybody of the site."""
    organization = outcome.party.organization
    return HttpAnswer(
        200, _encode({"groups": [{"name": "all", "site": organization.name}]}), headers=NO_STORE
    )


def _user(given: Parameters) -> str | None:
    """The user's id, if one is named. A name without one is refused: a page must not get the site's token."""
    named = [name for name in _USER if name in given]
    if len(named) > 1:
        raise OAuthError(errors.REQUEST_DUPLICATE, "both names of the user's id")
    if not named:
        return None
    user = given.get(named[0])
    if user is None:
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "the user's id")
    return user
