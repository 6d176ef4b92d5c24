"""Ids that a plan tells and the apply gives: drawn from a seed that goes with the plan.

Ids are names and no secrets. Whatever is one comes from the system's own source in any case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from grantway.core.identifiers import MAXIMUM_ID
from grantway.core.model import Id
from grantway.core.ports import Entropy
from grantway.features.declarations.planning import Plan, Step

SEED = 16
DIGEST = 16
CLIENT_ID = 18
"""Bytes of each."""


@dataclass(frozen=True, slots=True)
class PlanToken:
    """What a plan can be asked for again by: the seed of its ids, and a digest of its steps."""

    seed: bytes
    digest: bytes

    def __str__(self) -> str:
        return (self.seed + self.digest).hex()

    @staticmethod
    def read(text: str) -> PlanToken | None:
        """The token of a text; None for what is none."""
        try:
            whole = bytes.fromhex(text)
        except ValueError:
            return None
        return PlanToken(whole[:SEED], whole[SEED:]) if len(whole) == SEED + DIGEST else None


class PlannedEntropy:
    """Ids out of a seed, in the order in which they are asked for."""

    def __init__(self, seed: bytes, entropy: Entropy) -> None:
        self._seed = seed
        self._entropy = entropy
        self._drawn = 0

    def token_bytes(self, count: int) -> bytes:
        """Bytes of a client id from the seed; all others from the system's source."""
        return self._next(count) if count == CLIENT_ID else self._entropy.token_bytes(count)

    def new_id(self) -> Id:
        """A record id in 1..2^53-1."""
        while True:
            identifier = int.from_bytes(self._next(8), "big") & MAXIMUM_ID
            if identifier:
                return identifier

    def _next(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.blake2b(self._drawn.to_bytes(8, "big"), key=self._seed, digest_size=count).digest()


def digest_of(plans: Iterable[Plan]) -> bytes:
    """A digest of what plans do: another world, or another file, has another one."""
    steps = [[plan.organization, [_told(one) for one in plan.steps]] for plan in plans]
    text = json.dumps(steps, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=DIGEST).digest()


def _told(step: Step) -> list[Any]:
    """A step without who changed what before: that alters nothing of what is done."""
    members = [[one.name, one.before, one.after, one.waits] for one in step.members]
    return [step.action, step.kind, step.name, step.id, members]
