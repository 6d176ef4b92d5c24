"""A bound on how many slow hashes run at once, and on how many callers wait for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from grantway.core.ports import Places, Unavailable


class HashingPool:
    """So many at work, so many waiting, and a sentence for everybody else at once.

    It keeps a rush of sign-ins from taking the threads and the processor that token requests need. The hash
    itself runs outside the interpreter lock.
    """

    def __init__(self, *, workers: int = 2, waiting: int = 6, patience: float = 5.0) -> None:
        """Take the bounds, and the seconds a caller waits at most."""
        self.patience = patience
        self._places = BoundedSemaphore(workers + waiting)
        self._workers = BoundedSemaphore(workers)
        self._size = workers
        self._counting = Lock()
        self._here = 0
        self._hashing = 0

    def places(self) -> Places:
        """How many hashes run, and how many wait."""
        with self._counting:
            return Places(self._size, self._hashing, self._here - self._hashing)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A place at work. Raises Unavailable where there is none, or none in time."""
        if not self._places.acquire(blocking=False):
            raise Unavailable("too many passwords are being checked")
        self._count(here=1)
        try:
            if not self._workers.acquire(timeout=self.patience):
                raise Unavailable("no password was checked within the deadline")
            self._count(hashing=1)
            try:
                yield
            finally:
                self._count(hashing=-1)
                self._workers.release()
        finally:
            self._count(here=-1)
            self._places.release()

    def _count(self, *, here: int = 0, hashing: int = 0) -> None:
        with self._counting:
            self._here += here
            self._hashing += hashing
