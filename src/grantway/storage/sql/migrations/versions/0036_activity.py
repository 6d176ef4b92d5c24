"""Tokens, sign-ins and refusals of each day, counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=True),
        sa.Column("organization_key", Number, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("error_id", sa.Text(), nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_activity_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_activity_organization_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "application_id",
            "day",
            "metric",
            "error_id",
            "organization_key",
            name=op.f("uq_activity_alike"),
        ),
    )
    op.create_index("ix_activity_organization_id_day", "activity", ["organization_id", "day"])
    op.create_index("ix_activity_day", "activity", ["day"])
