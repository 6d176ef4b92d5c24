"""The table of device requests. Like artifacts, they refer to nothing by key and expire by themselves."""

from __future__ import annotations

from sqlalchemy import Column, Table

from grantway.storage.sql.tables.metadata import METADATA
from grantway.storage.sql.types import Bytes, Identifier, Json, Moment, Number, Words

device_requests = Table(
    "device_requests",
    METADATA,
    Column("key", Bytes, primary_key=True),
    Column("user_key", Bytes, nullable=False, unique=True),
    Column("application_id", Identifier, nullable=False),
    Column("mount", Words, nullable=False),
    Column("dialect", Words, nullable=False),
    # What was asked for. Null: nothing was named.
    Column("scopes", Json),
    Column("resources", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("interval", Number, nullable=False),
    Column("next_poll_at", Moment, nullable=False),
    Column("state", Words, nullable=False),
)
