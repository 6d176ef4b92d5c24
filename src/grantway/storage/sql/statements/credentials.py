"""Statements of the secrets of applications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, exists, null, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.registry import applications, credentials
from grantway.storage.sql.types import Bytes, Identifier, Moment, Words, constant

DIGESTS = 4
"""How many digests one statement compares: one per pepper of the server, and there are seldom two."""

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_NOW = bindparam("now", type_=Moment)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    # Credentials are the business of the application's owner, whichever organization they act for.
    is_ours = exists().where(
        applications.c.id == _APPLICATION, applications.c.organization_id == _ORGANIZATION
    )
    of_application = and_(credentials.c.application_id == _APPLICATION, is_ours)
    names = [column.name for column in credentials.c]
    new = select(*(bindparam(column.name, type_=column.type) for column in credentials.c)).where(is_ours)
    twin = credentials.alias("twin")
    is_among = or_(
        *(credentials.c.digest == bindparam(f"digest_{number}", type_=Bytes) for number in range(DIGESTS))
    )
    return {
        "credential": select(*rows.CREDENTIAL).where(
            credentials.c.application_id == _APPLICATION,
            is_among,
            credentials.c.revoked_at.is_(None),
            # What others made is compared after its guesses were counted, and not here.
            credentials.c.imported.is_(None),
        ),
        "imported_credentials": select(*rows.CREDENTIAL)
        .where(
            credentials.c.application_id == _APPLICATION,
            credentials.c.imported.is_not(None),
            credentials.c.revoked_at.is_(None),
        )
        .order_by(credentials.c.created_at, credentials.c.id),
        "adopt_secret": update(credentials)
        .where(
            credentials.c.id == bindparam("credential_id", type_=Identifier),
            credentials.c.foreign_text == bindparam("former", type_=Words),
            credentials.c.revoked_at.is_(None),
            # The same secret may have come twice: the first hash of it is the one that stays.
            ~exists().where(
                twin.c.application_id == _APPLICATION, twin.c.digest == bindparam("digest", type_=Bytes)
            ),
        )
        .values(
            digest=bindparam("digest", type_=Bytes),
            pepper_id=bindparam("pepper_id", type_=Identifier),
            foreign_text=null(),
            version=credentials.c.version + constant(1),
        )
        .returning(credentials.c.id),
        "foreign_stand_in": select(credentials.c.foreign_text)
        .where(credentials.c.foreign_text.is_not(None))
        .order_by(credentials.c.id)
        .limit(constant(1))
        .offset(constant(0)),
        "credentials_of_digest": select(*rows.CREDENTIAL)
        .where(credentials.c.digest == bindparam("digest", type_=Bytes))
        .order_by(credentials.c.id),
        "credential_by_id": select(*rows.CREDENTIAL).where(
            credentials.c.application_id == _APPLICATION,
            credentials.c.id == bindparam("credential_id", type_=Identifier),
        ),
        "credentials": select(*rows.CREDENTIAL)
        .where(of_application)
        .order_by(credentials.c.created_at, credentials.c.id),
        "insert_credential": insert(credentials).from_select(names, new).returning(credentials.c.id),
        "revoke_credential": update(credentials)
        .where(
            of_application,
            credentials.c.id == bindparam("credential_id", type_=Identifier),
            credentials.c.revoked_at.is_(None),
        )
        .values(
            revoked_at=_NOW, version=credentials.c.version + constant(1), sealed=null(), seal_key_id=null()
        )
        .returning(credentials.c.id),
        "credential_used": update(credentials)
        .where(
            credentials.c.id == bindparam("credential_id", type_=Identifier),
            or_(
                credentials.c.last_used_at.is_(None),
                credentials.c.last_used_at < bindparam("last_used_at", type_=Moment),
            ),
        )
        .values(last_used_at=bindparam("last_used_at"), last_used_from=bindparam("last_used_from")),
    }
