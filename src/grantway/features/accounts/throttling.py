"""How often a password may be tried, and by whom, without shutting out the person it belongs to.

Every attempt is counted before it is evaluated, so parallel attempts cannot slip under a limit. The
buckets are told apart by where an attempt comes from: what strangers use up elsewhere is never taken
from the holder's own network, and a browser that signed in to the account before has a bucket of its
own (docs/security/sign-in.md gives the numbers and their reasons).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from grantway.core.model import HOUR, MINUTE, Instant
from grantway.core.networks import network_of, wide_network_of
from grantway.core.ports import Attempt, Gate
from grantway.core.secrets import decode, encode, same

WINDOW: Instant = 15 * MINUTE
ACCOUNT_FROM_NETWORK = 10
"""Attempts on one account from one network in a window, from browsers that are strangers to it."""
ACCOUNT_FROM_NETWORK_UNDER_ATTACK = 3
"""The same, while strangers everywhere try the account more often than its holder ever would."""
ACCOUNT_FROM_DEVICE = 10
"""Attempts on one account in a window from one browser that signed in to it before."""
NETWORK = 300
"""Attempts on all accounts from one network in a window, from browsers that are strangers to them."""
ATTACK = 100
ATTACK_WINDOW: Instant = HOUR

_NONCE = 16
_MARK = 16
_MARKS_KEPT = 4
_LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class Source:
    """Who tries: the peer's address, and the device cookie if the browser sent one.

    `browser` is what it is in words of ours, for the person to read; nothing is decided by it.
    """

    address: str
    device: str | None = None
    browser: str = ""


class Throttle:
    """The buckets of sign-in attempts, named by keyed hashes so that they disclose no address."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def admits(self, gate: Gate, account: str, source: Source, *, now: Instant) -> bool:
        """Count an attempt; false if it may not be evaluated."""
        nonce = self.known_device(account, source.device)
        if nonce is not None:
            attempt = Attempt(self._device_bucket(account, nonce), ACCOUNT_FROM_DEVICE, WINDOW)
            return gate.count_attempt(attempt, now=now)
        wide = Attempt(self._bucket("network", wide_network_of(source.address)), NETWORK, WINDOW)
        if not gate.count_attempt(wide, now=now):
            return False
        everywhere = Attempt(self._bucket("account", _folded(account)), ATTACK, ATTACK_WINDOW)
        is_calm = gate.count_attempt(everywhere, now=now)
        limit = ACCOUNT_FROM_NETWORK if is_calm else ACCOUNT_FROM_NETWORK_UNDER_ATTACK
        return gate.count_attempt(Attempt(self._own_bucket(account, source), limit, WINDOW), now=now)

    def clear(self, gate: Gate, account: str, source: Source) -> None:
        """Forget the holder's own attempts after a success; what others share is not forgotten."""
        nonce = self.known_device(account, source.device)
        own = self._own_bucket(account, source) if nonce is None else self._device_bucket(account, nonce)
        gate.clear_attempts(own)

    def failure_buckets(self, account: str, source: Source) -> tuple[str, str, str]:
        """In what failures are counted so that they are told seldom: by account, by network, and all."""
        return (
            self._bucket("failures of account", _folded(account)),
            self._bucket("failures of network", wide_network_of(source.address)),
            self._bucket("failures"),
        )

    def device_after_success(self, account: str, device: str | None, *, fresh: bytes) -> str:
        """The device cookie that also knows this account. `fresh` is 16 random bytes."""
        nonce, marks = self._read_device(device)
        if nonce is None:
            nonce = encode(fresh[:_NONCE])
        mark = self._mark(account, nonce)
        kept = [mark, *(one for one in marks if not same(one, mark))][:_MARKS_KEPT]
        return ".".join((nonce, *kept))

    def known_device(self, account: str, device: str | None) -> str | None:
        """The name of the device, if its cookie is ours and it signed in to the account before."""
        nonce, marks = self._read_device(device)
        if nonce is None:
            return None
        mark = self._mark(account, nonce)
        return nonce if any(same(one, mark) for one in marks) else None

    def _read_device(self, device: str | None) -> tuple[str | None, tuple[str, ...]]:
        if device is None or len(device) > _LONGEST_DEVICE or not device.isascii():
            return None, ()
        nonce, *marks = device.split(".")
        try:
            is_nonce = len(decode(nonce)) == _NONCE
        except ValueError:
            is_nonce = False
        return (nonce, tuple(marks[:_MARKS_KEPT])) if is_nonce else (None, ())

    def _mark(self, account: str, nonce: str) -> str:
        return encode(self._keyed("device mark", nonce, _folded(account))[:_MARK])

    def _own_bucket(self, account: str, source: Source) -> str:
        return self._bucket("account and network", _folded(account), network_of(source.address))

    def _device_bucket(self, account: str, nonce: str) -> str:
        return self._bucket("account and device", _folded(account), nonce)

    def _bucket(self, *parts: str) -> str:
        return "sign-in." + encode(self._keyed(*parts)[:_MARK])

    def _keyed(self, *parts: str) -> bytes:
        text = "\x00".join(("throttle", *parts))
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")


def _folded(account: str) -> str:
    """One bucket for all spellings that could be the same address."""
    return account.casefold()
