"""Tables of notices: events, what is on its way to whom, webhooks, and warnings that were given."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, UniqueConstraint

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Bytes, Identifier, Json, Moment, Number, Words

# Events refer to records without foreign keys: that something was purged is told when it is gone.
events = Table(
    "events",
    METADATA,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("name", Words, nullable=False),
    Column("tells", Json, nullable=False),
    Column("organization_id", Identifier),
    Column("application_id", Identifier),
    Column("target_id", Words, nullable=False),
    Column("facts", Json, nullable=False),
    Column("addresses", Json, nullable=False),
    Column("state", Words, nullable=False),
    Index("ix_events_at", "at"),
)
# Few events wait to be expanded.
Index(
    "ix_events_new",
    events.c.at,
    sqlite_where=events.c.state == "new",
    postgresql_where=events.c.state == "new",
)

# The application may be purged before its webhook was told of it, so that is no foreign key either.
webhooks = Table(
    "webhooks",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id", cascade=True, index=True),
    Column("application_id", Identifier, index=True),
    Column("url", Words, nullable=False),
    Column("events", Json, nullable=False),
    Column("label", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("disabled_reason", Words),
    Column("failures", Number, nullable=False),
    Column("failing_since", Moment),
    Column("created_by", Identifier),
    Column("created_at", Moment, nullable=False),
    Column("version", Number, nullable=False),
    # The secret, and the one before while both sign, are sealed alike.
    Column("sealed", Bytes, nullable=False),
    Column("former", Bytes),
    Column("former_until", Moment),
    Column("seal_key_id", Words, nullable=False),
    Column("stopped_by_rank", Words),
    # Who sends there holds it, so one attempt is in flight; and after a failure nothing is sent for a while.
    Column("held_until", Moment),
    Column("rests_until", Moment),
)

deliveries = Table(
    "deliveries",
    METADATA,
    id_column(),
    reference("event_id", "events.id", cascade=True, index=True),
    reference("webhook_id", "webhooks.id", cascade=True, nullable=True),
    Column("kind", Words, nullable=False),
    Column("address", Words),
    Column("locale", Words),
    Column("state", Words, nullable=False),
    Column("since", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Number, nullable=False),
    Column("failures", Number, nullable=False),
    Column("last_status", Number),
    Column("last_problem", Words),
    Column("delivered_at", Moment),
    Index("ix_deliveries_webhook_id_created_at_id", "webhook_id", "created_at", "id"),
)
Index(
    "ix_deliveries_pending",
    deliveries.c.next_at,
    sqlite_where=deliveries.c.state == "pending",
    postgresql_where=deliveries.c.state == "pending",
)
Index(
    "ix_deliveries_pending_by_webhook",
    deliveries.c.webhook_id,
    deliveries.c.next_at,
    sqlite_where=deliveries.c.state == "pending",
    postgresql_where=deliveries.c.state == "pending",
)

# Addresses outside of an organization that were asked whether they want its letters.
notify_addresses = Table(
    "notify_addresses",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id", cascade=True),
    Column("folded", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("confirmed_at", Moment),
    Column("refused_at", Moment),
    UniqueConstraint("organization_id", "folded"),
)

# That a secret's end was told so many days before: once each.
expiry_warnings = Table(
    "expiry_warnings",
    METADATA,
    reference("credential_id", "credentials.id", cascade=True, primary_key=True),
    Column("days", Identifier, primary_key=True, autoincrement=False),
)
