"""Limits of requests: counted in the process, shared with the others every second.

A decision must not wait for a database, so each process counts what it lets through, and adds that to
the store in one round trip with learning what all of them let through. It denies when what it knows of
and what it has not told yet reach the limit together. So one process alone is exact; several may let
through more than the limit by what the others let through between two sharings, never more. While the
store is away each process goes on by what it knows, and tells later.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

from grantway.core.decisions import WINDOW, RequestCount
from grantway.core.model import SECOND, Id, Instant
from grantway.core.ports import Store

SHARE_INTERVAL = 1.0
"""Seconds between two sharings."""


_Key: TypeAlias = tuple[Id, Id, Id, Instant]


@dataclass(slots=True)
class _Counted:
    """One window: the total of all processes as told last, our own on the way there, and not yet sent."""

    known: int = 0
    sent: int = 0
    pending: int = 0


class RequestCounts:
    """Counts of all limits in one process, shared by its threads. Pairs without a limit are not counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sharing = threading.Lock()
        self._counted: dict[_Key, _Counted] = {}

    def take(self, pair: tuple[Id, Id, Id], limit: int, *, now: Instant) -> int | None:
        """Count one request of (API, application, organization).

        None: it was counted. Else the limit is reached, nothing was counted, and these seconds remain
        until the next window.
        """
        window = now - now % WINDOW
        with self._lock:
            counted = self._counted.get((*pair, window))
            if counted is None:
                counted = self._counted[(*pair, window)] = _Counted()
            if counted.known + counted.sent + counted.pending >= limit:
                return -(-(window + WINDOW - now) // SECOND)
            counted.pending += 1
            return None

    def untold(self, application_id: Id) -> tuple[RequestCount, ...]:
        """What this process counted for an application and did not tell yet."""
        with self._lock:
            return tuple(
                RequestCount(*key, one.sent + one.pending)
                for key, one in self._counted.items()
                if key[1] == application_id and one.sent + one.pending
            )

    def share(self, store: Store, *, now: Instant) -> int:
        """Tell the store and learn the totals; of how many pairs. Raises Unavailable, and keeps them."""
        with self._sharing:
            return self._share(store, now)

    def _share(self, store: Store, now: Instant) -> int:
        sending = self._sending(now)
        if not sending:
            return 0
        # In the order of the keys, so that two processes cannot wait for each other.
        batch = [RequestCount(*key, one.sent) for key, one in sorted(sending.items(), key=itemgetter(0))]
        try:
            with store.begin() as tx:
                totals = tx.gate.add_requests(batch)
        except BaseException:
            with self._lock:
                for counted in sending.values():
                    counted.pending, counted.sent = counted.pending + counted.sent, 0
            raise
        with self._lock:
            for told, total in zip(batch, totals, strict=True):
                key = (told.api_id, told.application_id, told.organization_id, told.window_start)
                sending[key].known, sending[key].sent = total, 0
        return len(batch)

    def _sending(self, now: Instant) -> dict[_Key, _Counted]:
        """What is to be told now. A window that is over and told is forgotten."""
        window = now - now % WINDOW
        with self._lock:
            over = [key for key, one in self._counted.items() if key[3] < window and not one.pending]
            for key in over:
                del self._counted[key]
            sending = {key: one for key, one in self._counted.items() if one.pending}
            for counted in sending.values():
                counted.sent, counted.pending = counted.pending, 0
        return sending
