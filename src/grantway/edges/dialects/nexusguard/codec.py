"""Requests of Nexusguard's guide as messages, and outcomes in its envelope."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from grantway.core import errors, scopes
from grantway.core.errors import OAuthError, PageError
from grantway.core.identifiers import MAXIMUM_ID
from grantway.core.installing import InstallingOrganization
from grantway.core.launching import Launched, LaunchedRequest
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    BearerRequest,
    Issued,
    PresentedClient,
    TokenRequest,
)
from grantway.core.model import Id
from grantway.core.secrets import Secret
from grantway.edges.web import answers, forms
from grantway.edges.web.dialect import ExampleCall
from grantway.edges.web.forms import Parameters
from grantway.edges.web.headers import NO_REFERRER, UNTOLD
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.tokens.verify import VerifiedToken

LOGIN = "install_login"
"""What an app asks for at connect (G15), and what calls for one customer need."""
CUSTOMERS = "spe_customers"
"""What the list of customers needs, of a token of the app itself (G26)."""

_REQUIRED = ("app_id", "redirect_uri", "response_type", "scope", "xspe", "state", "customer_id")
_GRANT_TYPES = {
    "authorization_code": "authorization_code",
    "refresh_code": "refresh_token",
    "client_credential": "client_credentials",
}
"""What the guide calls them, and what they are."""
_CUSTOMER = re.compile(r"[0-9a-f]{16}", re.ASCII)
_BREAK = re.compile(r"\r?\n[ \t]*\Z", re.ASCII)
_NOBODY: Id = 0
_encode = msgspec.json.Encoder().encode


def customer_id_of(organization_id: Id) -> str:
    """How a customer is named here: sixteen hexadecimal digits (G43)."""
    return f"{organization_id:016x}"


def organization_of(customer_id: str) -> Id:
    """The organization of a customer's id; that of nobody for a text that `customer_id_of` never writes."""
    if _CUSTOMER.fullmatch(customer_id) is None:
        return _NOBODY
    number = int(customer_id, 16)
    return number if number <= MAXIMUM_ID else _NOBODY


def entrance(launched: Launched) -> dict[str, str]:
    """What the portal passes to the app's website (G10, G17)."""
    return {"customer_id": customer_id_of(launched.organization_id), "xspe": launched.proof.reveal()}


def decode_connect(request: HttpRequest) -> LaunchedRequest:
    """The seven parameters of the guide, all filled (G15)."""
    given = request.query()
    values = {name: given.get(name) or "" for name in _REQUIRED}
    if not all(values.values()):
        raise PageError(errors.REQUEST_PARAMETER_MISSING, "one of the seven")
    asked = AuthorizeRequest(
        origin=request.origin,
        client_id=values["app_id"],
        claimed_redirect=values["redirect_uri"],
        response_type=values["response_type"],
        scope=values["scope"],
        state=values["state"],
    )
    return LaunchedRequest(asked, values["xspe"], organization_of(values["customer_id"]))


def encode_connect(outcome: Answer, request: HttpRequest) -> HttpAnswer:
    """A 302 to the redirect with `code` and `state` (G18)."""
    answer = answers.see_other(outcome.redirect.with_parameters(outcome.parameters), 302)
    return answer.with_headers(*NO_REFERRER)


def decode_token(*taken: str) -> Callable[[HttpRequest], TokenRequest]:
    """A form with `app_id`, `secret` and what the grant type needs (G19, G20, G21, G25, G27).

    `taken` are the grant types of the path, in the guide's words.
    """

    def decode(request: HttpRequest) -> TokenRequest:
        form, query = _unbroken(request.form()), request.query()
        if "secret" in query or "app_id" in query:
            raise OAuthError(errors.CLIENT_SECRET_IN_URI)
        forms.refuse_secrets_in_query(query, form)
        named = form.get("grant_type")
        if named is None:
            raise OAuthError(errors.GRANT_TYPE_MISSING)
        if named not in taken:
            raise OAuthError(errors.GRANT_TYPE_UNSUPPORTED)
        return TokenRequest(
            grant_type=_GRANT_TYPES[named],
            client=_client(form),
            origin=request.origin,
            parameters=form.without("secret"),
        )

    return decode


def encode_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """`access_token`, `expires_in`, and of a user's also `refresh_token` and `scope` (G19, G27, G28, G30)."""
    result: dict[str, object] = {"access_token": outcome.access_token, "expires_in": outcome.expires_in}
    if outcome.refresh_token is not None:
        result |= {"refresh_token": outcome.refresh_token, "scope": scopes.join(outcome.scope)}
    return enveloped(result)


def decode_customer(request: HttpRequest) -> ExampleCall:
    """A user's call about one customer, whose id ends the path (G34, G35)."""
    named = request.environ["PATH_INFO"].rpartition("/")[2]
    return ExampleCall(
        request.origin, _bearer(request), LOGIN, needs_user=True, organization_id=organization_of(named)
    )


def encode_customer(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """The customer that the token is for, and who acts."""
    user, organization = outcome.party.user, outcome.party.organization
    return enveloped(
        {
            "customer_id": customer_id_of(organization.id),
            "name": organization.name,
            "user": None if user is None else {"name": user.name, "email": user.email},
        }
    )


def decode_customers(request: HttpRequest) -> ExampleCall:
    """An app's call for the list of its customers (G6, G34)."""
    return ExampleCall(request.origin, _bearer(request), CUSTOMERS)


def encode_customers(outcome: tuple[InstallingOrganization, ...], request: HttpRequest) -> HttpAnswer:
    """Those that have the app installed."""
    return enveloped(
        [
            {"customer_id": customer_id_of(one.installation.organization_id), "name": one.name}
            for one in outcome
        ]
    )


def enveloped(result: object) -> HttpAnswer:
    """A success in the form of every answer (G30)."""
    return HttpAnswer(200, _encode({"code": 0, "msg": "success", "result": result}), headers=UNTOLD)


def _unbroken(form: Parameters) -> Parameters:
    """A form without the line breaks and blanks that the guide's commands have between their parameters."""
    values = form.without()
    if any("\n" in value for value in values.values()):
        return Parameters({name: _BREAK.sub("", value) for name, value in values.items()})
    return form


def _client(form: Parameters) -> PresentedClient:
    app_id, secret = form.get("app_id"), form.get("secret")
    if app_id is None:
        raise OAuthError(errors.CLIENT_MISSING)
    if secret is None:
        return PresentedClient("none", app_id)
    return PresentedClient("client_secret_post", app_id, Secret(secret))


def _bearer(request: HttpRequest) -> BearerRequest:
    """The token of the address (G33), or the one of the header."""
    in_address, in_header = request.query().get("access_token"), forms.bearer(request.authorization)
    if in_address is not None and in_header is not None:
        raise OAuthError(errors.TOKEN_SEVERAL)
    return BearerRequest(request.origin, in_address or in_header)
