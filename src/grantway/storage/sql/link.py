"""One connection to PostgreSQL, kept in pipeline mode: statements go out together, answers come in order.

This speaks through `psycopg.pq`, the driver's own layer over libpq, because its cursors send every
statement by itself and forget their prepared statements at each rollback. A statement is prepared
when it is first sent, in the same packet.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.types import TypeEngine

from grantway.storage.sql.rows import Row
from grantway.storage.sql.statements import Statement

# In this order: a big integer is an integer too. The numbers are PostgreSQL's own for its types.
_OIDS: tuple[tuple[type[TypeEngine[Any]], int], ...] = (
    (BigInteger, 20),
    (Integer, 23),
    (LargeBinary, 17),
    (Text, 25),
)


class Answer:
    """The place that the rows of a statement are put in when they come."""

    __slots__ = ("rows", "tag")

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.tag = b""


class Link:
    """A connection whose statements are queued, and sent when somebody waits."""

    def __init__(self, connection: psycopg.Connection[Any], *, deadline: float) -> None:
        self._connection = connection
        self._pgconn = connection.pgconn
        self._deadline = round(deadline * 1000)
        self._loading = Transformer(connection)
        self._prepared: set[str] = set()
        # What the server still owes, in order: the result of a preparation (its name), of a statement,
        # or of a synchronisation (None).
        self._owed: deque[str | Answer | None] = deque()
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN)
        self._pgconn.nonblocking = 1
        self._pgconn.enter_pipeline_mode()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is owed and no transaction is open, so that somebody else may have it."""
        is_idle = self._pgconn.status == ConnStatus.OK and not self._owed
        return is_idle and self._pgconn.transaction_status == TransactionStatus.IDLE

    @property
    def is_alive(self) -> bool:
        """Whether an idle connection still stands: a server that went away has said so by now."""
        if not self.is_idle:
            return False
        if not self._poll.poll(0):
            return True
        try:
            self._pgconn.consume_input()
        except psycopg.Error:
            return False
        return self._pgconn.status == ConnStatus.OK

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def send(self, statement: Statement, values: Mapping[str, Any]) -> Answer:
        """Queue a statement."""
        name = statement.name.encode()
        if statement.name not in self._prepared:
            self._pgconn.send_prepare(name, statement.text.encode(), _types_of(statement))
            self._prepared.add(statement.name)
            self._owed.append(statement.name)
        given = [_dumped(values[parameter]) for parameter, _ in statement.parameters]
        # Everything is sent in binary format but numbers: a NUL in a text must not end it.
        formats = [
            Format.TEXT if type(values[name]) is int else Format.BINARY for name, _ in statement.parameters
        ]
        self._pgconn.send_query_prepared(name, given, formats, Format.BINARY)
        answer = Answer()
        self._owed.append(answer)
        return answer

    def wait(self) -> None:
        """Send what is queued and wait for the answers, within the transaction. Raises the first error."""
        self._pgconn.send_flush_request()
        self._collect()

    def synchronise(self) -> None:
        """Send what is queued, wait for the answers, and recover from an error. Raises the first error."""
        self._pgconn.pipeline_sync()
        self._owed.append(None)
        self._collect()

    def _collect(self) -> None:
        self._flush()
        first: psycopg.Error | None = None
        while self._owed:
            error = self._take(self._next_result())
            first = first or error
        if first is not None:
            raise first

    def _flush(self) -> None:
        while self._pgconn.flush():
            # The server may first want to be rid of answers before it reads on.
            self._poll.modify(self._pgconn.socket, select.POLLIN | select.POLLOUT)
            try:
                self._ready()
            finally:
                self._poll.modify(self._pgconn.socket, select.POLLIN)

    def _ready(self) -> None:
        events = self._poll.poll(self._deadline)
        if not events:
            raise errors.OperationalError("the server did not answer within the deadline")
        if events[0][1] & ~select.POLLOUT:
            self._pgconn.consume_input()

    def _next_result(self) -> PGresult:
        # Between the results of two statements there is an empty one.
        for _ in range(3):
            while self._pgconn.is_busy():
                self._ready()
            result = self._pgconn.get_result()
            if result is not None:
                return result
        raise errors.OperationalError("the server owes an answer that does not come")

    def _take(self, result: PGresult) -> psycopg.Error | None:
        place = self._owed.popleft()
        status = result.status
        if status == ExecStatus.TUPLES_OK and isinstance(place, Answer):
            if result.ntuples:
                self._loading.set_pgresult(result)
                place.rows = self._loading.load_rows(0, result.ntuples, tuple)
            return None
        if status == ExecStatus.COMMAND_OK:
            if isinstance(place, Answer):
                place.tag = result.command_status or b""
            return None
        if status == ExecStatus.PIPELINE_SYNC and place is None:
            return None
        if isinstance(place, str):
            self._prepared.discard(place)
        if status == ExecStatus.PIPELINE_ABORTED:
            return None
        return _error_of(result)


def _dumped(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode()


def _types_of(statement: Statement) -> Sequence[int]:
    return [next(oid for kind, oid in _OIDS if isinstance(type_, kind)) for _, type_ in statement.parameters]


def _error_of(result: PGresult) -> psycopg.Error:
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    text = (result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"").decode(errors="replace")
    try:
        kind = errors.lookup(state)
    except KeyError:
        kind = errors.OperationalError
    return kind(text)
