"""The table of reserved minutes: one line for each person, application, organization and day.

Like grants, its lines refer to others without a foreign key: they are written when tokens are made, and
they are swept away in time.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from grantway.storage.sql.tables.metadata import METADATA
from grantway.storage.sql.types import Identifier, Number, Words

usage = Table(
    "usage",
    METADATA,
    Column("application_id", Identifier, primary_key=True, autoincrement=False),
    Column("organization_id", Identifier, primary_key=True, autoincrement=False),
    # The kind, a colon, and the id or reference.
    Column("subject", Words, primary_key=True),
    Column("day", Words, primary_key=True),
    Column("minutes", Number, nullable=False),
    # What a reader goes on after.
    Column("id", Identifier, nullable=False, unique=True, autoincrement=False),
    Index("ix_usage_application_id_day_id", "application_id", "day", "id"),
    Index("ix_usage_day", "day"),
)
