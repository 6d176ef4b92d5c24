"""Applications of Nexus211, as its listing shows them (N2 to N5, N9, N12 to N18, N56), as JSON or a table."""

from __future__ import annotations

from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of

_OPEN = frozenset({"any", "any_organization", "any organization", "multi", "multi-tenant", "all"})


def read(row: Row) -> Incoming:
    """One application. Its scopes are those of all its uses, and may be none (N4)."""
    client_id = row.client_id("clientId")
    row.common("nexus211", kind="confidential")
    redirects = row.texts("redirects", "redirect", "redirectUris", into="redirect_uris")
    row.keep("scopes", row.texts("scopes"), "scopes")
    if row.has("keys", "authorizations"):
        row.note("What other organizations granted it does not come along: each grants it here (N16).")
    # With sign-in it is open to every organization unless that was restricted (N13, N14).
    audience = (row.text("audience", "signIn", "access") or ("any" if redirects else "own")).lower()
    return row.incoming(
        client_id,
        secrets=row.secrets("clientSecret", "clientSecretHash", "secrets"),
        realm=realm_of(row.text("organization")),
        sites=(row.text("url", "website"),),
        is_open=audience in _OPEN,
    )


FORMAT = Format("nexus211", "applications of Nexus211 (JSON or CSV)", read, lists=("applications", "data"))
