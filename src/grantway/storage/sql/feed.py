"""The change feed: what a unit changed, written last in its transaction, told after its commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from grantway.core.model import Change
from grantway.storage.sql.unit import Unit

Listener: TypeAlias = Callable[[tuple[Change, ...]], None]


class Feed:
    """The changes of one unit of work, each once."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        self._listeners = listeners
        self._changes: dict[Change, None] = {}

    def add(self, change: Change) -> None:
        """Note that a cached fact is about to change."""
        self._changes[change] = None

    def write(self, unit: Unit) -> None:
        """Queue the lines.

        The head is advanced last in the transaction, so its row is locked for a moment only; its lock
        is held until the commit, so a reader never sees a number before a lower one.
        """
        if not self._changes:
            return
        unit.queue("advance_feed", {"count": len(self._changes)})
        for back, change in zip(range(len(self._changes) - 1, -1, -1), self._changes, strict=True):
            unit.queue("insert_change", {"back": back, "kind": change.kind, "id": change.id})

    def tell(self) -> None:
        """Tell the listeners of this process, who then need not wait for their next poll."""
        if self._changes:
            changes = tuple(self._changes)
            for listener in self._listeners:
                listener(changes)
