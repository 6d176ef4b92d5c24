"""OAuth 2.0 clients of Ory Hydra: a list of its Admin API, of `hydra list clients`, or of its table.

https://www.ory.sh/docs/hydra/reference/api#tag/oAuth2/operation/listOAuth2Clients
"""

from __future__ import annotations

from grantway.core import devices
from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, grants, realm_of

_OFFERED = ("authorization_code", "refresh_token", "client_credentials", devices.GRANT_TYPE)
_REFRESH = frozenset({"offline", "offline_access"})


def read(row: Row) -> Incoming:
    """One client. Hydra kept a hash of its secret: bcrypt at first, PBKDF2 later."""
    client_id = row.client_id("client_id", "id")
    row.text("client_name", into="name")
    row.text("client_uri", into="base_url")
    row.text("logo_uri", into="logo_url")
    method = row.text("token_endpoint_auth_method") or "client_secret_basic"
    if method not in {"none", "client_secret_basic", "client_secret_post"}:
        row.note(f"It authenticated by {method}, which is not taken over: it needs a secret here.")
    granted = grants(row, _OFFERED, row.texts("grant_types") or ("authorization_code",))
    row.keep("grant_types", granted, "grant_types")
    is_machine = granted == ("client_credentials",)
    kind = "public" if method == "none" else "backend" if is_machine else "confidential"
    row.keep("type", kind, "token_endpoint_auth_method")
    if not is_machine:
        row.texts("redirect_uris", into="redirect_uris")
        row.texts("post_logout_redirect_uris", into="post_logout_redirect_uris")
        row.texts("allowed_cors_origins", into="origins")
    if kind == "confidential":
        row.keep("pkce", "optional")
    scopes = row.texts("scope")
    row.keep("scopes", tuple(one for one in scopes if one not in _REFRESH), "scope")
    if row.texts("audience"):
        row.note("Its audiences are not taken over: here an audience is an API, with scopes of its own.")
    contacts = row.texts("contacts")
    if contacts:
        row.keep("notification_addresses", contacts, "contacts")
    return row.incoming(
        client_id,
        secrets=row.secrets("client_secret"),
        realm=realm_of(row.text("owner")),
        sites=(row.values.get("base_url"),),
    )


FORMAT = Format("hydra", "OAuth 2.0 clients of Ory Hydra (JSON)", read, lists=("clients", "items"))
