"""The outside, as values that tests replace: the real clock, the real entropy, the real password hashing.

In modules of their own, because few processes need them: requests to webhooks (`calling`) and mail
(`mailing`). Here belongs what reads or reaches the world beyond the program. Not here: the database.
"""

from __future__ import annotations

import os
import secrets
import time
from base64 import b64encode

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from grantway.core.identifiers import MAXIMUM_ID
from grantway.core.model import Id, Instant
from grantway.core.ports import Places
from grantway.system.hashing_pool import HashingPool

_SALT_LENGTH = 16
_HASH_LENGTH = 32
_NONCE = 12
_ID = 7
_AHEAD = 128


class SystemClock:
    """The clock of the machine."""

    monotonic = staticmethod(time.monotonic)
    """Seconds of a clock that never goes back."""

    def now(self) -> Instant:
        """Wall-clock time in microseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000


class SystemEntropy:
    """The random source of the operating system.

    Each question to it is a system call and lets another thread run in between, so nonces and ids, which
    every token needs and which are no secrets, are drawn many at a time. Secrets are drawn when they are
    needed, so that nobody finds tomorrow's in the memory of today.
    """

    def __init__(self) -> None:
        self._ahead: dict[int, list[bytes]] = {_NONCE: [], _ID: []}
        # Two processes must never hand out the same nonce.
        os.register_at_fork(after_in_child=self._forget)

    def token_bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        return self._drawn(count) if count == _NONCE else secrets.token_bytes(count)

    def new_id(self) -> Id:
        """A record id, evenly drawn from 1..2^53-1."""
        while True:
            identifier = int.from_bytes(self._drawn(_ID), "big") & MAXIMUM_ID
            if identifier:
                return identifier

    def _drawn(self, count: int) -> bytes:
        """Bytes that were drawn ahead. Taking one from the list is atomic, so no two threads get the same."""
        try:
            return self._ahead[count].pop()
        except IndexError:
            more = secrets.token_bytes(count * _AHEAD)
            fresh = [more[start : start + count] for start in range(0, len(more), count)]
            taken = fresh.pop()
            self._ahead[count] = fresh
            return taken

    def _forget(self) -> None:
        for pieces in self._ahead.values():
            pieces.clear()


class Argon2Passwords:
    """argon2id, with a bound on how many hashes run and how many callers wait for one.

    Beyond the bound a sign-in is told at once that the server is full.
    """

    def __init__(
        self,
        *,
        memory: int = 19 * 1024,
        iterations: int = 2,
        workers: int = 2,
        waiting: int = 6,
        patience: float = 5.0,
    ) -> None:
        """Take the cost of a hash (memory in KiB), the bounds, and the seconds a caller waits at most."""
        self._hasher = PasswordHasher(
            time_cost=iterations,
            memory_cost=memory,
            parallelism=1,
            hash_len=_HASH_LENGTH,
            salt_len=_SALT_LENGTH,
            type=Type.ID,
        )
        self.nobody = (
            f"$argon2id$v=19$m={memory},t={iterations},p=1"
            f"${_unpadded(bytes(_SALT_LENGTH))}${_unpadded(bytes(_HASH_LENGTH))}"
        )
        """Stands in for the hash of somebody who has none: of the same cost, and nothing fits it."""
        self.pool = HashingPool(workers=workers, waiting=waiting, patience=patience)

    def hash(self, password: str) -> str:
        """A PHC string with a fresh salt."""
        with self.pool.turn():
            return self._hasher.hash(_as_typed(password))

    def verify(self, phc: str | None, password: str) -> bool:
        """Whether they fit. Without a stored hash the same work is done for the same answer, no."""
        with self.pool.turn():
            try:
                self._hasher.verify(phc or self.nobody, _as_typed(password))
            except (VerificationError, InvalidHashError):
                return False
        return phc is not None

    def places(self) -> Places:
        """How many hashes run, and how many wait."""
        return self.pool.places()


def _as_typed(password: str) -> bytes:
    """All of the text: not cut, not folded. In which form it is compared, `core.passwords` says."""
    return password.encode("utf-8", "surrogatepass")


def _unpadded(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode("ascii")
