"""Password hashing that counts, for tests that ask how much work an answer took."""

from __future__ import annotations

from threading import Lock

from grantway.system import Argon2Passwords


class CountingPasswords:
    """The real hashing, cheap and with room for every thread, which remembers what it was asked."""

    def __init__(self) -> None:
        self._inner = Argon2Passwords(memory=64, iterations=1, workers=4, waiting=1_000, patience=60)
        self._lock = Lock()
        self.verified: list[tuple[str | None, str]] = []
        self.hashed = 0

    def hash(self, password: str) -> str:
        with self._lock:
            self.hashed += 1
        return self._inner.hash(password)

    def verify(self, phc: str | None, password: str) -> bool:
        with self._lock:
            self.verified.append((phc, password))
        return self._inner.verify(phc, password)
