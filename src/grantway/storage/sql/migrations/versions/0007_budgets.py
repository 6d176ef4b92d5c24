"""The minutes that people reserved of their days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minutes", Number, nullable=False),
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "organization_id", "subject", "day", name=op.f("pk_usage")),
        sa.UniqueConstraint("id", name=op.f("uq_usage_id")),
    )
    op.create_index("ix_usage_application_id_day_id", "usage", ["application_id", "day", "id"])
    op.create_index("ix_usage_day", "usage", ["day"])
