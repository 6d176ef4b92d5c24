"""What is told of signing keys: which there are, and what each does now. Never what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

from grantway.core.model import Instant, SigningKey
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller, enter_platform
from grantway.features.access.permissions import PLATFORM

KeyState: TypeAlias = Literal["announced", "in use", "ending", "retired", "withdrawn"]
STATES: tuple[KeyState, ...] = get_args(KeyState)


def listed_for(tx: Tx, caller: Caller) -> tuple[SigningKey, ...]:
    """For operators: every key, in the order of rings and algorithms. Raises Forbidden."""
    enter_platform(tx, caller, PLATFORM)
    return in_order(tx.gate.signing_keys())


def in_order(keys: Iterable[SigningKey]) -> tuple[SigningKey, ...]:
    """By rings and algorithms, the newest of each first."""
    return tuple(sorted(keys, key=lambda key: (key.mount, key.algorithm, -key.use_from)))


def state_of(key: SigningKey, now: Instant) -> KeyState:
    """What a key does at a time: it is published only, signs, signs until it is retired, or has ended."""
    if key.withdrawn_at is not None:
        return "withdrawn"
    if key.retire_at is not None and key.retire_at <= now:
        return "retired"
    if key.use_from > now:
        return "announced"
    return "in use" if key.retire_at is None else "ending"
