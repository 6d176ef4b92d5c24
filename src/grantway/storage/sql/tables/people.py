"""Tables of organizations, people, and what people type."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column, reference
from grantway.storage.sql.types import Bytes, Flag, Identifier, Json, Moment, Number, Words

organizations = Table(
    "organizations",
    METADATA,
    id_column(),
    reference("parent_id", "organizations.id", nullable=True),
    Column("kind", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("name_folded", Words, nullable=False),
    Column("slug", Words, nullable=False, unique=True),
    Column("state", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("time_zone", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("gate", Words),
    Column("suspended_at", Moment),
    Column("suspended_by", Identifier),
    Column("suspension_reason", Words),
)
# There is one organization of kind `platform`.
Index(
    "uq_organizations_platform",
    organizations.c.kind,
    unique=True,
    sqlite_where=organizations.c.kind == "platform",
    postgresql_where=organizations.c.kind == "platform",
)

users = Table(
    "users",
    METADATA,
    id_column(),
    Column("state", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("name", Words, nullable=False),
    Column("given_name", Words),
    Column("family_name", Words),
    Column("locale", Words),
    Column("updated_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    # What is told of the person beside: an object of standard claims. Null: nothing is.
    Column("claims", Json),
)

# The names that relying parties show, by their hashes. A row stays when its user is gone, so that a name is
# never given to anybody else.
usernames = Table(
    "usernames",
    METADATA,
    Column("digest", Bytes, primary_key=True),
    Column("user_id", Identifier, nullable=False),
)

# `folded` is the address without letter case: what makes two addresses the same.
user_emails = Table(
    "user_emails",
    METADATA,
    reference("user_id", "users.id", cascade=True, primary_key=True),
    Column("folded", Words, primary_key=True),
    Column("address", Words, nullable=False),
    Column("is_primary", Flag, nullable=False),
    Column("verified_at", Moment),
)
Index(
    "uq_user_emails_verified",
    user_emails.c.folded,
    unique=True,
    sqlite_where=user_emails.c.verified_at.is_not(None),
    postgresql_where=user_emails.c.verified_at.is_not(None),
)
Index(
    "uq_user_emails_primary",
    user_emails.c.user_id,
    unique=True,
    sqlite_where=user_emails.c.is_primary == 1,
    postgresql_where=user_emails.c.is_primary == 1,
)

passwords = Table(
    "passwords",
    METADATA,
    reference("user_id", "users.id", cascade=True, primary_key=True),
    Column("phc", Words, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

memberships = Table(
    "memberships",
    METADATA,
    reference("user_id", "users.id", cascade=True, primary_key=True),
    reference("organization_id", "organizations.id", primary_key=True),
    Column("role", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("stopped_by_rank", Words),
)
# Members are listed in its order.
Index("ix_memberships_organization_id_user_id", memberships.c.organization_id, memberships.c.user_id)

consents = Table(
    "consents",
    METADATA,
    reference("user_id", "users.id", cascade=True, primary_key=True),
    reference("application_id", "applications.id", cascade=True, primary_key=True, index=True),
    reference("organization_id", "organizations.id", cascade=True, primary_key=True),
    Column("scopes", Json, nullable=False),
    Column("granted_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    # How often it was withdrawn; null says never, as no row does.
    Column("epoch", Number),
    Column("id", Identifier, autoincrement=False),
    Column("last_used_at", Moment),
    Column("revoked_by", Identifier),
    # The admins of an organization list them in its order.
    Index("ix_consents_organization_id_id", "organization_id", "id"),
)

# The last sign-ins of each person, a bounded number of each outcome.
sign_ins = Table(
    "sign_ins",
    METADATA,
    id_column(),
    reference("user_id", "users.id", cascade=True),
    Column("at", Moment, nullable=False, index=True),
    Column("outcome", Words, nullable=False),
    Column("network", Words, nullable=False),
    Column("browser", Words, nullable=False),
    Column("count", Number, nullable=False),
    Index("ix_sign_ins_user_id_outcome_at", "user_id", "outcome", "at"),
)

# One row per bucket and window: how often something was tried.
attempts = Table(
    "attempts",
    METADATA,
    Column("bucket", Words, primary_key=True),
    Column("window_start", Identifier, primary_key=True, autoincrement=False, index=True),
    Column("count", Number, nullable=False),
)
