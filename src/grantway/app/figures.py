"""What one process tells of itself beside the requests, so that each can answer for the whole server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grantway.app.product import Product
from grantway.core.model import SECOND, Instant, SigningKey
from grantway.core.ports import Bounded, Places, Unavailable
from grantway.system.board import Part

INTERVAL = 1.0
"""Seconds between two notes of a process."""
_FACTS_SECONDS = 15.0
_FIRST = 0


class Figures:
    """Notes how full the pools are and how far the feed was read; the first process, what the database holds.

    One is enough to ask the database: it is the same for all, and the first part of the board always has a
    process, because whoever is started next takes it.
    """

    def __init__(
        self,
        product: Product,
        part: Part,
        *,
        queues: Callable[[], Mapping[str, Places]],
        lost: Callable[[], int],
    ) -> None:
        """`queues` tells how full the threads are, `lost` how many lines of the log nobody took."""
        self._product = product
        self._part = part
        self._queues = queues
        self._lost = lost
        self._facts: dict[str, Any] | None = None
        self._due = 0.0

    def tell(self) -> None:
        """Note how things stand now."""
        self._part.tell(
            {
                "places": {name: (one.size, one.taken, one.waiting) for name, one in self._places().items()},
                "feed_lag": self._product.follower.lag,
                "log_lines_lost": self._lost(),
                "facts": self._facts_now() if self._part.number == _FIRST else None,
            }
        )

    def _places(self) -> dict[str, Places]:
        ports = self._product.ports
        pools = {"database": ports.store, "passwords": ports.passwords}
        found = {name: pool.places() for name, pool in pools.items() if isinstance(pool, Bounded)}
        return {**found, **self._queues()}

    def _facts_now(self) -> dict[str, Any] | None:
        product = self._product
        monotonic = product.ports.clock.monotonic()
        if monotonic < self._due:
            return self._facts
        self._due = monotonic + _FACTS_SECONDS
        # Until the database answers again, nothing is told that may be wrong.
        self._facts = None
        try:
            with product.ports.store.read() as tx:
                pending, since = tx.platform.waiting_notices()
            keys = product.rotation.listed()
        except Unavailable:
            return None
        now = product.ports.clock.now()
        self._facts = {
            "outbox_pending": pending,
            "outbox_oldest": 0.0 if since is None else max(0.0, (now - since) / SECOND),
            "keys": _ages(keys, now),
        }
        return self._facts


def _ages(keys: tuple[SigningKey, ...], now: Instant) -> list[tuple[str, str, float]]:
    """Of each ring and algorithm, how long ago the key came into use that signs now."""
    ages: dict[tuple[str, str], float] = {}
    for key in keys:
        is_over = key.withdrawn_at is not None or (key.retire_at is not None and key.retire_at <= now)
        if key.use_from <= now and not is_over:
            ring, age = (key.mount, key.algorithm), (now - key.use_from) / SECOND
            ages[ring] = min(age, ages.get(ring, age))
    return [(*ring, age) for ring, age in sorted(ages.items())]
