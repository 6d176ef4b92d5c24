"""Ways out that run beside each other: what is slow in one keeps nobody waiting in another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from grantway.core.ports import Unavailable

T = TypeVar("T")


class Lane(Generic[T]):
    """So many attempts at once and no more. Nothing is claimed before there is somebody to try it."""

    def __init__(
        self, name: str, *, workers: int, claim: Callable[[int], Iterable[T]], attempt: Callable[[T], None]
    ) -> None:
        self._claim = claim
        self._attempt = attempt
        self._workers = workers
        # Threads are made when they are needed, and used again.
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._changed = threading.Condition()
        self._in_flight = 0
        self._fault: Exception | None = None

    def step(self) -> int:
        """Begin what is due, as far as there is room; how much that was. One thread at a time asks.

        Raises Unavailable, and what an attempt raised that nobody foresaw.
        """
        with self._changed:
            fault, self._fault = self._fault, None
            free = self._workers - self._in_flight
        if fault is not None:
            raise fault
        if free <= 0:
            return 0
        begun = 0
        for one in self._claim(free):
            with self._changed:
                self._in_flight += 1
            self._pool.submit(self._run, one)
            begun += 1
        return begun

    def wait(self, seconds: float) -> bool:
        """Until one of those in flight has ended. False where none is, or none did in time."""
        with self._changed:
            before = self._in_flight
            if before == 0:
                return False
            return self._changed.wait_for(lambda: self._in_flight < before, seconds)

    def settle(self, seconds: float = 60.0) -> None:
        """Until none is in flight."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight == 0, seconds)

    def stop(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, one: T) -> None:
        try:
            self._attempt(one)
        except Unavailable:
            # What came of it is not stored. The claim runs out, and it is tried again.
            pass
        except Exception as fault:  # noqa: BLE001 - it is raised where the lane is led
            self._fault = fault
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()
