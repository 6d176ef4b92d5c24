"""Statements of suspensions: they alone write the three columns, and move the clocks that stood still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, Table, bindparam, case, func, null, or_, select, update

from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.tables.registry import applications
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant

_NOW = bindparam("now", type_=Moment)
_SINCE = bindparam("since", type_=Moment)
_VERSION = bindparam("version_", type_=Number)
_RECORD = bindparam("record_id", type_=Identifier)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    del insert
    paused = case((applications.c.suspended_at.is_(None), _NOW), else_=applications.c.suspended_at)
    lift_application = _lift(applications).values(
        purge_at=applications.c.purge_at + bindparam("pause", type_=Moment), updated_at=_NOW
    )
    return {
        "suspend_application": _suspend(applications).values(updated_at=_NOW),
        "lift_application": lift_application,
        "suspend_organization": _suspend(organizations),
        "lift_organization": _lift(organizations),
        # From here on its own suspension, where there is one, holds the clock of an application.
        "resume_purges": update(applications)
        .where(
            applications.c.organization_id == _RECORD,
            applications.c.purge_at.is_not(None),
            or_(applications.c.suspended_at.is_(None), applications.c.suspended_at > _SINCE),
        )
        .values(
            purge_at=applications.c.purge_at + paused - _SINCE,
            version=applications.c.version + constant(1),
        )
        .returning(applications.c.id),
        # Whoever purges waits for whoever suspends the owner, and finds out.
        "lock_owner": select(organizations.c.id)
        .where(
            organizations.c.id
            == select(applications.c.organization_id).where(applications.c.id == _RECORD).scalar_subquery()
        )
        .with_for_update(),
    }


def _suspend(table: Table) -> Any:
    """Suspending again says why anew; since when stays, because clocks stand still since then."""
    return (
        update(table)
        .where(table.c.id == _RECORD, table.c.version == _VERSION)
        .values(
            suspended_at=func.coalesce(table.c.suspended_at, _NOW),
            suspended_by=bindparam("by", type_=Identifier),
            suspension_reason=bindparam("reason", type_=Words),
            version=table.c.version + constant(1),
        )
        .returning(table.c.id)
    )


def _lift(table: Table) -> Any:
    return (
        update(table)
        .where(table.c.id == _RECORD, table.c.version == _VERSION, table.c.suspended_at.is_not(None))
        .values(
            suspended_at=null(),
            suspended_by=null(),
            suspension_reason=null(),
            version=table.c.version + constant(1),
        )
        .returning(table.c.id)
    )
