"""Databases that a test can take away from under a running server, and give back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import psycopg

from grantway.core.ports import Store
from grantway.storage import migrate, open_store, path_of
from grantway.storage.sql.sqlite import SqliteEngine
from grantway.storage.sql.store import SqlStore
from grantway.storage.sql.unit import Unit
from tests.kit.databases import Databases, Postgresql

Given: TypeAlias = Callable[[str], Any]
"""Gives a fixture by its name."""

_QUICK: dict[str, Any] = {"statement_timeout": 2.0, "pool_timeout": 1.0}


@dataclass(frozen=True)
class Outage:
    """A database, a store over it, and how it is taken away and given back."""

    url: str
    store: Store
    begin: Callable[[], None]
    end: Callable[[], None]
    is_away: bool
    """Whether nothing can be read either."""


class _Hindered(SqliteEngine):
    """A file on which a statement of the test is run before each unit: it finds it full, or unwritable."""

    def __init__(self, path: str) -> None:
        super().__init__(path, pool_size=4, pool_timeout=1, busy_timeout=0.05)
        self.hindrance = ""
        self.connections: list[sqlite3.Connection] = []

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        connection.execute(self.hindrance or "SELECT 1")
        self.connections.append(connection)
        return connection

    def hinder(self, statement: str) -> None:
        self.hindrance = statement
        for connection in self.connections:
            connection.execute(statement)


@contextmanager
def postgresql_stopped(given: Given) -> Iterator[Outage]:
    """A server of PostgreSQL that loses its power."""
    server: Postgresql = given("own_server")
    url = server.postgres_url(server.create_database())
    migrate(url)
    yield Outage(url, open_store(url, pool_size=4, **_QUICK), server.stop, server.resume, is_away=True)


@contextmanager
def postgresql_read_only(given: Given) -> Iterator[Outage]:
    """A server that became a standby: it refuses every transaction that writes."""
    databases: Databases = given("databases")
    url = databases.postgresql()
    name = url.split("?")[0].rsplit("/", 1)[1]

    def let(value: str) -> Callable[[], None]:
        def run() -> None:
            with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as own:
                own.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}".encode())
                own.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        return run

    store = open_store(url, pool_size=4, **_QUICK)
    yield Outage(url, store, let("on"), let("off"), is_away=False)
    databases.drop(url)


@contextmanager
def _hindered(databases: Databases, begin: Callable[[str], str], end: str) -> Iterator[Outage]:
    url = databases.sqlite()
    engine = _Hindered(path_of(url))
    yield Outage(
        url, SqlStore(engine), lambda: engine.hinder(begin(path_of(url))), lambda: engine.hinder(end), False
    )
    databases.drop(url)


def _as_full(path: str) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return f"PRAGMA max_page_count = {pages}"


@contextmanager
def sqlite_full(given: Given) -> Iterator[Outage]:
    """A file that may not grow."""
    with _hindered(given("databases"), _as_full, "PRAGMA max_page_count = 1000000") as outage:
        yield outage


@contextmanager
def sqlite_unwritable(given: Given) -> Iterator[Outage]:
    """A file that may be read and not written."""
    with _hindered(given("databases"), lambda _: "PRAGMA query_only = 1", "PRAGMA query_only = 0") as outage:
        yield outage


@contextmanager
def sqlite_locked(given: Given) -> Iterator[Outage]:
    """A file in which another program holds the right to write."""
    databases: Databases = given("databases")
    url = databases.sqlite()
    other = sqlite3.connect(path_of(url), isolation_level=None)
    store = SqlStore(_Hindered(path_of(url)))
    yield Outage(
        url, store, lambda: _run(other, "BEGIN IMMEDIATE"), lambda: _run(other, "ROLLBACK"), is_away=False
    )
    other.close()
    databases.drop(url)


def _run(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)


@contextmanager
def sqlite_overwritten(given: Given) -> Iterator[Outage]:
    """A file that is no longer one: another program wrote over it. Each request opens it anew."""
    databases: Databases = given("databases")
    url = databases.sqlite()
    path = Path(path_of(url))
    kept = path.with_suffix(".kept")

    def begin() -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path.rename(kept)
        path.write_bytes(b"this is no database " * 500)

    store = SqlStore(_Reopening(str(path), pool_size=4, pool_timeout=1, busy_timeout=0.05))

    def end() -> None:
        kept.replace(path)

    yield Outage(url, store, begin, end, is_away=True)
    databases.drop(url)


class _Reopening(SqliteEngine):
    """A file that is opened for each unit."""

    def unit(self, *, is_writing: bool) -> Unit:
        while self._pool._idle:  # noqa: SLF001 - what lies idle is closed, as by a process that starts
            self._pool._idle.pop().close()  # noqa: SLF001
        return super().unit(is_writing=is_writing)


ALL = {
    one.__name__: one
    for one in (
        postgresql_stopped,
        postgresql_read_only,
        sqlite_full,
        sqlite_unwritable,
        sqlite_locked,
        sqlite_overwritten,
    )
}
