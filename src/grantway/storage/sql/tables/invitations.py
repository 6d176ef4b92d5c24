"""The table of invitations: to an address, not to an account."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, UniqueConstraint

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Identifier, Moment, Words

# `invited_by` is no foreign key: an invitation outlives the account of its inviter, and then counts for
# nothing, because nobody stands behind it any more.
invitations = Table(
    "invitations",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id", cascade=True),
    Column("folded", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("invited_by", Identifier),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("organization_id", "folded"),
    Index("ix_invitations_folded", "folded"),
    Index("ix_invitations_expires_at", "expires_at"),
)
