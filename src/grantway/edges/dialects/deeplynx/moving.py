"""Applications of DeepLynx Nexus, as its API and its table show them (D7 to D12), as JSON or a table."""

from __future__ import annotations

from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of


def read(row: Row) -> Incoming:
    """One application: one callback (D8), and of its secret a BCrypt hash (D11)."""
    client_id = row.client_id("clientId")
    row.common("deeplynx", kind="confidential")
    row.texts("callbackUrl", into="redirect_uris")
    row.text("baseUrl", into="base_url")
    owner = row.text("appOwnerEmail", into="owner_email")
    if owner is not None:
        row.keep("notification_addresses", (owner,), "appOwnerEmail")
    row.keep("archived", row.flag("isArchived") is True, "isArchived")
    row.keep("scopes", row.texts("scopes") or ("openid", "profile", "email"), "scopes")
    return row.incoming(
        client_id,
        secrets=row.secrets("clientSecretHash", "clientSecretRaw", "clientSecret"),
        realm=realm_of(row.text("organization")),
        sites=(row.values.get("base_url"),),
    )


FORMAT = Format("deeplynx", "applications of DeepLynx Nexus (JSON or CSV)", read, lists=("items", "data"))
