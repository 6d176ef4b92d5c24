"""One timer for everything that waits under the same deadline.

A timer per request costs a tenth of what a whole request may cost; a sweep ten times per deadline costs
nothing, and is late by a tenth of the deadline at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Waiter = TypeVar("Waiter", bound=Hashable)


class Deadlines(Generic[Waiter]):
    """Remembers who waits since when, and expires those who wait too long. Used on one event loop only."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, expire: Callable[[Waiter], None]
    ) -> None:
        self._loop = loop
        self._seconds = seconds
        self._expire = expire
        self._since: dict[Waiter, float] = {}
        self._timer = loop.call_later(seconds / 10, self._sweep)

    def add(self, waiter: Waiter) -> None:
        self._since[waiter] = self._loop.time()

    def discard(self, waiter: Waiter) -> None:
        self._since.pop(waiter, None)

    def stop(self) -> None:
        self._timer.cancel()

    def _sweep(self) -> None:
        latest_start = self._loop.time() - self._seconds
        overdue = []
        # The deadline is the same for all, so the dictionary's order is the order in which they fall due.
        for waiter, since in self._since.items():
            if since > latest_start:
                break
            overdue.append(waiter)
        for waiter in overdue:
            del self._since[waiter]
            self._expire(waiter)
        self._timer = self._loop.call_later(self._seconds / 10, self._sweep)
