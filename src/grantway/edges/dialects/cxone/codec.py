"""Requests of CXone's global authentication as messages, and outcomes in its answers (C40 to C79)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from grantway.core import errors, exchange, scopes
from grantway.core.access_keys import GRANT_TYPE, KEY_PARAMETER, SECRET_PARAMETER
from grantway.core.errors import OAuthError
from grantway.core.identifiers import to_text
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    Issued,
    Metadata,
    TokenRequest,
)
from grantway.core.model import Organization
from grantway.core.scopes import OPENID
from grantway.edges.dialects.cxone import paths
from grantway.edges.web import answers, forms
from grantway.edges.web.dialect import AskTenant, ExampleCall
from grantway.edges.web.forms_of_clients import form_and_client, in_header, key_parameters
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Interact
from grantway.features.tokens.verify import VerifiedToken

KEY_GRANT = "password"
"""What this system calls the grant of an access key; nobody's password is taken here (C40)."""
EXCHANGES = frozenset(
    {"token-exchange", "urn:ietf:params:oauth:grant-type:user-impersonation-token-exchange"}
)
"""The exchanges that are served: both give the subject itself, to a sibling of the application (C57, C58).

The others of C58 would make somebody else of the subject, an account of another tenant, another role, or
staff who configure and support: nobody here acts as somebody else.
"""
_KEY_NAMES = {"username": KEY_PARAMETER, "password": SECRET_PARAMETER}
_LONGEST_BODY = 16_384
_OF_USERINFO = ("sub", "name", "given_name", "family_name", "email")


def decode_authorize(request: HttpRequest) -> AuthorizeRequest:
    """By GET or by POST: the four parameters that are required, and those that mean something (C51, C52).

    `display`, `resellerId` and `acr_values` are passed over: pages fit every window, and there is one way
    to sign in. With `tenantId` it is for that tenant.
    """
    given = request.query()
    if request.method == "POST":
        given = forms.joined(given, request.form())
    if not given.get("redirect_uri"):
        raise OAuthError(errors.AUTHORIZE_REDIRECT_MISSING)
    if OPENID not in scopes.words(given.get("scope") or ""):
        raise OAuthError(errors.SCOPE_INVALID, "this system has one scope")
    return AuthorizeRequest(
        origin=request.origin,
        client_id=given.get("client_id"),
        claimed_redirect=given.get("redirect_uri"),
        response_type=given.get("response_type"),
        state=given.get("state"),
        nonce=given.get("nonce"),
        code_challenge=given.get("code_challenge"),
        code_challenge_method=given.get("code_challenge_method"),
        prompt=given.get("prompt"),
        max_age=given.get("max_age"),
        login_hint=given.get("login_hint"),
        id_token_hint=given.get("id_token_hint"),
        ui_locales=given.get("ui_locales"),
        request=given.get("request"),
        request_uri=given.get("request_uri"),
        organization=given.get("tenantId"),
    )


def encode_authorize(outcome: Answer | Interact, request: HttpRequest) -> HttpAnswer:
    """A 302 to the pages of signing in, or back to the application (C53)."""
    return answers.onward(outcome, request, 302)


def decode_token(request: HttpRequest) -> TokenRequest:
    """A form, the client by Basic or in it (C42, C43, C55, C56).

    A `scope` is no choice of the client's here: all that its record has and that fits is given (C50, C83).
    """
    form, client = form_and_client(request)
    grant_type, parameters = form.get("grant_type") or "", form.without("client_secret")
    if grant_type == KEY_GRANT:
        if client is None:
            raise OAuthError(errors.CLIENT_MISSING)
        named = {_KEY_NAMES.get(name, name): value for name, value in parameters.items()}
        return TokenRequest(GRANT_TYPE, client, request.origin, parameters=named)
    if grant_type in {GRANT_TYPE, exchange.GRANT_TYPE}:
        # It has one name here: nothing of ours is a second way in.
        raise OAuthError(errors.GRANT_TYPE_UNSUPPORTED)
    if grant_type in EXCHANGES:
        named = {**parameters, "subject_token_type": _token_type(parameters.get("subject_token_type"))}
        audience = form.all("audience")
        return TokenRequest(exchange.GRANT_TYPE, client, request.origin, resources=audience, parameters=named)
    return TokenRequest(grant_type, client, request.origin, parameters=parameters)


