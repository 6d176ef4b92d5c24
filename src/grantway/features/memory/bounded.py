"""A dict that cannot grow without end (V162, V165)."""

from __future__ import annotations

import contextlib
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(dict[K, V], Generic[K, V]):
    """A dict that forgets its oldest entry when it is full. Threads may share it."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def put(self, key: K, value: V) -> None:
        """Remember a value, dropping the oldest one when the limit is reached."""
        if len(self) >= self._limit and key not in self:
            # Another thread may write between the two steps: then it made room, or the next put does.
            with contextlib.suppress(RuntimeError, StopIteration):
                self.pop(next(iter(self)), None)
        self[key] = value
