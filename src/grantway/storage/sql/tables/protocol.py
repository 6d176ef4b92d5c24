"""Tables of the protocol: artifacts, grants, keys, and the change feed.

Grants and artifacts refer to their application and organization without a foreign key: they are
written on every sign-in, they expire by themselves, and ids are never used again, so a row whose
application is gone finds nothing and is swept away in time.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column
from grantway.storage.sql.types import Bytes, Identifier, Json, Moment, Number, Words

artifacts = Table(
    "artifacts",
    METADATA,
    Column("kind", Words, primary_key=True),
    Column("key", Bytes, primary_key=True),
    Column("payload", Bytes, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("application_id", Identifier),
    Column("organization_id", Identifier),
    Column("subject", Identifier),
    Column("grant_id", Identifier),
    Column("dialect", Words),
    Column("consumed_at", Moment),
    # The session it was made in: it ends with it. Null: it stands on none.
    Column("session_id", Identifier),
    Index("ix_artifacts_subject_kind", "subject", "kind"),
    Index("ix_artifacts_grant_id", "grant_id"),
)

Index(
    "ix_artifacts_session_id",
    artifacts.c.session_id,
    sqlite_where=artifacts.c.session_id.is_not(None),
    postgresql_where=artifacts.c.session_id.is_not(None),
)

grants = Table(
    "grants",
    METADATA,
    id_column(),
    Column("application_id", Identifier, nullable=False),
    Column("organization_id", Identifier, nullable=False),
    Column("subject_kind", Words, nullable=False),
    Column("subject_id", Identifier, index=True),
    Column("dialect", Words, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("resources", Json, nullable=False),
    Column("epochs", Json, nullable=False),
    Column("generation", Number, nullable=False),
    Column("refresh_key_id", Identifier, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("idle_expires_at", Moment),
    Column("state", Words, nullable=False),
    Column("subject_ref", Words),
    Column("details", Words),
    Column("cnf", Words),
    Column("origin", Words, nullable=False),
    Column("installation_id", Identifier),
    Column("session_id", Identifier),
    Column("auth_time", Moment),
    Column("methods", Json, nullable=False),
    Column("code_key", Bytes, unique=True),
    Column("rotated_at", Moment),
    Column("revoked_at", Moment),
    Column("reason", Words),
    Column("voucher_id", Identifier),
    # The claims that were asked for by name. Null: none were.
    Column("claims", Json),
    # The access key that it stands on, and as it was. Null: it stands on none.
    Column("access_key_id", Identifier),
    Column("access_key_epoch", Number),
)
# Only rows that have a value are looked for, and most have none.
Index(
    "ix_grants_session_id",
    grants.c.session_id,
    sqlite_where=grants.c.session_id.is_not(None),
    postgresql_where=grants.c.session_id.is_not(None),
)
Index(
    "ix_grants_revoked_at",
    grants.c.revoked_at,
    sqlite_where=grants.c.revoked_at.is_not(None),
    postgresql_where=grants.c.revoked_at.is_not(None),
)

# For the end of an installation, which revokes what is live of one application in one organization.
Index(
    "ix_grants_application_id_organization_id",
    grants.c.application_id,
    grants.c.organization_id,
    sqlite_where=grants.c.state == "live",
    postgresql_where=grants.c.state == "live",
)

signing_keys = Table(
    "signing_keys",
    METADATA,
    id_column(),
    Column("mount", Words, nullable=False),
    Column("kid", Words, nullable=False, unique=True),
    Column("algorithm", Words, nullable=False),
    Column("sealed", Bytes, nullable=False),
    Column("announced_at", Moment, nullable=False),
    Column("use_from", Moment, nullable=False),
    Column("retire_at", Moment),
    Column("withdrawn_at", Moment),
)

secret_keys = Table(
    "secret_keys",
    METADATA,
    id_column(),
    Column("purpose", Words, nullable=False),
    Column("sealed", Bytes, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("retire_at", Moment),
)

# One row. Whoever writes a change advances it first, and its lock orders the commits.
feed_head = Table("feed_head", METADATA, id_column(), Column("seq", Number, nullable=False))

changes = Table(
    "changes",
    METADATA,
    Column("seq", Identifier, primary_key=True, autoincrement=False),
    Column("kind", Words, nullable=False),
    Column("id", Identifier, nullable=False),
)
