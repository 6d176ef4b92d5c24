"""The tables of APIs, scopes and applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_apis()
    _create_applications()
    _create_api_introspectors()
    _create_scopes()
    _create_application_redirects()
    _create_application_origins()
    _create_application_scopes()
    _create_application_audience()


def _create_apis() -> None:
    op.create_table(
        "apis",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("builtin", sa.Text(), nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_apis_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apis")),
        sa.UniqueConstraint("identifier", name=op.f("uq_apis_identifier")),
    )
    op.create_index(op.f("ix_apis_organization_id"), "apis", ["organization_id"])
    op.create_index(
        "uq_apis_builtin",
        "apis",
        ["builtin"],
        unique=True,
        sqlite_where=sa.text("builtin IS NOT NULL"),
        postgresql_where=sa.text("builtin IS NOT NULL"),
    )


def _create_applications() -> None:
    op.create_table(
        "applications",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("dialects", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=True),
        sa.Column("logo_url", sa.Text(), nullable=True),
        sa.Column("owner_email", sa.Text(), nullable=True),
        sa.Column("notification_addresses", sa.Text(), nullable=False),
        sa.Column("audience_requested", sa.Text(), nullable=False),
        sa.Column("audience_effective", sa.Text(), nullable=False),
        sa.Column("installable", sa.Text(), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("creator_id", Number, nullable=True),
        sa.Column("purge_at", Number, nullable=True),
        sa.Column("archived_at", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("updated_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_applications_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("client_id", name=op.f("uq_applications_client_id")),
        sa.UniqueConstraint("id", "organization_id", name=op.f("uq_applications_id_organization_id")),
    )
    op.create_index(op.f("ix_applications_organization_id"), "applications", ["organization_id"])


def _create_api_introspectors() -> None:
    op.create_table(
        "api_introspectors",
        sa.Column("api_id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_api_introspectors_api_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_api_introspectors_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("api_id", "application_id", name=op.f("pk_api_introspectors")),
    )
    op.create_index(op.f("ix_api_introspectors_application_id"), "api_introspectors", ["application_id"])


def _create_scopes() -> None:
    op.create_table(
        "scopes",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("api_id", Number, autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("legs", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("retired_at", Number, nullable=True),
        sa.ForeignKeyConstraint(["api_id"], ["apis.id"], name=op.f("fk_scopes_api_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scopes")),
        sa.UniqueConstraint("value", name=op.f("uq_scopes_value")),
    )
    op.create_index(op.f("ix_scopes_api_id"), "scopes", ["api_id"])


def _create_application_redirects() -> None:
    op.create_table(
        "application_redirects",
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("position", Number, autoincrement=False, nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_redirects_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "application_id", "purpose", "position", name=op.f("pk_application_redirects")
        ),
    )


def _create_application_origins() -> None:
    op.create_table(
        "application_origins",
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("position", Number, autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_origins_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_application_origins")),
    )
    op.create_index(op.f("ix_application_origins_origin"), "application_origins", ["origin"])


def _create_application_scopes() -> None:
    op.create_table(
        "application_scopes",
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_scopes_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scope"], ["scopes.value"], name=op.f("fk_application_scopes_scope"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "scope", name=op.f("pk_application_scopes")),
    )
    op.create_index(op.f("ix_application_scopes_scope"), "application_scopes", ["scope"])


def _create_application_audience() -> None:
    op.create_table(
        "application_audience",
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_audience_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_application_audience_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", "organization_id", name=op.f("pk_application_audience")),
    )
    op.create_index(
        op.f("ix_application_audience_organization_id"), "application_audience", ["organization_id"]
    )
