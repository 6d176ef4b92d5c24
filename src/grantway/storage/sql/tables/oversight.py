"""Tables of what is decided and remembered about others: the audit log, publication, the platform's policy.

The audit log refers to records without foreign keys, because it outlives them. No statement updates or
deletes a line of it.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Flag, Identifier, Json, Moment, Number, Words

audit = Table(
    "audit",
    METADATA,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("action", Words, nullable=False),
    Column("actor_kind", Words, nullable=False),
    Column("user_id", Identifier),
    Column("application_id", Identifier),
    Column("organization_id", Identifier),
    Column("target_kind", Words, nullable=False),
    Column("target_id", Words, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Column("address", Words),
    Column("request_id", Words),
    Index("ix_audit_at_id", "at", "id"),
    Index("ix_audit_organization_id_at_id", "organization_id", "at", "id"),
)

publications = Table(
    "publications",
    METADATA,
    id_column(),
    reference("application_id", "applications.id", cascade=True, index=True),
    Column("at", Moment, nullable=False),
    Column("decision", Words, nullable=False),
    Column("user_id", Identifier),
    Column("through_id", Identifier),
    Column("reasons", Json, nullable=False),
    Column("text", Words, nullable=False),
    Column("terms_version", Words),
)

# One row.
platform_policy = Table(
    "platform_policy",
    METADATA,
    id_column(),
    Column("approval_required", Flag, nullable=False),
    Column("terms_version", Words, nullable=False),
    Column("version", Number, nullable=False),
    # Null, from before the column was there, says yes.
    Column("password_ends_offline", Flag),
    Column("gates", Json),
)
