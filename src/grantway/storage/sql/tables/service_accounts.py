"""Tables of service accounts, and of the applications that may act as each."""

from __future__ import annotations

from sqlalchemy import Column, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Identifier, Moment, Number, Words

service_accounts = Table(
    "service_accounts",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id", cascade=True, index=True),
    Column("name", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("created_by", Identifier),
    Column("created_at", Moment, nullable=False),
    Column("stopped_by_rank", Words),
)

service_account_applications = Table(
    "service_account_applications",
    METADATA,
    reference("service_account_id", "service_accounts.id", cascade=True, primary_key=True),
    reference("application_id", "applications.id", cascade=True, primary_key=True, index=True),
)
