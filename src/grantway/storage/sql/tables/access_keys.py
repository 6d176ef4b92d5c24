"""The table of access keys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Bytes, Identifier, Json, Moment, Number, Words

access_keys = Table(
    "access_keys",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id", cascade=True, index=True),
    # One of the two is the owner. A person's key goes with the membership.
    Column("user_id", Identifier),
    reference("service_account_id", "service_accounts.id", cascade=True, nullable=True, index=True),
    reference("application_id", "applications.id", cascade=True, nullable=True, index=True),
    Column("digest", Bytes, nullable=False),
    Column("pepper_id", Identifier, nullable=False),
    Column("hint", Words, nullable=False),
    Column("label", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("consent_epoch", Number, nullable=False),
    Column("powers", Json, nullable=False),
    Column("created_by", Identifier),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("last_used_at", Moment),
    Column("last_used_from", Words),
    Column("stopped_by_rank", Words),
    ForeignKeyConstraint(
        ["user_id", "organization_id"],
        ["memberships.user_id", "memberships.organization_id"],
        ondelete="CASCADE",
    ),
    Index("ix_access_keys_user_id_organization_id", "user_id", "organization_id"),
)
