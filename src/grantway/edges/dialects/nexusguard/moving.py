"""Apps of Nexusguard, as Management and Developer Config show them (G1 to G11, G49), JSON or CSV."""

from __future__ import annotations

from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of


def read(row: Row) -> Incoming:
    """One app: `host_url` says on which host its redirects lie (G16)."""
    client_id = row.client_id("app_id")
    row.common("nexusguard", kind="confidential")
    host = row.text("host_url", "appWebsite", into="base_url")
    # Any address of the host was good: where none is named, the entry page stands for it.
    redirects = row.texts("redirect_uri", "redirect_uris") or tuple(one for one in (host,) if one)
    row.keep("redirect_uris", redirects, "redirect_uri")
    row.keep("scopes", row.texts("scopes", "scope"), "scopes")
    networks = row.texts("ip_whitelist", "whitelist")
    if networks:
        row.keep("networks", networks, "ip_whitelist")
    if row.has("customers", "installed"):
        row.note("The customers who installed it do not come along: each installs it here (G13, G14).")
    return row.incoming(
        client_id,
        secrets=row.secrets("secret", "app_secret"),
        realm=realm_of(row.text("spe")),
        sites=(host,),
        is_open=(row.text("status", "state") or "").lower() in {"approved", "published"},
    )


FORMAT = Format("nexusguard", "apps of Nexusguard (JSON or CSV)", read, lists=("apps", "result"))
