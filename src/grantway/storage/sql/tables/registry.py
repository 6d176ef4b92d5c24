"""Tables of APIs, applications and what belongs to an application."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, UniqueConstraint

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Bytes, Identifier, Json, Moment, Number, Words

apis = Table(
    "apis",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id", index=True),
    Column("identifier", Words, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("version", Number, nullable=False),
    Column("builtin", Words),
    Column("created_at", Moment, nullable=False),
    # Null says the same as the default policy: APIs from before the column was there have it.
    Column("policy", Json),
)
Index(
    "uq_apis_builtin",
    apis.c.builtin,
    unique=True,
    sqlite_where=apis.c.builtin.is_not(None),
    postgresql_where=apis.c.builtin.is_not(None),
)

api_introspectors = Table(
    "api_introspectors",
    METADATA,
    reference("api_id", "apis.id", cascade=True, primary_key=True),
    reference("application_id", "applications.id", cascade=True, primary_key=True, index=True),
)

scopes = Table(
    "scopes",
    METADATA,
    id_column(),
    reference("api_id", "apis.id", cascade=True, index=True),
    Column("value", Words, nullable=False, unique=True),
    Column("legs", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("version", Number, nullable=False),
    Column("detail", Words, nullable=False),
    Column("risk", Words, nullable=False),
    Column("retired_at", Moment),
    Column("locale", Words),
    Column("translations", Json),
)

applications = Table(
    "applications",
    METADATA,
    id_column(),
    reference("organization_id", "organizations.id"),
    Column("client_id", Words, nullable=False, unique=True),
    Column("type", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("name_folded", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("settings", Json, nullable=False),
    Column("platform", Words, nullable=False),
    Column("preset", Words, nullable=False),
    Column("dialects", Json, nullable=False),
    Column("description", Words, nullable=False),
    Column("base_url", Words),
    Column("logo_url", Words),
    Column("owner_email", Words),
    Column("notification_addresses", Json, nullable=False),
    Column("audience_requested", Words, nullable=False),
    Column("audience_effective", Words, nullable=False),
    Column("installable", Words, nullable=False),
    Column("publication", Words, nullable=False),
    Column("creator_id", Identifier),
    Column("purge_at", Moment),
    Column("archived_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("default_name", Words),
    # Null ranks lowest: what was stopped before the columns were there.
    Column("stopped_by_rank", Words),
    Column("archived_by_rank", Words),
    Column("suspended_at", Moment),
    Column("suspended_by", Identifier),
    Column("suspension_reason", Words),
    # What an installation refers to, so that it cannot name a wrong owner.
    UniqueConstraint("id", "organization_id"),
)
# An organization's applications are listed in its order.
Index("ix_applications_organization_id_id", applications.c.organization_id, applications.c.id)
# An organization has one of each default application; null is what somebody registered, and never equal.
Index(
    "uq_applications_default",
    applications.c.organization_id,
    applications.c.preset,
    applications.c.default_name,
    unique=True,
    sqlite_where=applications.c.default_name.is_not(None),
    postgresql_where=applications.c.default_name.is_not(None),
)
# Few applications are waiting to be purged, and few for an operator's decision.
Index(
    "ix_applications_purge_at",
    applications.c.purge_at,
    sqlite_where=applications.c.purge_at.is_not(None),
    postgresql_where=applications.c.purge_at.is_not(None),
)
Index("ix_applications_publication_id", applications.c.publication, applications.c.id)

# `purpose` is `sign_in`, or `sign_out` for where a browser may go after it.
application_redirects = Table(
    "application_redirects",
    METADATA,
    reference("application_id", "applications.id", cascade=True, primary_key=True),
    Column("purpose", Words, primary_key=True),
    Column("position", Identifier, primary_key=True, autoincrement=False),
    Column("uri", Words, nullable=False),
    Column("match", Words, nullable=False),
)

application_origins = Table(
    "application_origins",
    METADATA,
    reference("application_id", "applications.id", cascade=True, primary_key=True),
    Column("position", Identifier, primary_key=True, autoincrement=False),
    Column("origin", Words, nullable=False, index=True),
)

# A scope that is deleted is taken from every application, and stays taken if the value is made again.
application_scopes = Table(
    "application_scopes",
    METADATA,
    reference("application_id", "applications.id", cascade=True, primary_key=True),
    Column("scope", Words, primary_key=True, index=True),
    ForeignKeyConstraint(["scope"], ["scopes.value"], ondelete="CASCADE"),
)

application_audience = Table(
    "application_audience",
    METADATA,
    reference("application_id", "applications.id", cascade=True, primary_key=True),
    reference("organization_id", "organizations.id", cascade=True, primary_key=True, index=True),
)

installations = Table(
    "installations",
    METADATA,
    id_column(),
    Column("application_id", Identifier, nullable=False),
    Column("owner_organization_id", Identifier, nullable=False),
    reference("organization_id", "organizations.id", cascade=True, index=True),
    Column("state", Words, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("members", Words, nullable=False),
    Column("granted_by", Identifier),
    Column("created_at", Moment, nullable=False),
    # Null says the same as an empty list: installations from before the column was there have it.
    Column("scopes_pending", Json),
    Column("requested_by", Identifier),
    Column("requested_at", Moment),
    Column("granted_at", Moment),
    Column("stopped_by_rank", Words),
    UniqueConstraint("application_id", "organization_id"),
    # The owner of an application needs no installation: its own secret and its own ceiling apply.
    CheckConstraint("organization_id <> owner_organization_id", name="not_at_home"),
    ForeignKeyConstraint(
        ["application_id", "owner_organization_id"],
        ["applications.id", "applications.organization_id"],
        ondelete="CASCADE",
    ),
)

credentials = Table(
    "credentials",
    METADATA,
    id_column(),
    reference("application_id", "applications.id", cascade=True),
    reference("organization_id", "organizations.id", cascade=True, index=True),
    reference("installation_id", "installations.id", cascade=True, nullable=True, index=True),
    # Looked for without an application, too, where a secret was found somewhere.
    Column("digest", Bytes, nullable=False, index=True),
    Column("pepper_id", Identifier, nullable=False),
    Column("hint", Words, nullable=False),
    Column("version", Number, nullable=False),
    Column("label", Words, nullable=False),
    Column("created_by", Identifier),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
    Column("last_used_from", Words),
    # A copy of the text that can be opened again, and under which root key; where policy keeps none: null.
    Column("sealed", Bytes),
    Column("seal_key_id", Words),
    Column("revealed_at", Moment),
    Column("revealed_by", Identifier),
    # What another server made: how it had it, its hash until the first use, and by what it is known again.
    Column("imported", Words),
    Column("foreign_text", Words),
    Column("source", Bytes),
    UniqueConstraint("application_id", "digest"),
)
# Few applications have any, and each look-up of an application asks.
Index(
    "ix_credentials_imported",
    credentials.c.application_id,
    sqlite_where=credentials.c.imported.is_not(None),
    postgresql_where=credentials.c.imported.is_not(None),
)
Index(
    "ix_credentials_foreign",
    credentials.c.id,
    sqlite_where=credentials.c.foreign_text.is_not(None),
    postgresql_where=credentials.c.foreign_text.is_not(None),
)
Index(
    "ix_credentials_seal_key_id",
    credentials.c.seal_key_id,
    sqlite_where=credentials.c.seal_key_id.is_not(None),
    postgresql_where=credentials.c.seal_key_id.is_not(None),
)

# Those who are warned of a secret's end look for it here.
Index(
    "ix_credentials_expires_at",
    credentials.c.expires_at,
    sqlite_where=credentials.c.expires_at.is_not(None),
    postgresql_where=credentials.c.expires_at.is_not(None),
)

# Which granted scopes were of use, and when they last were. A scope without a row never was.
installation_uses = Table(
    "installation_uses",
    METADATA,
    reference("installation_id", "installations.id", cascade=True, primary_key=True),
    Column("scope", Words, primary_key=True),
    Column("last_used_at", Moment, nullable=False),
)

# What was deleted but must never be given to somebody else.
tombstones = Table(
    "tombstones",
    METADATA,
    Column("kind", Words, primary_key=True),
    Column("text", Words, primary_key=True),
    Column("deleted_at", Moment, nullable=False),
)
