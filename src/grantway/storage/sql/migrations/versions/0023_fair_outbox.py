"""A webhook is held by who sends there and rests after a failure; addresses agree before they get letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("held_until", "rests_until"):
        op.add_column("webhooks", sa.Column(name, Number))
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
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", Number, nullable=False),
        sa.Column("confirmed_at", Number, nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_notify_addresses_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_addresses")),
        sa.UniqueConstraint(
            "organization_id", "folded", name=op.f("uq_notify_addresses_organization_id_folded")
        ),
    )
    op.create_index("ix_notify_addresses_asked_at", "notify_addresses", ["asked_at"])
