"""The tables of organizations, people, and what people type."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_organizations()
    _create_users()
    _create_user_emails()
    _create_passwords()
    _create_memberships()
    _create_attempts()


def _create_organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("parent_id", Number, autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_index(
        "uq_organizations_platform",
        "organizations",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("kind = 'platform'"),
        postgresql_where=sa.text("kind = 'platform'"),
    )


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("updated_at", Number, nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )


def _create_user_emails() -> None:
    op.create_table(
        "user_emails",
        sa.Column("user_id", Number, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Integer(), nullable=False),
        sa.Column("verified_at", Number, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_emails_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "folded", name=op.f("pk_user_emails")),
    )
    op.create_index(
        "uq_user_emails_primary",
        "user_emails",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("is_primary = 1"),
        postgresql_where=sa.text("is_primary = 1"),
    )
    op.create_index(
        "uq_user_emails_verified",
        "user_emails",
        ["folded"],
        unique=True,
        sqlite_where=sa.text("verified_at IS NOT NULL"),
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )


def _create_passwords() -> None:
    op.create_table(
        "passwords",
        sa.Column("user_id", Number, autoincrement=False, nullable=False),
        sa.Column("phc", sa.Text(), nullable=False),
        sa.Column("changed_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_passwords_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_passwords")),
    )


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("user_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_memberships_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "organization_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_organization_id"), "memberships", ["organization_id"])


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("window_start", Number, autoincrement=False, nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_start", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_window_start"), "attempts", ["window_start"])
