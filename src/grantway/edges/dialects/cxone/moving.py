"""Applications of CXone, as its registration and its forms name them (C3 to C28, C33), JSON or CSV."""

from __future__ import annotations

from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of

_TYPES = {
    "public": "public",
    "confidential": "confidential",
    "back-end": "backend",
    "backend": "backend",
    "back_end": "backend",
}


def read(row: Row) -> Incoming:
    """One application: its type and tenancy stay what they were (C11, C18)."""
    client_id = row.client_id("client_id")
    kind = (row.text("type", "applicationType") or "confidential").lower()
    if kind not in _TYPES:
        row.refuse("type", "Expected public, confidential or back-end (C8).")
    row.common("cxone", kind=_TYPES.get(kind, "confidential"))
    scopes = row.texts("scopes", "scope")
    if row.values["type"] != "backend":
        row.texts("redirectUris", "redirectUrls", into="redirect_uris")
        row.texts("corsOrigins", "origins", into="origins")
        scopes = scopes or ("openid",)
    row.keep("scopes", scopes, "scopes")
    state = (row.text("state", "status") or "").lower()
    return row.incoming(
        client_id,
        secrets=row.secrets("client_secret", "clientSecretHash"),
        realm=realm_of(row.text("tenant", "tenantId")),
        sites=(row.text("url", "website"),),
        is_open=(row.text("tenancy", "effectiveTenancy") or "single").lower() in {"all", "multiple"},
        is_leaving=row.has("scheduledDeletion", "deletionTime", "purgeAt") or state.startswith("delet"),
    )


FORMAT = Format("cxone", "applications of CXone (JSON or CSV)", read, lists=("applications", "items"))
