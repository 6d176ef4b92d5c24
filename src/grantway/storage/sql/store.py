"""The store over a database of either kind."""

from __future__ import annotations

from contextlib import AbstractContextManager

from grantway.core.ports import Places, Tx
from grantway.storage.sql.feed import Feed, Listener
from grantway.storage.sql.tx import SqlTx
from grantway.storage.sql.unit import Engine


class SqlStore:
    """Opens units of work."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._listeners: list[Listener] = []

    def read(self) -> AbstractContextManager[Tx]:
        """A unit that only reads."""
        return SqlTx(self._engine.unit(is_writing=False), Feed(self._listeners))

    def begin(self) -> AbstractContextManager[Tx]:
        """A unit that may write: commits when the block ends, rolls back when it raises."""
        return SqlTx(self._engine.unit(is_writing=True), Feed(self._listeners))

    def on_commit(self, listener: Listener) -> None:
        """Tell `listener`, after each commit of this process, the feed lines it wrote."""
        self._listeners.append(listener)

    def places(self) -> Places:
        """How many connections are in use, and how many wait for one."""
        return self._engine.places()

    def close(self) -> None:
        """Close the connections."""
        self._engine.close()
