"""Statements of the audit log, of publication, and of the platform's policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, exists, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.oversight import audit, platform_policy, publications
from grantway.storage.sql.tables.registry import applications
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_ACTOR = bindparam("actor", type_=Identifier)
_TARGET = bindparam("target", type_=Words)
_BEFORE_AT = bindparam("before_at", type_=Moment)
_LIMIT = bindparam("limit", type_=Number)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_audit(insert), **_publications(insert), **_policy()}


def _audit(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    """Lines are inserted and read. There is no statement that changes or removes one."""
    is_before = or_(
        audit.c.at < _BEFORE_AT,
        and_(audit.c.at == _BEFORE_AT, audit.c.id < bindparam("before_id", type_=Identifier)),
    )
    lines = (
        select(*rows.AUDIT)
        .where(
            # The first is for the index, the second for the place within one moment.
            audit.c.at <= _BEFORE_AT,
            is_before,
            audit.c.at >= bindparam("since", type_=Moment),
            or_(constant(0) == _ACTOR, audit.c.user_id == _ACTOR, audit.c.application_id == _ACTOR),
            audit.c.action.like(bindparam("pattern", type_=Words), escape="\\"),
            or_(bindparam("any_target", type_=Words) == _TARGET, audit.c.target_id == _TARGET),
        )
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(_LIMIT)
        .offset(constant(0))
    )
    return {
        "insert_audit": insert(audit).values({column.name: bindparam(column.name) for column in audit.c}),
        "audit_time": select(audit.c.at).where(audit.c.id == bindparam("entry_id", type_=Identifier)),
        "audit": lines,
        "own_audit": lines.where(audit.c.organization_id == _ORGANIZATION),
    }


def _publications(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_ours = exists().where(
        applications.c.id == _APPLICATION, applications.c.organization_id == _ORGANIZATION
    )
    new = select(*(bindparam(column.name, type_=column.type) for column in publications.c)).where(is_ours)
    return {
        "publication_steps": select(*rows.PUBLICATION_STEP)
        .where(publications.c.application_id == _APPLICATION, is_ours)
        .order_by(publications.c.at, publications.c.id),
        "insert_publication_step": insert(publications)
        .from_select([column.name for column in publications.c], new)
        .returning(publications.c.id),
        "submissions": select(*rows.APPLICATION)
        .where(
            applications.c.publication == bindparam("publication", type_=Words),
            applications.c.id > bindparam("after", type_=Identifier),
        )
        .order_by(applications.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
    }


def _policy() -> dict[str, ClauseElement]:
    policy = platform_policy.c
    return {
        "platform_policy": select(*rows.PLATFORM_POLICY),
        "update_platform_policy": update(platform_policy)
        .where(policy.version == bindparam("version_", type_=Number))
        .values(
            approval_required=bindparam("approval_required"),
            terms_version=bindparam("terms_version"),
            password_ends_offline=bindparam("password_ends_offline"),
            gates=bindparam("gates"),
            version=policy.version + constant(1),
        )
        .returning(*rows.PLATFORM_POLICY),
    }
