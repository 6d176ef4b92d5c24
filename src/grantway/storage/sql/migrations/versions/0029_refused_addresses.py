"""Whoever has an address can say no to the letters of an organization, and that stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody could refuse until now: who did not want the letters did not answer."""
    op.add_column("notify_addresses", sa.Column("refused_at", Number, nullable=True))
