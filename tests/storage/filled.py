"""A database of an earlier revision, with rows in it: what a migration meets where a server has been at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Text, insert

import grantway.storage.sql.migrations as history
from grantway.storage import kind_of, path_of
from grantway.storage.sql.migrations import connected
from grantway.storage.sql.sqlite import make_file


def address_of(url: str) -> str:
    return path_of(url) if kind_of(url) == "sqlite" else url


@contextmanager
def database_before(url: str, revision: str) -> Iterator[Rows]:
    """An empty database that was led to the step before a revision, to be filled."""
    if kind_of(url) == "sqlite":
        make_file(address_of(url))
    with connected(kind_of(url), address_of(url)) as connection:
        configuration = Config()
        configuration.set_main_option(
            "script_location", str(Path(history.__file__).parent).replace("%", "%%")
        )
        configuration.attributes["connection"] = connection
        step = ScriptDirectory.from_config(configuration).get_revision(revision)
        assert step is not None
        assert isinstance(step.down_revision, str)
        command.upgrade(configuration, step.down_revision)
        yield Rows(connection)


_LEAST = {"settings": "{}", "dialects": '["standard"]'}
"""What later migrations read."""


class Rows:
    """Writes rows into the tables that there are, with something in every column that needs it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = MetaData()
        self._tables.reflect(connection)

    def put(self, table: str, **values: Any) -> None:
        """One row; what is not named is empty, or nothing where that may be."""
        columns = self._tables.tables[table].c
        needed = {
            column.name: _LEAST.get(column.name, "" if isinstance(column.type, Text) else 0)
            for column in columns
            if not column.nullable and column.name not in values
        }
        self._connection.execute(insert(self._tables.tables[table]).values(**needed, **values))

    def person(self, record_id: int, address: str, verified_at: int | None) -> None:
        """Somebody with one address."""
        self.put("users", id=record_id, state="enabled", epoch=1, version=1, name=f"User {record_id}")
        self.put(
            "user_emails",
            user_id=record_id,
            folded=address.casefold(),
            address=address,
            is_primary=1,
            verified_at=verified_at,
        )


def add_twins(url: str, address: str, *record_ids: int) -> None:
    """Several people of one address that nobody verified, as there were before one address was one person."""
    with connected(kind_of(url), address_of(url)) as connection:
        rows = Rows(connection)
        for record_id in record_ids:
            rows.person(record_id, address, None)
