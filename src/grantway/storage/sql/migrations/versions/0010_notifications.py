"""Events, webhooks, deliveries, and warnings of secrets that expire."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_events()
    _create_webhooks()
    _create_deliveries()
    _create_expiry_warnings()


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tells", sa.Text(), nullable=False),
        sa.Column("organization_id", Number, nullable=True),
        sa.Column("application_id", Number, nullable=True),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index(
        "ix_events_new",
        "events",
        ["at"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("failures", Number, nullable=False),
        sa.Column("failing_since", Number, nullable=True),
        sa.Column("created_by", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", Number, nullable=True),
        sa.Column("seal_key_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_webhooks_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_organization_id"), "webhooks", ["organization_id"])
    op.create_index(op.f("ix_webhooks_application_id"), "webhooks", ["application_id"])


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("event_id", Number, autoincrement=False, nullable=False),
        sa.Column("webhook_id", Number, autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", Number, nullable=False),
        sa.Column("next_at", Number, nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("failures", Number, nullable=False),
        sa.Column("last_status", Number, nullable=True),
        sa.Column("last_problem", sa.Text(), nullable=True),
        sa.Column("delivered_at", Number, nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_deliveries_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_event_id"), "deliveries", ["event_id"])
    op.create_index(
        "ix_deliveries_webhook_id_created_at_id", "deliveries", ["webhook_id", "created_at", "id"]
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["next_at"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_expiry_warnings() -> None:
    op.create_table(
        "expiry_warnings",
        sa.Column("credential_id", Number, autoincrement=False, nullable=False),
        sa.Column("days", Number, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_expiry_warnings_credential_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "days", name=op.f("pk_expiry_warnings")),
    )
    op.create_index(
        "ix_credentials_expires_at",
        "credentials",
        ["expires_at"],
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
