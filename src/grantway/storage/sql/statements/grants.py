"""Statements of artifacts, codes and grants: the single-use steps, each one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    delete,
    or_,
    select,
    tuple_,
    update,
)

from grantway.storage.sql import rows
from grantway.storage.sql.statements.standing import ARTIFACT_STANDS, GRANT, GRANT_IS_LIVE
from grantway.storage.sql.tables.people import consents, memberships, organizations, user_emails, users
from grantway.storage.sql.tables.protocol import artifacts, grants
from grantway.storage.sql.tables.registry import installations
from grantway.storage.sql.types import Bytes, Identifier, Moment, Number, Words, constant

_NOW = bindparam("now", type_=Moment)
_KIND = bindparam("kind_", type_=Words)
_KEY = bindparam("key_", type_=Bytes)
_GRANT = bindparam("grant_id", type_=Identifier)
_LIMIT = bindparam("limit", type_=Number)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_artifacts(insert), **_parties(), **_grants(insert), **_revocations(), **_sweeps()}


def _artifacts(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_it = and_(artifacts.c.kind == _KIND, artifacts.c.key == _KEY)
    is_fresh = and_(artifacts.c.consumed_at.is_(None), artifacts.c.expires_at > _NOW, ARTIFACT_STANDS)
    of_subject = and_(
        artifacts.c.subject == bindparam("subject_", type_=Identifier), artifacts.c.kind == _KIND
    )
    return {
        "put_artifact": insert(artifacts)
        .values({column.name: bindparam(column.name) for column in artifacts.c})
        .on_conflict_do_nothing()
        .returning(artifacts.c.kind),
        "artifact": select(*rows.ARTIFACT).where(is_it, is_fresh),
        "spend_artifact": update(artifacts)
        .where(is_it, is_fresh)
        .values(consumed_at=_NOW)
        .returning(*rows.ARTIFACT),
        "close_artifact": update(artifacts)
        .where(
            is_it,
            artifacts.c.consumed_at.is_(None),
            artifacts.c.expires_at > bindparam("after", type_=Moment),
            ARTIFACT_STANDS,
        )
        .values(consumed_at=_NOW, payload=bindparam("payload"), expires_at=bindparam("expires_at"))
        .returning(artifacts.c.kind),
        "former_artifact": select(*rows.ARTIFACT).where(is_it),
        "replace_artifact": update(artifacts)
        .where(is_it, is_fresh)
        .values(
            payload=bindparam("payload"),
            subject=bindparam("subject"),
            organization_id=bindparam("organization_id"),
            expires_at=bindparam("expires_at"),
        )
        .returning(artifacts.c.kind),
        "artifacts_of_subject": select(*rows.ARTIFACT)
        .where(of_subject, is_fresh)
        .order_by(artifacts.c.created_at),
        "delete_artifacts_of_subject": delete(artifacts).where(of_subject),
        "delete_all_artifacts_of_subject": delete(artifacts).where(
            artifacts.c.subject == bindparam("subject_", type_=Identifier)
        ),
        "artifacts_of_kind": select(*rows.ARTIFACT)
        .where(artifacts.c.kind == _KIND, artifacts.c.expires_at > _NOW)
        .order_by(artifacts.c.created_at),
        "spend_code": update(artifacts)
        .where(
            is_it,
            artifacts.c.application_id == bindparam("application_id_", type_=Identifier),
            artifacts.c.dialect == bindparam("dialect_", type_=Words),
            is_fresh,
        )
        .values(consumed_at=_NOW)
        .returning(artifacts.c.payload),
    }


def _party(
    *,
    source: FromClause,
    application: ColumnElement[Any],
    user: ColumnElement[bool],
) -> Select[Any]:
    """Read a party by a source that holds its organization. What is switched off is found too."""
    joined = (
        source.outerjoin(
            installations,
            and_(
                installations.c.application_id == application,
                installations.c.organization_id == organizations.c.id,
            ),
        )
        .outerjoin(users, user)
        .outerjoin(
            user_emails,
            and_(user_emails.c.user_id == users.c.id, user_emails.c.is_primary == constant(1)),
        )
        .outerjoin(
            memberships,
            and_(memberships.c.user_id == users.c.id, memberships.c.organization_id == organizations.c.id),
        )
        .outerjoin(
            consents,
            and_(
                consents.c.user_id == users.c.id,
                consents.c.application_id == application,
                consents.c.organization_id == organizations.c.id,
            ),
        )
    )
    return select(*rows.PARTY).select_from(joined)


def _parties() -> dict[str, ClauseElement]:
    of_grant = _party(
        source=grants.join(organizations, organizations.c.id == grants.c.organization_id),
        application=grants.c.application_id,
        user=and_(users.c.id == grants.c.subject_id, grants.c.subject_kind == constant("user")),
    ).where(grants.c.id == _GRANT)
    return {
        "party": _party(
            source=organizations,
            application=bindparam("application_id", type_=Identifier),
            user=users.c.id == bindparam("user_id", type_=Identifier),
        ).where(organizations.c.id == bindparam("organization_id", type_=Identifier)),
        "party_of_code": _party(
            source=artifacts.join(organizations, organizations.c.id == artifacts.c.organization_id),
            application=artifacts.c.application_id,
            user=users.c.id == artifacts.c.subject,
        ).where(artifacts.c.kind == _KIND, artifacts.c.key == _KEY),
        "party_of_grant": of_grant,
        "grant_with_party": of_grant.add_columns(*GRANT),
    }


def _grants(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_unexpired = and_(
        grants.c.expires_at > _NOW,
        or_(grants.c.idle_expires_at.is_(None), grants.c.idle_expires_at > _NOW),
    )
    return {
        "insert_grant": insert(grants).values({column.name: bindparam(column.name) for column in grants.c}),
        "grant": select(*GRANT).where(grants.c.id == _GRANT),
        "grant_of_code": select(*GRANT).where(grants.c.code_key == _KEY),
        "rotate_grant": update(grants)
        .where(
            grants.c.id == _GRANT,
            grants.c.generation == bindparam("generation_", type_=Number),
            grants.c.application_id == bindparam("application_id_", type_=Identifier),
            grants.c.dialect == bindparam("dialect_", type_=Words),
            GRANT_IS_LIVE,
            is_unexpired,
        )
        .values(
            generation=grants.c.generation + constant(1),
            rotated_at=_NOW,
            idle_expires_at=bindparam("idle_expires_at", type_=Moment),
        )
        .returning(*rows.GRANT),
    }


def _revocations() -> dict[str, ClauseElement]:
    is_live = grants.c.state == constant("live")
    return {
        "revoke_grant": update(grants)
        .where(grants.c.id == _GRANT, is_live)
        .values(state=constant("revoked"), revoked_at=_NOW, reason=bindparam("reason", type_=Words))
        .returning(grants.c.id),
        "dead_grants": select(grants.c.id).where(
            grants.c.revoked_at.is_not(None), grants.c.revoked_at >= bindparam("since", type_=Moment)
        ),
    }


def _sweeps() -> dict[str, ClauseElement]:
    before = bindparam("before", type_=Moment)
    old_artifacts = (
        select(artifacts.c.kind, artifacts.c.key)
        .where(
            artifacts.c.expires_at < bindparam("kind_before", type_=Moment),
            or_(artifacts.c.expires_at < before, artifacts.c.kind == _KIND),
        )
        .limit(_LIMIT)
        .offset(constant(0))
    )
    old_grants = select(grants.c.id).where(grants.c.expires_at < before).limit(_LIMIT).offset(constant(0))
    return {
        "delete_expired_artifacts": delete(artifacts)
        .where(tuple_(artifacts.c.kind, artifacts.c.key).in_(old_artifacts))
        .returning(artifacts.c.kind),
        "delete_expired_grants": delete(grants).where(grants.c.id.in_(old_grants)).returning(grants.c.id),
    }
