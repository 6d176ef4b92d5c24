"""What is told of applications' use: refused requests, the ids that find them, and numbers of each day.

All go with their application, and with the organization that they are about. `organization_key` is its id,
or 0 where it is not known: a key has no empty part.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, UniqueConstraint

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Flag, Identifier, Json, Moment, Number, Words

refusals = Table(
    "refusals",
    METADATA,
    id_column(),
    reference("application_id", "applications.id", cascade=True),
    # Whose the application was then: what the bound of an organization is counted by.
    Column("owner_id", Identifier, nullable=False),
    reference("organization_id", "organizations.id", cascade=True, nullable=True, index=True),
    Column("organization_key", Identifier, nullable=False),
    Column("kind", Words, nullable=False),
    Column("mount", Words, nullable=False),
    Column("error_id", Words, nullable=False),
    Column("window_start", Moment, nullable=False),
    Column("count", Number, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("named", Json, nullable=False),
    Column("difference", Words),
    Column("is_sampled", Flag, nullable=False),
    UniqueConstraint(
        "application_id",
        "window_start",
        "kind",
        "error_id",
        "mount",
        "organization_key",
        name="uq_refusals_alike",
    ),
    Index("ix_refusals_application_id_last_at", "application_id", "last_at"),
    Index("ix_refusals_owner_id_last_at", "owner_id", "last_at"),
)

refusal_codes = Table(
    "refusal_codes",
    METADATA,
    reference("refusal_id", "refusals.id", cascade=True, primary_key=True),
    Column("code", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Index("ix_refusal_codes_code", "code"),
)

activity = Table(
    "activity",
    METADATA,
    id_column(),
    reference("application_id", "applications.id", cascade=True),
    reference("organization_id", "organizations.id", cascade=True, nullable=True),
    Column("organization_key", Identifier, nullable=False),
    Column("day", Words, nullable=False),
    Column("metric", Words, nullable=False),
    # Of refusals; else empty.
    Column("error_id", Words, nullable=False),
    Column("count", Number, nullable=False),
    UniqueConstraint(
        "application_id", "day", "metric", "error_id", "organization_key", name="uq_activity_alike"
    ),
    Index("ix_activity_organization_id_day", "organization_id", "day"),
    Index("ix_activity_day", "day"),
)
