"""Column types of the schema, and the one SQL construct that the two databases spell differently.

Rows bypass SQLAlchemy's type processors: what a column holds is what the driver returns.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    Text,
    bindparam,
    func,
    literal_column,
    or_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Identifier = BigInteger().with_variant(Integer(), "sqlite")
Moment = BigInteger().with_variant(Integer(), "sqlite")
Number = BigInteger().with_variant(Integer(), "sqlite")
Flag = Integer()
Words = Text()
Json = Text()
Bytes = LargeBinary()


def constant(value: str | int) -> ColumnElement[Any]:
    """A value that is part of the statement's text.

    Not a bind, because a prepared statement uses a partial index only for a condition it can read.
    """
    if isinstance(value, int):
        return literal_column(str(value), Integer())
    if not value.replace("_", "").isalpha():
        raise ValueError(value)
    return literal_column(f"'{value}'", Text())


def is_asked(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column has the value of a bind, which lets everything through where it is empty."""
    asked = bindparam(name, type_=Words)
    return or_(func.length(asked) == constant(0), column == asked)


class json_rows(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """An aggregate: the JSON text of a list with one list of the given columns per row, in no order."""

    type = Text()
    inherit_cache = True

    def __init__(self, *columns: ColumnElement[Any]) -> None:
        super().__init__(*columns)


@compiles(json_rows, "sqlite")
def _sqlite(element: json_rows, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(json_rows, "postgresql")
def _postgresql(element: json_rows, compiler: Any, **options: Any) -> str:
    return f"coalesce(json_agg(json_build_array({compiler.process(element.clauses, **options)}))::text, '[]')"
