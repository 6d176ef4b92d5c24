"""Tables of decisions for APIs: routes, limits of requests, and what was counted."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, UniqueConstraint

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Identifier, Json, Moment, Number, Words

# `shape` is the pattern without the names of parameters and without letter case.
api_routes = Table(
    "api_routes",
    METADATA,
    id_column(),
    reference("api_id", "apis.id", cascade=True),
    Column("method", Words, nullable=False),
    Column("pattern", Words, nullable=False),
    Column("shape", Words, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("version", Number, nullable=False),
    UniqueConstraint("api_id", "method", "shape"),
)

# `pair` names what the limit is for, because null is no value that could be unique.
request_limits = Table(
    "request_limits",
    METADATA,
    id_column(),
    reference("api_id", "apis.id", cascade=True),
    reference("application_id", "applications.id", cascade=True, nullable=True, index=True),
    reference("organization_id", "organizations.id", cascade=True, nullable=True, index=True),
    Column("pair", Words, nullable=False),
    Column("per_minute", Number, nullable=False),
    Column("version", Number, nullable=False),
    UniqueConstraint("api_id", "pair"),
)

# Refers to nothing: a count that comes after its application is gone must not stop the others.
request_counts = Table(
    "request_counts",
    METADATA,
    Column("api_id", Identifier, primary_key=True, autoincrement=False),
    Column("application_id", Identifier, primary_key=True, autoincrement=False),
    Column("organization_id", Identifier, primary_key=True, autoincrement=False),
    Column("window_start", Moment, primary_key=True, autoincrement=False),
    Column("count", Number, nullable=False),
)
Index("ix_request_counts_window_start", request_counts.c.window_start)
Index(
    "ix_request_counts_application_id_window_start",
    request_counts.c.application_id,
    request_counts.c.window_start,
)
