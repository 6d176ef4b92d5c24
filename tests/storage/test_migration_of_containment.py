"""A filled database of the commit before: tenants' applications lose operators' scopes, and the log says so."""

from __future__ import annotations

import json

from grantway.core.audit import AuditQuery
from grantway.storage import migrate, open_store
from tests.storage.filled import Rows, database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

SCOPES = ("applications:read", "platform", "users:write")
PLATFORM, TENANT, CONSOLE, LADDER, PLAIN = 11, 12, 21, 22, 23


def fill(rows: Rows) -> None:
    """Two organizations with applications that carry what only the platform's may."""
    for identifier, kind in ((PLATFORM, "platform"), (TENANT, "tenant")):
        rows.put(
            "organizations",
            id=identifier,
            kind=kind,
            name=kind,
            name_folded=kind,
            slug=kind,
            state="enabled",
            epoch=1,
            version=1,
            time_zone="UTC",
            created_at=1,
        )
    rows.put(
        "apis", id=31, organization_id=PLATFORM, identifier="https://id.example.test/api/v1",
        name="Management", state="enabled", version=1, builtin="management", created_at=1,
    )  # fmt: skip
    for place, scope in enumerate(SCOPES):
        rows.put(
            "scopes", id=41 + place, api_id=31, value=scope, legs="any", text=scope, version=1,
            detail="", risk="normal",
        )  # fmt: skip
    for identifier, organization, held in (
        (CONSOLE, PLATFORM, SCOPES),
        (LADDER, TENANT, SCOPES),
        (PLAIN, TENANT, SCOPES[:1]),
    ):
        rows.put(
            "applications", id=identifier, organization_id=organization, client_id=f"c{identifier}",
            type="backend", name="x", name_folded="x", state="disabled", epoch=1, version=1, settings="{}",
            platform="web", preset="standard", dialects='["standard"]', description="",
            notification_addresses="[]", audience_requested="own_organization",
            audience_effective="own_organization", installable="by_audience", publication="draft",
            created_at=1, updated_at=1,
        )  # fmt: skip
        for scope in held:
            rows.put("application_scopes", application_id=identifier, scope=scope)


def test_a_filled_database_comes_along(empty_url: str) -> None:
    with database_before(empty_url, "0015") as rows:
        fill(rows)
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        found = {one: tx.gate.application(one) for one in (CONSOLE, LADDER, PLAIN)}
        organization = tx.gate.organization_record(TENANT)
        told = tx.platform.audit(AuditQuery())
    store.close()
    assert organization is not None
    assert organization.is_active
    held = {one: (record.scopes, record.version) for one, record in found.items() if record is not None}
    assert held == {
        CONSOLE: (frozenset(SCOPES), 1),
        LADDER: (frozenset(SCOPES[:1]), 2),
        PLAIN: (frozenset(SCOPES[:1]), 1),
    }
    # What was stopped before ranks lowest, so that whoever could undo it still can.
    assert {record.stopped_by_rank for record in found.values() if record is not None} == {None}
    (line,) = told
    assert (line.action, line.actor_kind, line.organization_id) == (
        "application.lose_scopes",
        "server",
        TENANT,
    )
    assert json.loads(line.before or "") == {"scopes": list(SCOPES)}
    assert json.loads(line.after or "") == {"scopes": list(SCOPES[:1])}
    assert line.at > 1_700_000_000_000_000
