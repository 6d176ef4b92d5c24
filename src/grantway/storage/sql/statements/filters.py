"""Conditions of lists that can be asked for, asked against, or left alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_

from grantway.core.listing import MOST_NAMED
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.types import Identifier, Number, constant


def is_active_organization() -> ColumnElement[bool]:
    """What `Organization.is_active` says of a record, as a condition."""
    return and_(organizations.c.state == constant("enabled"), organizations.c.suspended_at.is_(None))


def is_as_asked(name: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition where the bind of this name is 1, its opposite where it is 0, anything where it is -1."""
    asked = bindparam(name, type_=Number)
    return or_(
        asked < constant(0),
        and_(asked == constant(1), condition),
        and_(asked == constant(0), ~condition),
    )


def is_named(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a column has one of the ids that are asked for: `MOST_NAMED` binds, `named_0` and on."""
    return column.in_([bindparam(f"named_{number}", type_=Identifier) for number in range(MOST_NAMED)])
