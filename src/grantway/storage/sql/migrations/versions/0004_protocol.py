"""The tables of artifacts, grants, keys, and the change feed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_artifacts()
    _create_grants()
    _create_signing_keys()
    _create_secret_keys()
    _create_feed_head()
    _create_changes()
    op.bulk_insert(
        sa.table("feed_head", sa.column("id", sa.Integer()), sa.column("seq", sa.Integer())),
        [{"id": 1, "seq": 0}],
    )


def _create_artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("expires_at", Number, nullable=False),
        sa.Column("application_id", Number, nullable=True),
        sa.Column("organization_id", Number, nullable=True),
        sa.Column("subject", Number, nullable=True),
        sa.Column("grant_id", Number, nullable=True),
        sa.Column("dialect", sa.Text(), nullable=True),
        sa.Column("consumed_at", Number, nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_artifacts")),
    )
    op.create_index(op.f("ix_artifacts_expires_at"), "artifacts", ["expires_at"])
    op.create_index("ix_artifacts_grant_id", "artifacts", ["grant_id"])
    op.create_index("ix_artifacts_subject_kind", "artifacts", ["subject", "kind"])


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, nullable=False),
        sa.Column("organization_id", Number, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", Number, nullable=True),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("epochs", sa.Text(), nullable=False),
        sa.Column("generation", Number, nullable=False),
        sa.Column("refresh_key_id", Number, nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("expires_at", Number, nullable=False),
        sa.Column("idle_expires_at", Number, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("cnf", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("installation_id", Number, nullable=True),
        sa.Column("session_id", Number, nullable=True),
        sa.Column("auth_time", Number, nullable=True),
        sa.Column("methods", sa.Text(), nullable=False),
        sa.Column("code_key", sa.LargeBinary(), nullable=True),
        sa.Column("rotated_at", Number, nullable=True),
        sa.Column("revoked_at", Number, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("code_key", name=op.f("uq_grants_code_key")),
    )
    op.create_index(op.f("ix_grants_expires_at"), "grants", ["expires_at"])
    op.create_index(
        "ix_grants_revoked_at",
        "grants",
        ["revoked_at"],
        sqlite_where=sa.text("revoked_at IS NOT NULL"),
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )
    op.create_index(
        "ix_grants_session_id",
        "grants",
        ["session_id"],
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_grants_subject_id"), "grants", ["subject_id"])


def _create_signing_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("mount", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("announced_at", Number, nullable=False),
        sa.Column("use_from", Number, nullable=False),
        sa.Column("retire_at", Number, nullable=True),
        sa.Column("withdrawn_at", Number, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_keys_kid")),
    )


def _create_secret_keys() -> None:
    op.create_table(
        "secret_keys",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("retire_at", Number, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_keys")),
    )


def _create_feed_head() -> None:
    op.create_table(
        "feed_head",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_head")),
    )


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", Number, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
    )
