"""Requests of DeepLynx's integration guide as messages, and outcomes in its answers."""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    BearerRequest,
    Issued,
    PresentedClient,
    TokenRequest,
)
from grantway.core.model import ADMINISTRATORS
from grantway.core.secrets import Secret
from grantway.edges.dialects.deeplynx.errors import EXCHANGE_REQUIRED
from grantway.edges.web import answers, forms
from grantway.edges.web.cookies import value_of
from grantway.edges.web.dialect import ExampleCall
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Interact
from grantway.features.tokens.verify import VerifiedToken

PROJECTS_SCOPE = "projects:read"
"""What `GetAllProjects` needs. An operator declares it with the API that it belongs to."""

_AUTHORIZE_REQUIRED = ("client_id", "redirect_uri", "state")
_MOST_DIGITS = 9


def decode_authorize(request: HttpRequest) -> AuthorizeRequest:
    """`client_id`, `redirect_uri` and `state`, neither response type nor scope (D24, D25)."""
    given = request.query()
    if any(given.get(name) is None for name in _AUTHORIZE_REQUIRED):
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING)
    return AuthorizeRequest(
        origin=request.origin,
        client_id=given.get("client_id"),
        claimed_redirect=given.get("redirect_uri"),
        response_type=None,
        state=given.get("state"),
    )


def encode_authorize(outcome: Answer | Interact, request: HttpRequest) -> HttpAnswer:
    """A 302 to the sign-in page, or back to the callback (D28, D30)."""
    if isinstance(outcome, Interact):
        return answers.see_other(f"{request.server.issuer}/interaction/{outcome.handle}", 302)
    return answers.to_application(outcome, request, 302)


def decode_exchange(request: HttpRequest) -> TokenRequest:
    """Everything from the query (D36, D38); the body is not looked at, the query is never logged."""
    given = request.query()
    values = {name: given.get(name) for name in EXCHANGE_REQUIRED}
    code, client_id, secret = values["code"], values["client_id"], values["client_secret"]
    redirect_uri, state = values["redirect_uri"], values["state"]
    if code is None or client_id is None or secret is None or redirect_uri is None or state is None:
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING)
    return TokenRequest(
        grant_type="authorization_code",
        client=PresentedClient("client_secret_query", client_id, Secret(secret)),
        origin=request.origin,
        lifetime=_lifetime(given.get("expiration")),
        parameters={"code": code, "redirect_uri": redirect_uri, "state": state},
    )


def encode_exchange(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The four members of the guide, the lifetime in seconds (D41, D42, D43)."""
    body = {
        "access_token": outcome.access_token,
        "token_type": "Bearer",
        "expires_in": outcome.expires_in,
        "state": outcome.echo.get("state"),
    }
    return answers.json(200, body)


def decode_projects(request: HttpRequest) -> ExampleCall:
    """A call of the guide's last step (D105). The wire shows no scope; the grant holds it."""
    return ExampleCall(request.origin, bearer(request), PROJECTS_SCOPE)


def encode_projects(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """The example's projects: one for the organization that the token stands for, and no other's."""
    organization = outcome.party.organization
    project = {
        "id": organization.id,
        "name": organization.name,
        "abbreviation": organization.slug,
        "organizationId": organization.id,
        "isArchived": False,
    }
    return answers.json(200, [project])


def decode_current_user(request: HttpRequest) -> ExampleCall:
    """Who the token stands for (D93)."""
    return ExampleCall(request.origin, bearer(request), needs_user=True)


def encode_current_user(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """The person, with marks for administration."""
    party = outcome.party
    user, membership = party.user, party.membership
    if user is None:
        raise OAuthError(errors.TOKEN_NO_USER)
    is_admin = membership is not None and membership.role in ADMINISTRATORS
    body = {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "isActive": True,
        "isArchived": False,
        "isSysAdmin": is_admin and party.organization.kind == "platform",
        "isOrganizationAdmin": is_admin,
        "organizationId": party.organization.id,
    }
    return answers.json(200, body)


def _lifetime(minutes: str | None) -> int | None:
    """Seconds, from the guide's minutes (D37). Zero, less, and what is no number is refused (D106)."""
    if minutes is None:
        return None
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= _MOST_DIGITS) or int(minutes) == 0:
        raise OAuthError(errors.LIFETIME_INVALID)
    return int(minutes) * 60


def bearer(request: HttpRequest) -> BearerRequest:
    """The header, else `token` in the query, else the cookie `access_token` (D59)."""
    token = forms.bearer(request.authorization)
    if token is None:
        token = request.query().get("token") or value_of(request.header("cookie"), "access_token")
    return BearerRequest(request.origin, token)
