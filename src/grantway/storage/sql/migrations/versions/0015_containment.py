"""Suspensions, who ranks high enough to undo a stop, and operators' scopes at home."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from grantway.core.identifiers import to_text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_SUSPENDED = ("applications", "organizations")
_RANKED = ("applications", "memberships", "service_accounts", "installations", "webhooks")
_NOW = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER) * 1000000",
    "postgresql": "CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)",
}
"""The database's own time, in microseconds."""
_TELL = (
    "INSERT INTO audit (id, at, action, actor_kind, organization_id, target_kind, target_id, before, after) "
    "VALUES (:line, :now, 'application.lose_scopes', 'server', :organization, 'application', :target, "
    ":before, :after)"
)
_OF_OPERATORS = ("apis:write", "platform", "users:read", "users:write")


def upgrade() -> None:
    for table in _SUSPENDED:
        op.add_column(table, sa.Column("suspended_at", Number, nullable=True))
        op.add_column(table, sa.Column("suspended_by", Number, nullable=True))
        op.add_column(table, sa.Column("suspension_reason", sa.Text(), nullable=True))
    for table in _RANKED:
        op.add_column(table, sa.Column("stopped_by_rank", sa.Text(), nullable=True))
    op.add_column("applications", sa.Column("archived_by_rank", sa.Text(), nullable=True))
    _take_operators_scopes()


def _take_operators_scopes() -> None:
    """Tenants' applications lose the scopes of operators, and the log says which had them.

    No token carries them in any case. What is taken here keeps the record from saying otherwise.
    """
    connection = op.get_bind()
    held: dict[tuple[int, int], list[str]] = {}
    found = connection.execute(
        sa.text(
            "SELECT s.application_id, a.organization_id, s.scope FROM application_scopes s "
            "JOIN applications a ON a.id = s.application_id "
            "JOIN organizations o ON o.id = a.organization_id "
            "WHERE o.kind <> 'platform' AND s.scope IN :scopes ORDER BY s.application_id, s.scope"
        ).bindparams(sa.bindparam("scopes", _OF_OPERATORS, expanding=True))
    )
    for application_id, organization_id, scope in found.all():
        held.setdefault((application_id, organization_id), []).append(scope)
    for (application_id, organization_id), taken in held.items():
        _take(connection, application_id, organization_id, taken)


def _take(connection: sa.Connection, application_id: int, organization_id: int, taken: list[str]) -> None:
    left = connection.execute(
        sa.text("SELECT scope FROM application_scopes WHERE application_id = :id ORDER BY scope"),
        {"id": application_id},
    ).scalars()
    before = list(left)
    connection.execute(
        sa.text("DELETE FROM application_scopes WHERE application_id = :id AND scope IN :scopes").bindparams(
            sa.bindparam("scopes", taken, expanding=True)
        ),
        {"id": application_id},
    )
    connection.execute(
        sa.text("UPDATE applications SET version = version + 1 WHERE id = :id"), {"id": application_id}
    )
    connection.execute(
        sa.text(_TELL.replace(":now", _NOW[connection.dialect.name])),
        {
            # Ids are drawn at random, so the application's own is one that no line of the log has.
            "line": application_id,
            "organization": organization_id,
            "target": to_text(application_id),
            "before": json.dumps({"scopes": before}),
            "after": json.dumps({"scopes": [one for one in before if one not in taken]}),
        },
    )
