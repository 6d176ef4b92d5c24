"""Applications of an Auth0 tenant, as its Management API lists them and its Deploy CLI exports them.

https://auth0.com/docs/api/management/v2/clients/get-clients
"""

from __future__ import annotations

from grantway.core import devices
from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, grants, realm_of

_SIGN_IN = ("authorization_code", "refresh_token")
_OFFERED = (*_SIGN_IN, "client_credentials", devices.GRANT_TYPE)
_TYPES = {"spa": "public", "native": "public", "non_interactive": "backend", "regular_web": "confidential"}


def read(row: Row) -> Incoming | None:
    """One application; None for the tenant's own, which manages all others."""
    if row.flag("global"):
        return None
    client_id = row.client_id("client_id")
    row.text("name", into="name")
    row.text("description", into="description")
    row.text("logo_uri", into="logo_url")
    method = row.text("token_endpoint_auth_method")
    app_type = row.text("app_type") or ("native" if method == "none" else "regular_web")
    if app_type not in _TYPES:
        row.note("Its type is not known here: it is taken for a web application with a secret.")
    kind = "public" if method == "none" else _TYPES.get(app_type, "confidential")
    row.keep("platform", "native" if app_type == "native" else "web", "app_type")
    default = ("client_credentials",) if kind == "backend" else _SIGN_IN
    granted = grants(row, _OFFERED, row.texts("grant_types") or default)
    if kind == "public":
        granted = tuple(one for one in granted if one != "client_credentials")
    if "authorization_code" in granted and not row.has("callbacks"):
        without = _SIGN_IN if devices.GRANT_TYPE not in granted else _SIGN_IN[:1]
        granted = tuple(one for one in granted if one not in without)
        row.note("It has no callbacks, so it cannot sign anybody in.")
    if not granted:
        row.refuse("grant_types", "None of its grant types is offered here.")
    if granted == ("client_credentials",):
        kind = "backend"
    row.keep("type", kind, "app_type")
    row.keep("grant_types", granted, "grant_types")
    if kind != "backend":
        row.texts("callbacks", into="redirect_uris")
        row.texts("allowed_logout_urls", into="post_logout_redirect_uris")
        origins = (*row.texts("web_origins"), *row.texts("allowed_origins"))
        row.keep("origins", tuple(dict.fromkeys(origins)), "web_origins")
        row.keep("scopes", ("openid", "profile", "email"))
    if kind == "confidential":
        row.keep("pkce", "optional")
        if row.part("refresh_token").get("rotation_type") == "non-rotating":
            row.keep("refresh_policy", "stable", "refresh_token")
    row.signed_by(row.part("jwt_configuration").get("alg"))
    return row.incoming(
        client_id,
        secrets=row.secrets("client_secret"),
        realm=realm_of(row.text("tenant")),
        sites=(row.text("initiate_login_uri"),),
    )


FORMAT = Format("auth0", "applications of an Auth0 tenant (JSON)", read, lists=("clients",))
