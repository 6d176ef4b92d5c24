"""Scopes say in which language their texts are, and may say the same in others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody could say a language until now: what says none is English, as the texts of the server itself."""
    op.add_column("scopes", sa.Column("locale", sa.Text(), nullable=True))
    op.add_column("scopes", sa.Column("translations", sa.Text(), nullable=True))
