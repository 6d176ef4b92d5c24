"""The unit of work on SQLite: the standard library's driver, in WAL mode."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from grantway.core.errors import RECORD_EXISTS, Conflict
from grantway.core.ports import Places, Unavailable
from grantway.storage.sql.statements import Statements, compile_all
from grantway.storage.sql.unit import Call, Engine, Pool, Rows, Unit

BUSY_SECONDS = 5.0

# Written by hand, because these are settings of the file and of the connection and not statements.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
)

_UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


def connect(path: str, *, busy_timeout: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open the file, for use by one thread at a time. One that is not there is not made (`make_file`)."""
    connection = sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode=rw",
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        uri=True,
    )
    try:
        for pragma in PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def make_file(path: str) -> None:
    """Make the file where there is none, for its owner alone: it holds hashes, keys and sealed secrets.

    The files that SQLite makes beside it get the same mode. One that is there keeps its own.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@cache
def statements() -> Statements:
    """The statements as this driver reads them, with named parameters; compiled once in a process."""
    return compile_all(sqlite.dialect(paramstyle="named"), sqlite.insert)


class Turn:
    """The right to write, which one thread of the process has at a time."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait in line. Raises Unavailable after the deadline."""
        if not self._lock.acquire(timeout=self._timeout):
            raise Unavailable("another writer holds the database")

    def give(self) -> None:
        """Let the next one write."""
        self._lock.release()


class SqliteEngine(Engine):
    """A database in one file, used by many threads and by several processes of one machine."""

    def __init__(
        self, path: str, *, pool_size: int, pool_timeout: float, busy_timeout: float = BUSY_SECONDS
    ) -> None:
        self._path = path
        self._busy_timeout = busy_timeout
        self._statements = statements()
        self._pool = Pool(
            self._connect,
            is_alive=lambda _: True,
            close=lambda connection: connection.close(),
            size=pool_size,
            timeout=pool_timeout,
        )
        # Writers of this process queue here in order; only processes compete for the file's own lock.
        self._turn = Turn(busy_timeout)

    def unit(self, *, is_writing: bool) -> Unit:
        """Open a unit; it takes a connection with its first statement."""
        return SqliteUnit(self._pool, self._statements, self._turn if is_writing else None)

    def places(self) -> Places:
        """How many connections are in use, and how many wait for one."""
        return self._pool.places()

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _connect(self) -> sqlite3.Connection:
        try:
            return connect(self._path, busy_timeout=self._busy_timeout)
        except sqlite3.Error as error:
            raise _translated(error) from error


class SqliteUnit(Unit):
    """Runs each statement at once; there are no round trips to save."""

    def __init__(self, pool: Pool[sqlite3.Connection], known: Statements, turn: Turn | None) -> None:
        super().__init__()
        self._pool = pool
        self._statements = known
        self._turn = turn
        self._connection: sqlite3.Connection | None = None

    def together(self, calls: Sequence[Call]) -> list[Rows]:
        """Run statements one after the other."""
        return [self._run(name, values) for name, values in calls]

    def queue(self, name: str, values: Mapping[str, Any]) -> None:
        """Run a statement."""
        self._run(name, values)

    def commit(self) -> None:
        """End the unit and keep what it wrote."""
        if self._error is not None:
            error = self._error
            self.rollback()
            raise error
        if self._connection is None:
            return
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self.rollback()
            raise _translated(error) from error
        self._release(is_usable=True)

    def rollback(self) -> None:
        """End the unit and leave no trace."""
        if self._connection is None:
            return
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._release(is_usable=False)
            return
        self._release(is_usable=True)

    def _run(self, name: str, values: Mapping[str, Any]) -> Rows:
        if self._error is not None:
            raise self._error
        statement = self._statements[name]
        if statement.is_write and self._turn is None:
            raise RuntimeError(f"{name} writes in a unit that only reads")
        try:
            connection = self._connection or self._begin()
            return connection.execute(statement.text, values).fetchall()
        except sqlite3.Error as error:
            self._error = _translated(error)
            raise self._error from error

    def _begin(self) -> sqlite3.Connection:
        if self._turn is not None:
            self._turn.take()
        try:
            connection = self._pool.take()
        except BaseException:
            if self._turn is not None:
                self._turn.give()
            raise
        self._connection = connection
        connection.execute("BEGIN" if self._turn is None else "BEGIN IMMEDIATE")
        return connection

    def _release(self, *, is_usable: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            self._pool.give(connection, is_usable=is_usable)
        finally:
            if self._turn is not None:
                self._turn.give()


def _translated(error: sqlite3.Error) -> Exception:
    if isinstance(error, sqlite3.IntegrityError):
        is_unique = error.sqlite_errorcode in _UNIQUE
        return Conflict(RECORD_EXISTS, str(error)) if is_unique else error
    # A damaged file, or one that is no database, is told by the class above OperationalError.
    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        return Unavailable(str(error))
    return error
