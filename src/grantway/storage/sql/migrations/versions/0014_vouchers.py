"""Vouchers, and the end of the sign-ins that stood on nobody's act."""

from __future__ import annotations

import json
import time

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_BATCH = 500


def upgrade() -> None:
    _create_vouchers()
    op.add_column("grants", sa.Column("voucher_id", Number, nullable=True))
    _end_inherited()


def _create_vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scopes", "redirects", "platform")),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("audience", "audience_organizations", "dialects")
        ),
        sa.Column("application_version", Number, nullable=False),
        sa.Column("asserted_subject", sa.Integer(), nullable=False),
        sa.Column("installation_id", Number, autoincrement=False, nullable=True),
        sa.Column("created_by", Number, nullable=True),
        sa.Column("through_id", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("revoked_at", Number, nullable=True),
        sa.Column("revoked_by", Number, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{record}_id"],
                [f"{record}s.id"],
                name=op.f(f"fk_vouchers_{record}_id"),
                ondelete="CASCADE",
            )
            for record in ("application", "organization", "installation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
    )
    op.create_index(op.f("ix_vouchers_installation_id"), "vouchers", ["installation_id"])
    op.create_index(
        "ix_vouchers_application_id_organization_id", "vouchers", ["application_id", "organization_id"]
    )
    op.create_index("ix_vouchers_organization_id_id", "vouchers", ["organization_id", "id"])
    _create_unique("organization", ["application_id", "organization_id"], "IS NOT NULL")
    _create_unique("platform", ["application_id"], "IS NULL")


def _create_unique(whose: str, columns: list[str], condition: str) -> None:
    live = sa.text(f"revoked_at IS NULL AND organization_id {condition}")
    op.create_index(
        f"uq_vouchers_live_of_{whose}",
        "vouchers",
        columns,
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def _end_inherited() -> None:
    """Revoke the live grants of people that no consent of theirs covers: nobody answers for them."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT grants.id, grants.scopes, consents.scopes FROM grants LEFT JOIN consents"
            " ON consents.user_id = grants.subject_id"
            " AND consents.application_id = grants.application_id"
            " AND consents.organization_id = grants.organization_id"
            " AND consents.revoked_at IS NULL"
            " WHERE grants.state = 'live' AND grants.subject_kind = 'user'"
        )
    )
    ended = [
        grant for grant, held, given in rows if not set(json.loads(held)) <= set(json.loads(given or "[]"))
    ]
    now = time.time_ns() // 1_000  # noqa: TID251 - a migration runs once, and nobody hands it a clock
    revoke = sa.text(
        "UPDATE grants SET state = 'revoked', revoked_at = :now, reason = 'nobody answers for it'"
        " WHERE id IN :ended"
    ).bindparams(sa.bindparam("ended", expanding=True))
    for start in range(0, len(ended), _BATCH):
        connection.execute(revoke, {"now": now, "ended": ended[start : start + _BATCH]})
