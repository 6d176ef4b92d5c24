"""The unit of work on PostgreSQL: prepared statements in pipeline mode, two round trips or fewer.

A writing unit sends BEGIN with its first statement and COMMIT with its last, and waits only where a
row is needed. A reading unit runs each of its statements by itself (autocommit): it needs no BEGIN,
and two statements of it may see two states of the database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect

from grantway.core.errors import RECORD_EXISTS, Conflict
from grantway.core.ports import Places, Unavailable
from grantway.storage.sql.link import Answer, Link
from grantway.storage.sql.statements import Statement, Statements, compile_all
from grantway.storage.sql.unit import Call, Engine, Pool, Rows, Unit

# A process that stops in the middle of a transaction keeps its locks no longer than this.
IDLE_SECONDS = 5.0
CONNECT_SECONDS = 2
# What the server's own statement timeout may be late by before the connection is given up.
GRACE_SECONDS = 0.5

# The class itself has no annotations.
_DIALECT: Callable[..., Dialect] = PGDialect_psycopg

# After these errors a connection serves on.
_HARMLESS = (
    psycopg.IntegrityError,
    psycopg.DataError,
    errors.QueryCanceled,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)

_BEGIN, _COMMIT, _ROLLBACK = (
    Statement(name=text.lower(), text=text, is_write=False, parameters=())
    for text in ("BEGIN", "COMMIT", "ROLLBACK")
)


@cache
def statements() -> Statements:
    """The statements as this server reads them, with numbered parameters; compiled once in a process."""
    return compile_all(_DIALECT(paramstyle="numeric_dollar"), insert)


class PostgresqlEngine(Engine):
    """A database server, over a bounded number of connections."""

    def __init__(self, url: str, *, pool_size: int, pool_timeout: float, statement_timeout: float) -> None:
        self._url = url
        self._statement_timeout = statement_timeout
        self._statements = statements()
        self._pool = Pool(
            self._connect,
            is_alive=lambda link: link.is_alive,
            close=lambda link: link.close(),
            size=pool_size,
            timeout=pool_timeout,
        )

    def unit(self, *, is_writing: bool) -> Unit:
        """Open a unit; it takes a connection with its first statement."""
        unit = WritingUnit if is_writing else ReadingUnit
        return unit(self._pool, self._statements)

    def places(self) -> Places:
        """How many connections are in use, and how many wait for one."""
        return self._pool.places()

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _connect(self) -> Link:
        milliseconds = round(self._statement_timeout * 1000)
        settings = {
            "statement_timeout": milliseconds,
            "lock_timeout": milliseconds,
            "idle_in_transaction_session_timeout": round(IDLE_SECONDS * 1000),
        }
        try:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                fallback_application_name="grantway",
            )
            try:
                # Statements and not start parameters, because poolers refuse those.
                connection.execute("; ".join(f"SET {name} = {value}" for name, value in settings.items()))
                return Link(connection, deadline=self._statement_timeout + GRACE_SECONDS)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise _translated(error) from error


class _PostgresqlUnit(Unit):
    """What both kinds of unit share: the connection, and what errors mean."""

    def __init__(self, pool: Pool[Link], known: Statements) -> None:
        super().__init__()
        self._pool = pool
        self._statements = known
        self._link: Link | None = None

    def _open(self) -> Link:
        if self._error is not None:
            raise self._error
        if self._link is None:
            self._link = self._pool.take()
        return self._link

    def _send(self, link: Link, calls: Sequence[Call]) -> list[Answer]:
        return [link.send(self._statements[name], values) for name, values in calls]

    def _failed(self, error: psycopg.Error) -> Exception:
        if self._link is not None and not isinstance(error, _HARMLESS):
            # The server is gone, silent or no longer the primary, or a prepared statement is of no use.
            self._link.close()
        self._error = _translated(error)
        return self._error

    def _release(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            self._pool.give(link, is_usable=link.is_idle)


class ReadingUnit(_PostgresqlUnit):
    """Statements without a transaction."""

    def together(self, calls: Sequence[Call]) -> list[Rows]:
        """Run statements in one round trip."""
        for name, _ in calls:
            if self._statements[name].is_write:
                raise RuntimeError(f"{name} writes in a unit that only reads")
        link = self._open()
        try:
            answers = self._send(link, calls)
            link.synchronise()
        except psycopg.Error as error:
            raise self._failed(error) from error
        return [answer.rows for answer in answers]

    def queue(self, name: str, values: Mapping[str, Any]) -> None:
        """Refuse: only writes are queued."""
        raise RuntimeError(f"{name} writes in a unit that only reads")

    def commit(self) -> None:
        """Let go of the connection."""
        self._release()
        if self._error is not None:
            raise self._error

    def rollback(self) -> None:
        """Let go of the connection."""
        self._release()


class WritingUnit(_PostgresqlUnit):
    """A transaction."""

    def together(self, calls: Sequence[Call]) -> list[Rows]:
        """Send statements, with all that was queued, and wait for their rows."""
        link = self._begin()
        try:
            answers = self._send(link, calls)
            link.wait()
        except psycopg.Error as error:
            raise self._failed(error) from error
        return [answer.rows for answer in answers]

    def queue(self, name: str, values: Mapping[str, Any]) -> None:
        """Send a statement with whatever is waited for next."""
        link = self._begin()
        try:
            link.send(self._statements[name], values)
        except psycopg.Error as error:
            raise self._failed(error) from error

    def commit(self) -> None:
        """Send COMMIT with what is still queued, and wait until it is durable."""
        if self._link is None:
            if self._error is not None:
                raise self._error
            return
        if self._error is None:
            try:
                answer = self._link.send(_COMMIT, {})
                self._link.synchronise()
                if answer.tag != b"COMMIT":
                    self._error = Unavailable("the server rolled back")
            except psycopg.Error as error:
                self._failed(error)
        if self._error is not None:
            self.rollback()
            raise self._error
        self._release()

    def rollback(self) -> None:
        """Undo what was sent, unless COMMIT was, and let go of the connection."""
        link = self._link
        if link is None:
            return
        with contextlib.suppress(psycopg.Error):
            if self._error is not None:
                # What was sent after the error is passed over up to here.
                with contextlib.suppress(psycopg.Error):
                    link.synchronise()
            link.send(_ROLLBACK, {})
            link.synchronise()
        self._release()

    def _begin(self) -> Link:
        is_first = self._link is None
        link = self._open()
        if is_first:
            try:
                link.send(_BEGIN, {})
            except psycopg.Error as error:
                raise self._failed(error) from error
        return link


def _translated(error: psycopg.Error) -> Exception:
    if isinstance(error, errors.UniqueViolation):
        return Conflict(RECORD_EXISTS, str(error))
    # A server that lets nobody write was the primary until a moment ago.
    unavailable = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)
    return Unavailable(str(error)) if isinstance(error, unavailable) else error
