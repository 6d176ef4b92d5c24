"""What `grantway export` writes: declarations, as `grantway apply` takes them, with client ids."""

from __future__ import annotations

from typing import Any

from grantway.core.moving import Incoming
from grantway.edges.moving.reading import Format, Row, realm_of
from grantway.features.declarations.declared import read as read_declaration
from grantway.features.fields import Findings

_PATH = "applications[0]"


def read(row: Row) -> Incoming:
    """One application. Its members are those of a declaration, and read by the same rules."""
    data: dict[str, Any] = dict(row.record.data)
    data.pop("secrets", None)
    client_id = row.client_id("client_id")
    organization = row.record.around.get("organization")
    findings = Findings()
    declaration = read_declaration({"organization": "any", "applications": [data]}, findings)
    for error in findings.errors:
        row.refuse(error.field.removeprefix(_PATH).lstrip("."), error.reason.sentence)
    (declared,) = declaration.applications
    values = declared.values
    for member, value in values.items():
        row.keep(member, value)
    if isinstance(organization, dict):
        organization = organization.get("slug")
    return row.incoming(
        client_id,
        secrets=row.secrets("secrets"),
        realm=realm_of(organization if isinstance(organization, str) else None),
        is_open=values.get("audience") == "any_organization",
        is_leaving=declared.is_absent,
    )


FORMAT = Format("grantway", "what `grantway export` writes (YAML or JSON)", read, lists=("applications",))
