"""Secrets that another server made: how it had them, its hash until the first use, and its mark."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there already is ours: null says so."""
    op.add_column("credentials", sa.Column("imported", sa.Text(), nullable=True))
    op.add_column("credentials", sa.Column("foreign_text", sa.Text(), nullable=True))
    op.add_column("credentials", sa.Column("source", sa.LargeBinary(), nullable=True))
    for name, column, kept in (
        ("ix_credentials_imported", "application_id", "imported"),
        ("ix_credentials_foreign", "id", "foreign_text"),
    ):
        where = sa.text(f"{kept} IS NOT NULL")
        op.create_index(name, "credentials", [column], sqlite_where=where, postgresql_where=where)
