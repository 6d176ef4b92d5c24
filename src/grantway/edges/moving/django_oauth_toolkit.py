"""Applications of django-oauth-toolkit, as `manage.py dumpdata oauth2_provider.application` writes them.

https://django-oauth-toolkit.readthedocs.io/en/latest/models.html
"""

from __future__ import annotations

from grantway.core import devices
from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, grants
from grantway.edges.moving.scanning import Record

_GRANTS = {
    "authorization-code": ("authorization_code", "refresh_token"),
    "openid-hybrid": ("authorization_code", "refresh_token"),
    "client-credentials": ("client_credentials",),
    devices.GRANT_TYPE: (devices.GRANT_TYPE, "refresh_token"),
}


def read(outer: Row) -> Incoming | None:
    """One application; None for records of other models, which a fixture may have, too."""
    record = outer.record
    model = outer.text("model")
    if model is not None and not model.endswith("application"):
        return None
    fields = outer.part("fields") if outer.has("fields") else dict(record.data)
    row = Row(Record(record.line, fields, record.text))
    client_id = row.client_id("client_id")
    row.text("name", into="name")
    kind = row.text("client_type") or "confidential"
    grant = row.text("authorization_grant_type") or ""
    granted = grants(row, _GRANTS, (grant,) if grant else (), "authorization_grant_type")
    if not granted:
        row.refuse("authorization_grant_type", "None of its grant types is offered here.")
    named = _GRANTS.get(grant, ())
    is_machine = named == ("client_credentials",)
    of_secret = "backend" if is_machine else "confidential"
    row.keep("type", "public" if kind == "public" else of_secret, "client_type")
    row.keep("grant_types", named, "authorization_grant_type")
    if not is_machine:
        row.texts("redirect_uris", into="redirect_uris")
        row.texts("post_logout_redirect_uris", into="post_logout_redirect_uris")
        row.texts("allowed_origins", into="origins")
        row.keep("scopes", ("openid",) if row.text("algorithm") else ())
    if row.values["type"] == "confidential":
        row.keep("pkce", "optional")
    row.signed_by(row.text("algorithm"))
    if row.flag("skip_authorization"):
        row.note("People were not asked: here somebody vouches for it first (`grantway vouch give`).")
    return row.incoming(client_id, secrets=row.secrets("client_secret"))


FORMAT = Format("django-oauth-toolkit", "a fixture of django-oauth-toolkit (JSON)", read)
