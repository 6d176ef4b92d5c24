"""Databases of the commit before a step of the history, filled as they may be."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table

from grantway.storage import kind_of, path_of
from grantway.storage.sql import migrations
from grantway.storage.sql.migrations import connected


def lead_to_before(connection: Connection, revision: str) -> None:
    """Run all steps of the history that come before one."""
    configuration = Config()
    configuration.set_main_option("script_location", migrations.__path__[0])
    configuration.attributes["connection"] = connection
    step = ScriptDirectory.from_config(configuration).get_revision(revision)
    assert step is not None
    assert isinstance(step.down_revision, str)
    command.upgrade(configuration, step.down_revision)


def add(connection: Connection, table_name: str, /, **values: Any) -> None:
    """A row. Columns that must hold something and are not named hold nothing much."""
    table = Table(table_name, MetaData(), autoload_with=connection)
    for column in table.c:
        if column.name not in values and not column.nullable:
            values[column.name] = 0 if column.type.python_type is int else ""
    connection.execute(table.insert().values(**values))


def add_person(connection: Connection, record_id: int, address: str, verified_at: int | None) -> None:
    """Somebody with one address."""
    add(connection, "users", id=record_id, state="enabled", epoch=1, version=1, name=f"User {record_id}")
    add(
        connection,
        "user_emails",
        user_id=record_id,
        folded=address.casefold(),
        address=address,
        is_primary=1,
        verified_at=verified_at,
    )


def add_twins(url: str, address: str, *record_ids: int) -> None:
    """Several people of one address that nobody verified, as there were before one address was one person."""
    kind = kind_of(url)
    with connected(kind, path_of(url) if kind == "sqlite" else url) as connection:
        for record_id in record_ids:
            add_person(connection, record_id, address, None)
