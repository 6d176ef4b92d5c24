"""Device requests (RFC 8628): what a device without a browser waits for, and how its codes look.

A device asks for two codes. It keeps the long one and shows the short one, the *user code*, which a person
types into a browser of theirs. Whoever decides there, decides for whoever holds the long one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grantway.core.model import MINUTE, Id, Instant

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
KIND = "device"
"""The kind of artifact that an allowed request becomes: what its device code is redeemed for."""
LIFETIME: Instant = 15 * MINUTE
"""How long both codes work (D80)."""
INTERVAL = 5
"""Seconds that a device waits between two questions, unless it is told to wait longer (§3.2)."""
SLOWER = 5
"""Seconds by which a question that comes too soon lengthens the interval, for good (§3.5)."""
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters of user codes: no vowels, so that they make no words; nothing that looks like a digit (§6.1)."""
LENGTH = 8
_LONGEST_TYPED = 40

DeviceState: TypeAlias = Literal["waiting", "allowed", "denied"]


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """One request of a device. Both codes are stored as hashes only.

    `interval` is in seconds; before `next_poll_at` no question counts as one in time.
    """

    key: bytes
    user_key: bytes
    application_id: Id
    mount: str
    dialect: str
    scopes: tuple[str, ...] | None
    resources: tuple[str, ...]
    created_at: Instant
    expires_at: Instant
    interval: int
    next_poll_at: Instant
    state: DeviceState = "waiting"


@dataclass(frozen=True, slots=True)
class Poll:
    """A question of a device, and whether it came too soon."""

    request: DeviceRequest
    is_early: bool


class DeviceKeeper(Protocol):
    """Where device requests are kept. Each step is one statement, or two of which one changes something."""

    def put_device_request(self, request: DeviceRequest) -> bool:
        """Insert, false if one of its codes is taken."""

    def device_request(self, user_key: bytes, *, now: Instant) -> DeviceRequest | None:
        """The unexpired request of a user code, whatever was decided about it."""

    def device_request_of(self, key: bytes, *, now: Instant) -> DeviceRequest | None:
        """The unexpired request of a device code's hash, whatever was decided about it."""

    def poll_device_request(
        self, key: bytes, *, application_id: Id, dialect: str, now: Instant
    ) -> Poll | None:
        """Count a question of the device, by its own application; None for what is not known to it."""

    def decide_device_request(self, key: bytes, state: DeviceState, *, now: Instant) -> DeviceRequest | None:
        """Decide about a waiting, unexpired request: one conditional update; None for the loser."""


class DeviceSweeping(Protocol):
    """Forgetting what is over."""

    def delete_device_requests(self, *, before: Instant, limit: int) -> int:
        """Delete requests whose time was over before then, a limited number; how many there were."""


def new_user_code(draw: Callable[[int], bytes]) -> str:
    """Eight letters, each as likely as any other. `draw` gives so many random bytes."""
    found = ""
    fair = 256 - 256 % len(LETTERS)
    while len(found) < LENGTH:
        found += "".join(LETTERS[one % len(LETTERS)] for one in draw(2 * LENGTH) if one < fair)
    return found[:LENGTH]


def spelled(user_code: str) -> str:
    """A user code as it is shown: two groups, which are read out and typed more easily (D81)."""
    return f"{user_code[:4]}-{user_code[4:]}"


def read_user_code(text: str) -> str | None:
    """The user code that somebody typed, whatever its case, spaces and hyphens; None: it cannot be one."""
    if len(text) > _LONGEST_TYPED:
        return None
    typed = "".join(sign for sign in text.upper() if sign not in " -\u2010\u2011\u2012\u2013\u00a0\t")
    return typed if len(typed) == LENGTH and set(typed) <= set(LETTERS) else None
