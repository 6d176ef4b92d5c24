"""A webhook is held by who sends there and rests after a failure; addresses agree before they get letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("held_until", "rests_until"):
        op.add_column("webhooks", sa.Column(name, sa.BigInteger))
    is_pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_deliveries_pending_by_webhook",
        "deliveries",
        ["webhook_id", "next_at"],
        sqlite_where=is_pending,
        postgresql_where=is_pending,
    )
    op.create_table(
        "notify_addresses",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(
            "organization_id",
            sa.BigInteger(),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.UniqueConstraint("organization_id", "folded"),
    )
    op.create_index("ix_notify_addresses_asked_at", "notify_addresses", ["asked_at"])
