"""How much applications were used, counted in the process and written every few seconds."""

from __future__ import annotations

import threading
from typing import TypeAlias

from grantway.core.activity import Metric, Tallied, day_of
from grantway.core.model import DAY, Id, Instant
from grantway.core.ports import Entropy, Store, Unavailable

MOST_COUNTED = 20_000
"""Of different things between two writings. What is new beyond is not counted."""

_Key: TypeAlias = tuple[str, Id, int, Metric, str]
"""The client id, the organization, the days since 1970, what, and the refusal's id."""


class ActivityCounts:
    """Counts from all threads, and gives the numbers to the store together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[_Key, int] = {}

    def token(self, client_id: str, organization_id: Id, *, at: Instant) -> None:
        """An access token was made."""
        self._add((client_id, organization_id, at // DAY, "tokens", ""))

    def sign_in(self, client_id: str, organization_id: Id, *, at: Instant) -> None:
        """Somebody was signed in to an application, or allowed a device."""
        self._add((client_id, organization_id, at // DAY, "sign_ins", ""))

    def refusal(self, client_id: str, organization_id: Id, error_id: str, *, at: Instant) -> None:
        """A request was refused. `organization_id` 0: it is not known for which."""
        self._add((client_id, organization_id, at // DAY, "refusals", error_id))

    def flush(self, store: Store, entropy: Entropy) -> int:
        """Write the numbers; how many there were. Raises Unavailable, and then keeps them."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return 0
        # In the order of the keys, so that two processes cannot wait for each other.
        tallied = [
            Tallied(client_id, organization_id, day_of(day), metric, error_id, count)
            for (client_id, organization_id, day, metric, error_id), count in sorted(counts.items())
        ]
        try:
            with store.begin() as tx:
                tx.gate.add_activity(tallied, ids=[entropy.new_id() for _ in tallied])
        except Unavailable:
            with self._lock:
                for key, count in counts.items():
                    self._counts[key] = self._counts.get(key, 0) + count
            raise
        return len(tallied)

    def _add(self, key: _Key) -> None:
        with self._lock:
            count = self._counts.get(key)
            if count is not None or len(self._counts) < MOST_COUNTED:
                self._counts[key] = (count or 0) + 1
