"""Conditions of lists that can be asked for, asked against, or left alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, or_

from grantway.storage.sql.types import Number, constant


def is_as_asked(name: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition where the bind of this name is 1, its opposite where it is 0, anything where it is -1."""
    asked = bindparam(name, type_=Number)
    return or_(
        asked < constant(0),
        and_(asked == constant(1), condition),
        and_(asked == constant(0), ~condition),
    )
