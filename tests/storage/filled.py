"""A database of an earlier revision, with rows in it: what a migration meets where a server has been at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Text, insert

import grantway.storage.sql.migrations as history
from grantway.storage import kind_of, path_of
from grantway.storage.sql.migrations import connected


def address_of(url: str) -> str:
    return path_of(url) if kind_of(url) == "sqlite" else url


def migrate_to(url: str, revision: str) -> None:
    """Lead an empty database to an earlier revision."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(history.__file__).parent).replace("%", "%%"))
    with connected(kind_of(url), address_of(url)) as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)


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
