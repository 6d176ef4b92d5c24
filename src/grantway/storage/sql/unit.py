"""The contract between the doors and a database: statements by name, sent lazily, ended once."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from grantway.core.ports import Places, Unavailable
from grantway.storage.sql.rows import Row

Call: TypeAlias = tuple[str, Mapping[str, Any]]
Rows: TypeAlias = list[Row]

Connection = TypeVar("Connection")


class Unit(ABC):
    """One unit of work on one database.

    Nothing is sent before the first statement. An error ends the unit: whatever is asked of it
    afterwards raises that error again, on both databases alike, and it cannot commit.
    """

    def __init__(self) -> None:
        self._error: Exception | None = None

    def end(self) -> None:
        """Refuse everything from now on: a unit that began anew would never give its connection back."""
        self._error = RuntimeError("the unit of work has ended")

    @abstractmethod
    def together(self, calls: Sequence[Call]) -> list[Rows]:
        """Run statements and wait for their rows once: one round trip for all of them."""

    @abstractmethod
    def queue(self, name: str, values: Mapping[str, Any]) -> None:
        """Run a statement whose result nobody needs; an error of it may show as late as at the end."""

    @abstractmethod
    def commit(self) -> None:
        """End the unit and keep what it wrote."""

    @abstractmethod
    def rollback(self) -> None:
        """End the unit and leave no trace. Never raises."""

    def rows(self, name: str, /, **values: Any) -> Rows:
        """The rows of one statement."""
        return self.together(((name, values),))[0]

    def row(self, name: str, /, **values: Any) -> Row | None:
        """The first row of one statement, if there is one."""
        found = self.together(((name, values),))[0]
        return found[0] if found else None


class Engine(ABC):
    """A database that units can be opened on."""

    @abstractmethod
    def unit(self, *, is_writing: bool) -> Unit: ...

    @abstractmethod
    def places(self) -> Places: ...

    @abstractmethod
    def close(self) -> None: ...


class Pool(Generic[Connection]):
    """A bounded number of connections, made when they are needed by whoever needs them.

    The last one used is used next. A pool that tries to connect in the background would go on waiting
    after a database has come back; this one tries with every request.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        *,
        is_alive: Callable[[Connection], bool],
        close: Callable[[Connection], None],
        size: int,
        timeout: float,
    ) -> None:
        self._connect = connect
        self._is_alive = is_alive
        self._close = close
        self._timeout = timeout
        self._size = size
        self._slots = threading.BoundedSemaphore(size)
        self._counting = threading.Lock()
        self._taken = 0
        self._waiting = 0
        self._idle: list[Connection] = []
        self._is_closed = False

    def take(self) -> Connection:
        """A connection that was alive a moment ago. Raises Unavailable when none is free in time."""
        if self._is_closed or not self._has_slot():
            raise Unavailable("no free connection")
        try:
            return self._next()
        except BaseException:
            self._release_slot()
            raise

    def places(self) -> Places:
        """How full it is now."""
        return Places(self._size, self._taken, self._waiting)

    def _has_slot(self) -> bool:
        """Wait for a slot, in time."""
        with self._counting:
            self._waiting += 1
        has_slot = self._slots.acquire(timeout=self._timeout)
        with self._counting:
            self._waiting -= 1
            self._taken += has_slot
        return has_slot

    def _release_slot(self) -> None:
        with self._counting:
            self._taken -= 1
        self._slots.release()

    def _next(self) -> Connection:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._connect()
            if self._is_alive(connection):
                return connection
            self._close(connection)

    def give(self, connection: Connection, *, is_usable: bool) -> None:
        """Take a connection back, or let go of a broken one."""
        if is_usable and not self._is_closed:
            self._idle.append(connection)
        else:
            self._close(connection)
        self._release_slot()
        if self._is_closed:
            self.close()

    def close(self) -> None:
        """Close what is idle now, and the rest as it comes back."""
        self._is_closed = True
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            self._close(connection)
