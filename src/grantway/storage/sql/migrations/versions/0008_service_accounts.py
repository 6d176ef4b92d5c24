"""Service accounts, who may act as them, and secrets found by their digest alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_accounts()
    _create_applications()
    op.create_index(op.f("ix_credentials_digest"), "credentials", ["digest"])


def _create_accounts() -> None:
    op.create_table(
        "service_accounts",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("created_by", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_service_accounts_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_accounts")),
    )
    op.create_index(op.f("ix_service_accounts_organization_id"), "service_accounts", ["organization_id"])


def _create_applications() -> None:
    op.create_table(
        "service_account_applications",
        sa.Column("service_account_id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_account_id"],
            ["service_accounts.id"],
            name=op.f("fk_service_account_applications_service_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_service_account_applications_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "service_account_id", "application_id", name=op.f("pk_service_account_applications")
        ),
    )
    op.create_index(
        op.f("ix_service_account_applications_application_id"),
        "service_account_applications",
        ["application_id"],
    )
