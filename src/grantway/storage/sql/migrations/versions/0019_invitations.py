"""Invitations; and nobody whose address was never verified is a member of a tenant any more.

Who never followed a link to a first password never agreed to anything: such memberships become
invitations. Of several people with one address, of whom one verified it, the others never can: they go,
and what they belonged to invites the one who did.
"""

from __future__ import annotations

import secrets  # noqa: TID251 - nobody hands entropy to a migration
import time

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_WAITS = 14 * 86_400 * 1_000_000
_UNVERIFIED = """
SELECT m.user_id, m.organization_id, m.role, m.state, e.folded, e.address,
       (SELECT v.user_id FROM user_emails v WHERE v.folded = e.folded AND v.verified_at IS NOT NULL)
FROM memberships m
JOIN organizations o ON o.id = m.organization_id
JOIN user_emails e ON e.user_id = m.user_id AND e.is_primary = 1 AND e.verified_at IS NULL
WHERE NOT EXISTS (SELECT 1 FROM user_emails x WHERE x.user_id = m.user_id AND x.verified_at IS NOT NULL)
  AND (o.kind <> 'platform' OR EXISTS
       (SELECT 1 FROM user_emails y WHERE y.folded = e.folded AND y.verified_at IS NOT NULL))
ORDER BY m.organization_id, m.user_id
"""
_TWINS = """
SELECT e.user_id FROM user_emails e
WHERE e.is_primary = 1 AND e.verified_at IS NULL
  AND EXISTS (SELECT 1 FROM user_emails v WHERE v.folded = e.folded AND v.verified_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM user_emails x WHERE x.user_id = e.user_id AND x.verified_at IS NOT NULL)
"""


def upgrade() -> None:
    _create_invitations()
    connection = op.get_bind()
    _invite(connection)
    for (user_id,) in connection.execute(sa.text(_TWINS)).fetchall():
        for statement in (
            "DELETE FROM memberships WHERE user_id = :it",
            "DELETE FROM consents WHERE user_id = :it",
            "DELETE FROM passwords WHERE user_id = :it",
            "DELETE FROM user_emails WHERE user_id = :it",
            "DELETE FROM artifacts WHERE subject = :it",
            "DELETE FROM users WHERE id = :it",
        ):
            connection.execute(sa.text(statement), {"it": user_id})


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("expires_at", Number, nullable=False),
        sa.Column("invited_by", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_invitations_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("organization_id", "folded", name=op.f("uq_invitations_organization_id_folded")),
    )
    op.create_index("ix_invitations_folded", "invitations", ["folded"])
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"])


def _invite(connection: sa.Connection) -> None:
    now, asked = time.time_ns() // 1_000, set[tuple[int, str]]()  # noqa: TID251
    for user_id, organization_id, role, state, folded, address, owner in connection.execute(
        sa.text(_UNVERIFIED)
    ).fetchall():
        it = {"user": user_id, "organization": organization_id}
        connection.execute(
            sa.text("DELETE FROM memberships WHERE user_id = :user AND organization_id = :organization"), it
        )
        belongs = connection.execute(
            sa.text("SELECT 1 FROM memberships WHERE user_id = :owner AND organization_id = :organization"),
            {"owner": owner, "organization": organization_id},
        ).first()
        if state != "enabled" or belongs is not None or (organization_id, folded) in asked:
            continue
        asked.add((organization_id, folded))
        connection.execute(
            sa.text(
                "INSERT INTO invitations (id, organization_id, folded, email, role, expires_at, created_at) "
                "VALUES (:id, :organization, :folded, :email, :role, :until, :now)"
            ),
            {
                "id": secrets.randbelow(2**53 - 1) + 1,
                "organization": organization_id,
                "folded": folded,
                "email": address,
                "role": role,
                "until": now + _WAITS,
                "now": now,
            },
        )
