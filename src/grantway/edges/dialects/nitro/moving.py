"""OAuth clients of a Nitro site, as its OAuth tab lists them (B1, B8 to B13, B54), as JSON or a table."""

from __future__ import annotations

from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of

_MINUTES = {
    "session_minutes": ("duration", "durationMinutes"),
    "minutes_per_day": ("maximumDurationPerDay", "maxDurationPerDay"),
}


def read(row: Row) -> Incoming:
    """One client. `studio` and `batch-import` become what the preset offers under these names (B5, B7)."""
    client_id = row.client_id("client_id")
    redirects = row.texts("redirectUrl", "redirectUri", "redirect_uris", into="redirect_uris")
    # A redirect is optional and used by nothing (B9): a client without one is a program.
    row.common("nitro", kind="confidential" if redirects else "backend")
    row.keep("scopes", row.texts("scopes", "scope"), "scopes")
    for member, names in _MINUTES.items():
        minutes = row.number(*names)
        # Zero is how a form says that there is no limit.
        if minutes:
            row.keep(member, minutes, names[0])
    if row.has("creator", "createdBy"):
        row.note("Who made it is not taken over: the secret is read again by nobody (B2).")
    return row.incoming(
        client_id,
        secrets=row.secrets("client_secret", "secretKey"),
        realm=realm_of(row.text("site")),
    )


FORMAT = Format("nitro", "clients of a Nitro site (JSON or CSV)", read, lists=("clients", "oauth_clients"))
