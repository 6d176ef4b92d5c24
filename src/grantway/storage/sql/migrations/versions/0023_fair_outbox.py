"""Who sends to a webhook holds it, and one that fails is left alone for a while."""

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
