"""The audit log, the steps of publication, and the platform's policy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_audit()
    _create_publications()
    _create_platform_policy()
    op.create_index(
        "ix_applications_purge_at",
        "applications",
        ["purge_at"],
        sqlite_where=sa.text("purge_at IS NOT NULL"),
        postgresql_where=sa.text("purge_at IS NOT NULL"),
    )
    op.create_index("ix_applications_publication_id", "applications", ["publication", "id"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("user_id", Number, nullable=True),
        sa.Column("application_id", Number, nullable=True),
        sa.Column("organization_id", Number, nullable=True),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at_id", "audit", ["at", "id"])
    op.create_index("ix_audit_organization_id_at_id", "audit", ["organization_id", "at", "id"])


def _create_publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("user_id", Number, nullable=True),
        sa.Column("through_id", Number, nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_publications_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_application_id"), "publications", ["application_id"])


def _create_platform_policy() -> None:
    op.create_table(
        "platform_policy",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("approval_required", sa.Integer(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_policy")),
    )
    columns = (
        sa.column("id", sa.Integer()),
        sa.column("approval_required", sa.Integer()),
        sa.column("terms_version", sa.Text()),
        sa.column("version", sa.Integer()),
    )
    row = {"id": 1, "approval_required": 0, "terms_version": "1", "version": 1}
    op.bulk_insert(sa.table("platform_policy", *columns), [row])
