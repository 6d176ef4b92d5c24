"""Refused requests, for the developers of their applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "refusals",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("owner_id", Number, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=True),
        sa.Column("organization_key", Number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mount", sa.Text(), nullable=False),
        sa.Column("error_id", sa.Text(), nullable=False),
        sa.Column("window_start", Number, nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.Column("first_at", Number, nullable=False),
        sa.Column("last_at", Number, nullable=False),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=True),
        sa.Column("is_sampled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_refusals_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_refusals_organization_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "application_id",
            "window_start",
            "kind",
            "error_id",
            "mount",
            "organization_key",
            name=op.f("uq_refusals_alike"),
        ),
    )
    op.create_index("ix_refusals_organization_id", "refusals", ["organization_id"])
    op.create_index("ix_refusals_last_at", "refusals", ["last_at"])
    op.create_index("ix_refusals_application_id_last_at", "refusals", ["application_id", "last_at"])
    op.create_index("ix_refusals_owner_id_last_at", "refusals", ["owner_id", "last_at"])
    op.create_table(
        "refusal_codes",
        sa.Column("refusal_id", Number, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.PrimaryKeyConstraint("refusal_id", "code", name=op.f("pk_refusal_codes")),
        sa.ForeignKeyConstraint(
            ["refusal_id"], ["refusals.id"], name=op.f("fk_refusal_codes_refusal_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_refusal_codes_code", "refusal_codes", ["code"])
