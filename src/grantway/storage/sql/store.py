"""The store over a database of either kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias

from grantway.core.ports import Places, Tx
from grantway.storage.sql.feed import Feed, Listener
from grantway.storage.sql.tx import SqlTx
from grantway.storage.sql.unit import Call, Engine, Rows, Unit

Around: TypeAlias = Callable[[Sequence[Call]], AbstractContextManager[None]]
"""Entered around each round trip."""


class SqlStore:
    """Opens units of work."""

    def __init__(self, engine: Engine, around: Around | None = None) -> None:
        self._engine = engine
        self._around = around
        self._listeners: list[Listener] = []

    def read(self) -> AbstractContextManager[Tx]:
        """A unit that only reads."""
        return SqlTx(self._unit(is_writing=False), Feed(self._listeners))

    def begin(self) -> AbstractContextManager[Tx]:
        """A unit that may write: commits when the block ends, rolls back when it raises."""
        return SqlTx(self._unit(is_writing=True), Feed(self._listeners))

    def _unit(self, *, is_writing: bool) -> Unit:
        unit = self._engine.unit(is_writing=is_writing)
        around = self._around
        if around is not None:
            together = unit.together

            def watched(calls: Sequence[Call]) -> list[Rows]:
                with around(calls):
                    return together(calls)

            unit.together = watched  # type: ignore[method-assign]
        return unit

    def on_commit(self, listener: Listener) -> None:
        """Tell `listener`, after each commit of this process, the feed lines it wrote."""
        self._listeners.append(listener)

    def places(self) -> Places:
        """How many connections are in use, and how many wait for one."""
        return self._engine.places()

    def close(self) -> None:
        """Close the connections."""
        self._engine.close()
