"""The table of what makers want of an application and operators have not read yet."""

from __future__ import annotations

from sqlalchemy import Column, Table

from grantway.storage.sql.tables.metadata import METADATA, reference
from grantway.storage.sql.types import Identifier, Json, Moment

# Its key is the application's, so there is at most one of each.
pending_versions = Table(
    "pending_versions",
    METADATA,
    reference("application_id", "applications.id", cascade=True, primary_key=True),
    Column("members", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("user_id", Identifier),
    Column("through_id", Identifier),
)
