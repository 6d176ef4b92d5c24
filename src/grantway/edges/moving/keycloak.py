"""A realm of Keycloak, as its export writes it (`kc.sh export`, or "Partial export" with clients).

https://www.keycloak.org/docs-api/latest/rest-api/index.html#ClientRepresentation
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from grantway.core import devices
from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of

_OWN = frozenset(
    {"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
)
"""Clients that every realm has of itself."""
_MEANS_NOTHING_HERE = frozenset(
    {
        "acr",
        "basic",
        "microprofile-jwt",
        "offline_access",
        "organization",
        "role_list",
        "roles",
        "saml_organization",
        "service_account",
        "web-origins",
    }
)
"""Client scopes that every realm has, which say what tokens look like."""
_SIGN_IN = frozenset({"authorization_code", devices.GRANT_TYPE})
_MASKED = ("*****", "${vault.")


def read(row: Row) -> Incoming | None:
    """One client; None for those that a realm has of itself."""
    client_id = row.client_id("clientId")
    realm = row.record.around
    of_a_realm = realm.get("realm") == "master" and (client_id or "").endswith("-realm")
    if client_id in _OWN or of_a_realm:
        return None
    if row.text("protocol") not in {None, "openid-connect"}:
        row.refuse("protocol", "Only clients of OpenID Connect are taken over.")
    row.text("name", into="name")
    row.text("description", into="description")
    if row.flag("bearerOnly"):
        row.refuse("bearerOnly", "This is an API and no client. Declare it with `grantway apply`.")
    attributes = row.part("attributes")
    _kind(row, attributes, realm)
    _addresses(row, attributes)
    scopes = (*row.texts("defaultClientScopes"), *row.texts("optionalClientScopes"))
    signs_in = not _SIGN_IN.isdisjoint(row.values.get("grant_types", ()))
    kept = [one for one in dict.fromkeys(scopes) if one not in _MEANS_NOTHING_HERE]
    if signs_in and "openid" not in kept:
        kept.insert(0, "openid")
    row.keep("scopes", tuple(kept), "defaultClientScopes")
    row.keep("state", "disabled" if row.flag("enabled") is False else "enabled", "enabled")
    _left_behind(row, attributes)
    name = realm.get("realm")
    return row.incoming(
        client_id,
        secrets=_secrets(row),
        realm=realm_of(name if isinstance(name, str) else None),
        sites=(row.text("rootUrl"), row.text("baseUrl"), row.text("adminUrl")),
    )


def _left_behind(row: Row, attributes: dict[str, Any]) -> None:
    if row.has("protocolMappers") and row.record.data["protocolMappers"]:
        row.note("What its mappers added to tokens does not come along: see its claims (`id_token_claims`).")
    if (
        row.has("authenticationFlowBindingOverrides")
        and row.record.data["authenticationFlowBindingOverrides"]
    ):
        row.note("It had a sign-in flow of its own, which does not come along.")
    if attributes.get("client.secret.rotated"):
        row.note("The secret before the last rotation does not come along.")
    row.signed_by(attributes.get("id.token.signed.response.alg"))


def _secrets(row: Row) -> Any:
    if (row.text("secret") or "").startswith(_MASKED):
        row.note("The export does not have the secret: `kc.sh export` writes it out.")
        return ()
    authenticator = row.text("clientAuthenticatorType")
    if authenticator not in {None, "client-secret"}:
        row.note(f"It authenticated by {authenticator}, which is not taken over: it needs a secret here.")
    return row.secrets("secret", "credentials")


def _kind(row: Row, attributes: dict[str, Any], realm: Any) -> None:
    is_public = row.flag("publicClient") is True
    granted = _granted(row, attributes, is_public=is_public)
    signs_in = "authorization_code" in granted
    is_machine = granted == ["client_credentials"]
    row.keep("type", "public" if is_public else "backend" if is_machine else "confidential", "publicClient")
    row.keep("grant_types", tuple(granted), "standardFlowEnabled")
    proof = attributes.get("pkce.code.challenge.method")
    if not is_public and signs_in:
        row.keep("pkce", "required" if proof == "S256" else "optional", "attributes")
        if realm.get("revokeRefreshToken") is False:
            row.keep("refresh_policy", "stable", "attributes")
    elif is_public and signs_in and proof != "S256":
        row.note("A public application sends a proof key here (PKCE), whatever it did before.")
    lifespan = attributes.get("access.token.lifespan")
    if isinstance(lifespan, str) and lifespan.isdigit():
        row.keep("access_token_lifetime", int(lifespan), "attributes")


def _granted(row: Row, attributes: dict[str, Any], *, is_public: bool) -> list[str]:
    granted = []
    if row.flag("standardFlowEnabled") is not False and row.has("redirectUris"):
        granted += ["authorization_code", "refresh_token"]
    if attributes.get("oauth2.device.authorization.grant.enabled") == "true":
        granted = [*(granted or ["refresh_token"]), devices.GRANT_TYPE]
    if row.flag("serviceAccountsEnabled") and not is_public:
        granted.append("client_credentials")
    for flag, name in (("implicitFlowEnabled", "implicit"), ("directAccessGrantsEnabled", "password")):
        if row.flag(flag):
            row.note(f"Not offered here, and left out: the grant type {name} ({flag}).")
    if not granted:
        row.refuse("standardFlowEnabled", "None of its grant types is offered here.")
    return granted


def _addresses(row: Row, attributes: dict[str, Any]) -> None:
    if "authorization_code" not in row.values.get("grant_types", ()):
        return
    base = row.text("rootUrl") or ""
    redirects = row.texts("redirectUris")
    row.keep("redirect_uris", tuple(_whole(base, one) for one in redirects), "redirectUris")
    after = attributes.get("post.logout.redirect.uris")
    if isinstance(after, str) and after:
        named = redirects if after == "+" else tuple(one for one in after.split("##") if one and one != "-")
        exact = tuple(_whole(base, one) for one in named)
        if any("*" in one for one in exact):
            row.note("Addresses after signing out that are patterns are left out: register the exact ones.")
        row.keep("post_logout_redirect_uris", tuple(one for one in exact if "*" not in one), "attributes")
    origins = [one for one in row.texts("webOrigins") if one not in {"+", "*"}]
    if row.has("webOrigins") and "+" in row.texts("webOrigins"):
        origins += [_origin(one) for one in row.values["redirect_uris"] if one.startswith("http")]
    if "*" in row.texts("webOrigins"):
        row.note("Any origin could call from a browser: register the exact ones (`origins`).")
    row.keep("origins", tuple(dict.fromkeys(one for one in origins if one)), "webOrigins")


def _whole(base: str, uri: str) -> str:
    """An address that may be relative to the root address."""
    return base.rstrip("/") + uri if uri.startswith("/") else uri


def _origin(uri: str) -> str:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if "*" not in parts.netloc else ""


FORMAT = Format("keycloak", "a realm export of Keycloak (JSON)", read, lists=("clients",))
