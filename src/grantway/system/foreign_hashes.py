"""Comparing secrets with hashes that other servers made (`core.foreign_secrets` reads and bounds them)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager

import bcrypt
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, verify_secret

from grantway.core.foreign_secrets import BCRYPT_READS
from grantway.system.hashing_pool import HashingPool


class SystemForeignHashes:
    """Implements `core.foreign_secrets.ForeignHashes`.

    Guesses at imported secrets are work that strangers can cause. They have a lane of their own, one
    computation wide, into the pool in which passwords are hashed: however many wait, people sign in.
    """

    def __init__(self, pool: HashingPool, *, waiting: int = 8) -> None:
        """Take the pool, and how many wait for the one place at most."""
        self._pool = pool
        self._lane = HashingPool(workers=1, waiting=waiting, patience=pool.patience)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A place in the lane and in the pool. Raises Unavailable where there is none."""
        with self._lane.turn(), self._pool.turn():
            yield

    def fits(self, text: str, secret: str) -> bool:
        """Whether a secret is the one of a hash."""
        try:
            return _fits(text, secret.encode("utf-8", "surrogatepass"))
        except ValueError:
            # A NUL in the secret, or a stored text that no reader of ours wrote: nothing fits it.
            return False


def _fits(text: str, data: bytes) -> bool:
    if text.startswith("$argon2id$"):
        try:
            return verify_secret(text.encode(), data, Type.ID)
        except (VerificationError, InvalidHashError):
            return False
    if text.startswith("$pbkdf2-"):
        _, name, cost, salt, value = text.split("$")
        rounds = int(cost.partition(",")[0].removeprefix("i="))
        expected = _bytes(value)
        digest = name.removeprefix("pbkdf2-")
        made = hashlib.pbkdf2_hmac(digest, data, _bytes(salt), rounds, len(expected))
        return hmac.compare_digest(made, expected)
    return bcrypt.checkpw(data[:BCRYPT_READS], text.encode())


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)
