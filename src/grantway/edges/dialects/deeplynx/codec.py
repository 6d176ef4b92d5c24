"""Requests of DeepLynx's integration guide as messages, and outcomes in its answers."""

from __future__ import annotations

from datetime import UTC, datetime

from grantway.core import devices, errors, scopes
from grantway.core.errors import Expecting, OAuthError
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    BearerRequest,
    DeviceAuthorization,
    DeviceAuthorizationRequest,
    Issued,
    PresentedClient,
    TokenRequest,
)
from grantway.core.model import ADMINISTRATORS, SECOND
from grantway.core.secrets import Secret
from grantway.edges.dialects.deeplynx.errors import EXCHANGE_REQUIRED
from grantway.edges.web import answers, forms
from grantway.edges.web.cookies import value_of
from grantway.edges.web.dialect import AskSiblings, ExampleCall
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.device_desk import DeviceQuestion, DeviceView
from grantway.features.authorize.speaking import AuthorizeFor
from grantway.features.authorize.views import Interact
from grantway.features.registry.launcher import Sibling
from grantway.features.tokens.verify import VerifiedToken

PROJECTS_SCOPE = "projects:read"
"""What `GetAllProjects` needs. An operator declares it with the API that it belongs to."""

_AUTHORIZE_REQUIRED = ("client_id", "redirect_uri", "state")
_MOST_DIGITS = 9
_STATUSES = {"waiting": "pending", "allowed": "approved", "denied": "denied"}
VERSION_1, VERSION_2 = "/api/v1", "/api/v2"
DEVICE_PAGE = "/oauth/device/verify"
"""Where a person types a user code, below the mount's own address (D82)."""


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


def decode_authorize_for(request: HttpRequest) -> AuthorizeFor:
    """The same with a person's token, from whoever stands in front of this server (D28)."""
    return AuthorizeFor(decode_authorize(request), bearer(request))


def encode_authorize(outcome: Answer | Interact, request: HttpRequest) -> HttpAnswer:
    """A 302 to the sign-in page, or back to the callback (D28, D30)."""
    return answers.onward(outcome, request, 302)


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
    """Who the token stands for (D93). It may name the organization that is meant: the token's own."""
    return ExampleCall(request.origin, bearer(request), needs_user=True)


def encode_current_user(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """The person, with marks for administration."""
    party = outcome.party
    user, membership = party.user, party.membership
    if user is None:
        raise OAuthError(errors.TOKEN_NO_USER)
    for name in ("organizationId", "projectId"):
        # A token acts for one organization, whose one project has its id.
        if request.query().get(name) not in (None, str(party.organization.id)):
            raise OAuthError(errors.TOKEN_SCOPE, "another organization")
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


def decode_device_code(request: HttpRequest) -> DeviceAuthorizationRequest:
    """A form with `client_id` and perhaps `scope` (D79, D90). Without one: all that fit."""
    form = request.form()
    client = forms.presented_client(request.authorization, form)
    return DeviceAuthorizationRequest(client, request.origin, scopes.parse(form.get("scope")))


def encode_device_code(outcome: DeviceAuthorization, request: HttpRequest) -> HttpAnswer:
    """Both codes, and this mount's own address for the person, which leads to ours (D79, D80, D82)."""
    return answers.device_codes(outcome, request.mount.base_url + DEVICE_PAGE)


def decode_device_page(request: HttpRequest) -> str:
    """The code that the address has, as far as it can be one."""
    user_code = devices.read_user_code(request.query().get("user_code") or "")
    return devices.spelled(user_code) if user_code is not None else ""


def encode_device_page(outcome: str, request: HttpRequest) -> HttpAnswer:
    """On to the page of the issuer, where people are signed in."""
    query = f"?user_code={outcome}" if outcome else ""
    return answers.see_other(f"{request.server.issuer}/device{query}")


def decode_device_question(request: HttpRequest) -> DeviceQuestion:
    """A signed-in person's program reads a request (D83)."""
    return DeviceQuestion(bearer(request), request.query().get("user_code"))


def encode_device_view(outcome: DeviceView, request: HttpRequest) -> HttpAnswer:
    """The six members (D83); the time as the framework there writes it, in UTC."""
    expires_at = datetime.fromtimestamp(outcome.expires_at // SECOND, UTC)
    body = {
        "user_code": outcome.user_code,
        "client_id": outcome.application.client_id,
        "application_name": outcome.application.name,
        "scope": " ".join(outcome.scopes),
        "expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": _STATUSES[outcome.state],
    }
    return answers.json(200, body)


def decode_device_decision(request: HttpRequest) -> DeviceQuestion:
    """JSON `user_code` and `approve` (D84). Who brings no token reads that first."""
    asked = bearer(request)
    if asked.token is None:
        raise OAuthError(errors.TOKEN_MISSING)
    if not request.is_json:
        raise Expecting(errors.REQUEST_CONTENT_TYPE, expected="application/json")
    members = forms.json_object(request.body())
    user_code, approve = members.get("user_code"), members.get("approve")
    if not isinstance(user_code, str) or not isinstance(approve, bool):
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING)
    return DeviceQuestion(asked, user_code, approve)


def decode_token(request: HttpRequest) -> TokenRequest:
    """A form with one of two grant types (D85). No secret is asked for; one that comes must fit (D90)."""
    form = request.form()
    forms.refuse_secrets_in_query(request.query(), form)
    grant_type = form.get("grant_type") or ""
    if not grant_type:
        raise OAuthError(errors.GRANT_TYPE_MISSING)
    if grant_type not in (devices.GRANT_TYPE, "refresh_token"):
        raise OAuthError(errors.GRANT_TYPE_UNSUPPORTED)
    return TokenRequest(
        grant_type=grant_type,
        client=forms.presented_client(request.authorization, form),
        origin=request.origin,
        parameters=form.without("client_secret"),
    )


def encode_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The four members (D86)."""
    body = {
        "access_token": outcome.access_token,
        "refresh_token": outcome.refresh_token,
        "token_type": "Bearer",
        "expires_in": outcome.expires_in,
    }
    return answers.json(200, body)


def decode_siblings(request: HttpRequest) -> AskSiblings:
    """What the person of the token can open (D5)."""
    return AskSiblings(bearer(request))


def encode_siblings(outcome: tuple[Sibling, ...], request: HttpRequest) -> HttpAnswer:
    """A list, with the names that this system's applications have (D12)."""
    body = [
        {
            "clientId": one.application.client_id,
            "name": one.application.name,
            "description": one.application.description,
            "baseUrl": one.base_url,
        }
        for one in outcome
    ]
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