def _token_type(named: str | None) -> str:
    """What this system calls an access token, by its registered name."""
    return exchange.ACCESS_TOKEN if named == "access_token" else named or ""


def encode_token(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The members of C44; a refresh token and an ID token where there is one."""
    return answers.json(200, {**_usual(outcome), "issued_token_type": exchange.ACCESS_TOKEN})


def decode_key(request: HttpRequest) -> TokenRequest:
    """An access key alone, as JSON (C75)."""
    if not request.is_json:
        raise OAuthError(errors.REQUEST_CONTENT_TYPE)
    forms.refuse_secrets_in_query(request.query(), forms.Parameters({}))
    given = forms.json_object(request.body(_LONGEST_BODY))
    parameters = key_parameters(given.get, "accessKeyId", "accessKeySecret")
    return TokenRequest(GRANT_TYPE, None, request.origin, parameters=parameters)


def encode_key(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The members of C76. There is no refresh token: the key itself is asked again."""
    return answers.json(200, _usual(outcome))


def encode_userinfo(outcome: Mapping[str, Any], request: HttpRequest) -> HttpAnswer:
    """Five claims, as far as the granted scopes open them (C59)."""
    return answers.json(200, {name: outcome[name] for name in _OF_USERINFO if name in outcome})


def decode_associations(request: HttpRequest) -> ExampleCall:
    """Whom the token stands for, where."""
    token = in_header(request)
    return ExampleCall(request.origin, token, needs_user=True)


def encode_associations(outcome: VerifiedToken, request: HttpRequest) -> HttpAnswer:
    """The owner of the token in the tenant of the token: of other tenants an application learns nothing."""
    user = outcome.party.user
    if user is None:
        raise OAuthError(errors.TOKEN_NO_USER)
    name = user.email if "email" in outcome.scopes else None
    one = {"tenantName": outcome.party.organization.name, "userId": to_text(user.id), "username": name}
    return answers.json(200, [one])


def decode_tenant(request: HttpRequest) -> AskTenant:
    """Which tenant (C65)."""
    return AskTenant(request.query().get("tenantId") or "")


def encode_tenant(outcome: Organization, request: HttpRequest) -> HttpAnswer:
    """The addresses of a tenant: all are served by this one server, in one area (C66, C77)."""
    base_url, host = request.mount.base_url, urlsplit(request.mount.base_url).netloc
    body = {
        "private": False,
        "area": request.mount.name,
        "cluster": request.mount.name,
        "domain": host,
        "acdDomain": host,
        "uhDomain": host,
        "globaldomain": host,
        "ui_endpoint": request.server.issuer,
        "auth_endpoint": base_url,
        "api_endpoint": base_url,
        "tenantId": to_text(outcome.id),
    }
    return answers.json(200, body)


def describe(metadata: Metadata, base_url: str, locales: tuple[str, ...]) -> dict[str, Any]:
    """The discovery document (C63), as far as it is true here, with what RFC 8414 asks for besides."""
    methods = ["client_secret_basic", "client_secret_post"]
    return {
        "issuer": metadata.issuer,
        "authorization_endpoint": base_url + paths.AUTHORIZE,
        "token_endpoint": base_url + paths.TOKEN,
        "userinfo_endpoint": base_url + paths.USERINFO,
        "jwks_uri": base_url + paths.KEYS,
        "grant_types_supported": ["authorization_code", "refresh_token", KEY_GRANT],
        "token_endpoint_auth_methods_supported": [*methods, "none"],
        "scopes_supported": [OPENID],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page", "popup"],
        "claim_types_supported": ["normal"],
        "code_challenge_methods_supported": ["S256"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "ui_locales_supported": list(locales),
    }


def _usual(outcome: Issued) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": outcome.access_token,
        "token_type": outcome.token_type,
        "expires_in": outcome.expires_in,
    }
    if outcome.refresh_token is not None:
        body["refresh_token"] = outcome.refresh_token
    if outcome.id_token is not None:
        body["id_token"] = outcome.id_token
    return body
