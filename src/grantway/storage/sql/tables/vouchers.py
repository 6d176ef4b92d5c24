"""Table of vouchers: who answers for which application, as it was."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Flag, Identifier, Json, Moment, Number, Words

vouchers = Table(
    "vouchers",
    METADATA,
    id_column(),
    reference("application_id", "applications.id", cascade=True),
    # Null: the platform's.
    reference("organization_id", "organizations.id", cascade=True, nullable=True),
    Column("scopes", Json, nullable=False),
    Column("redirects", Json, nullable=False),
    Column("platform", Words, nullable=False),
    Column("audience", Words, nullable=False),
    Column("audience_organizations", Json, nullable=False),
    Column("dialects", Json, nullable=False),
    Column("application_version", Number, nullable=False),
    Column("asserted_subject", Flag, nullable=False),
    reference("installation_id", "installations.id", cascade=True, nullable=True, index=True),
    Column("created_by", Identifier),
    Column("through_id", Identifier),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", Identifier),
    Index("ix_vouchers_application_id_organization_id", "application_id", "organization_id"),
    Index("ix_vouchers_organization_id_id", "organization_id", "id"),
)

# One live voucher of an application in each organization, and one on the platform: two that differ would
# leave open which of them was meant.
Index(
    "uq_vouchers_live_of_organization",
    vouchers.c.application_id,
    vouchers.c.organization_id,
    unique=True,
    sqlite_where=vouchers.c.revoked_at.is_(None) & vouchers.c.organization_id.is_not(None),
    postgresql_where=vouchers.c.revoked_at.is_(None) & vouchers.c.organization_id.is_not(None),
)
Index(
    "uq_vouchers_live_of_platform",
    vouchers.c.application_id,
    unique=True,
    sqlite_where=vouchers.c.revoked_at.is_(None) & vouchers.c.organization_id.is_(None),
    postgresql_where=vouchers.c.revoked_at.is_(None) & vouchers.c.organization_id.is_(None),
)
