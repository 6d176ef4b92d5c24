"""The tables of installations, credentials and consents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_installations()
    _create_credentials()
    _create_consents()
    _create_tombstones()


def _create_installations() -> None:
    op.create_table(
        "installations",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, nullable=False),
        sa.Column("owner_organization_id", Number, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("granted_by", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.CheckConstraint(
            "organization_id <> owner_organization_id", name=op.f("ck_installations_not_at_home")
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "owner_organization_id"],
            ["applications.id", "applications.organization_id"],
            name=op.f("fk_installations_application_id_owner_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_installations_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint(
            "application_id", "organization_id", name=op.f("uq_installations_application_id_organization_id")
        ),
    )
    op.create_index(op.f("ix_installations_organization_id"), "installations", ["organization_id"])


def _create_credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("installation_id", Number, autoincrement=False, nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("pepper_id", Number, nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_by", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("expires_at", Number, nullable=True),
        sa.Column("revoked_at", Number, nullable=True),
        sa.Column("last_used_at", Number, nullable=True),
        sa.Column("last_used_from", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_credentials_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installations.id"],
            name=op.f("fk_credentials_installation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_credentials_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("application_id", "digest", name=op.f("uq_credentials_application_id_digest")),
    )
    op.create_index(op.f("ix_credentials_installation_id"), "credentials", ["installation_id"])
    op.create_index(op.f("ix_credentials_organization_id"), "credentials", ["organization_id"])


def _create_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("user_id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("granted_at", Number, nullable=False),
        sa.Column("revoked_at", Number, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_consents_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_consents_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_consents_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "application_id", "organization_id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_application_id"), "consents", ["application_id"])
    op.create_index(op.f("ix_consents_organization_id"), "consents", ["organization_id"])


def _create_tombstones() -> None:
    op.create_table(
        "tombstones",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deleted_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("kind", "text", name=op.f("pk_tombstones")),
    )
