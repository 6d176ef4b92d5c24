"""Statements of the minutes that people may use applications for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, or_, select

from grantway.storage.sql.tables.budgets import usage
from grantway.storage.sql.tables.registry import applications
from grantway.storage.sql.types import Identifier, Number, Words, constant

_APPLICATION = bindparam("application_id_", type_=Identifier)
_LIMIT = bindparam("limit", type_=Number)
_BEFORE_DAY = bindparam("before_day", type_=Words)
_DAY = bindparam("day_", type_=Words)
_ANY = bindparam("any_", type_=Words)
_KEY = (usage.c.application_id, usage.c.organization_id, usage.c.subject, usage.c.day)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    line = insert(usage).values({column.name: bindparam(column.name) for column in usage.c})
    old = select(usage.c.id).where(usage.c.day < bindparam("before", type_=Words))
    return {
        # The condition is looked at under the lock of the line, so no two can pass it together.
        "reserve_minutes": line.on_conflict_do_update(
            index_elements=list(_KEY),
            set_={"minutes": usage.c.minutes + line.excluded.minutes},
            where=usage.c.minutes + line.excluded.minutes <= bindparam("cap", type_=Number),
        ).returning(usage.c.minutes),
        "reserved_minutes": select(usage.c.minutes).where(
            *(column == bindparam(f"{column.name}_", type_=column.type) for column in _KEY)
        ),
        "usage_day": select(usage.c.day).where(
            usage.c.id == bindparam("line_id", type_=Identifier), usage.c.application_id == _APPLICATION
        ),
        "own_usage": _own_usage(),
        "delete_usage": delete(usage)
        .where(usage.c.id.in_(old.limit(_LIMIT).offset(constant(0))))
        .returning(usage.c.id),
    }


def _own_usage() -> ClauseElement:
    is_ours = exists().where(
        applications.c.id == _APPLICATION,
        applications.c.organization_id == bindparam("organization_id_", type_=Identifier),
    )
    is_before = or_(
        usage.c.day < _BEFORE_DAY,
        and_(usage.c.day == _BEFORE_DAY, usage.c.id < bindparam("before_id", type_=Identifier)),
    )
    user, external = (bindparam(name, type_=Words) for name in ("user_", "external_"))
    return (
        select(usage.c.id, usage.c.day, usage.c.organization_id, usage.c.subject, usage.c.minutes)
        .where(
            usage.c.application_id == _APPLICATION,
            is_ours,
            # The first is for the index, the second for the place within one day.
            usage.c.day <= _BEFORE_DAY,
            is_before,
            or_(_DAY == _ANY, usage.c.day == _DAY),
            or_(user == _ANY, usage.c.subject == user, usage.c.subject == external),
        )
        .order_by(usage.c.day.desc(), usage.c.id.desc())
        .limit(_LIMIT)
        .offset(constant(0))
    )
