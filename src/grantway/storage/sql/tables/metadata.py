"""The catalogue that all tables are listed in, and how constraints are named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData

from grantway.storage.sql.types import Identifier

# Names that both databases and every migration agree on.
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    """The primary key that every record brings along: no database assigns it."""
    return Column("id", Identifier, primary_key=True, autoincrement=False)


def reference(
    name: str, target: str, *, cascade: bool = False, nullable: bool = False, **options: Any
) -> Column[int]:
    """A column that holds the id of another record, and goes with it if `cascade`."""
    key = ForeignKey(target, ondelete="CASCADE" if cascade else None)
    return Column(name, Identifier, key, autoincrement=False, nullable=nullable, **options)
