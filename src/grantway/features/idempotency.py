"""A create that is sent twice happens once: the answer is kept sealed for ten minutes (product §7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grantway.core.errors import IDEMPOTENCY_REUSED, IDEMPOTENCY_SPENT, Conflict
from grantway.core.model import DAY, MINUTE, Artifact, Instant
from grantway.core.ports import Clock, Tx
from grantway.core.secrets import digest, same
from grantway.features.access.callers import Caller
from grantway.features.keys.sealing import Sealer

MARK = "idempotency"
ANSWER = "idempotent_answer"
ANSWER_LIFETIME: Instant = 10 * MINUTE
MARK_LIFETIME: Instant = DAY
"""How long a key is known to be used; after its answer is gone, using it again is refused."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """A request as its sender numbered it: the key, and a hash of everything that was asked."""

    key: str
    request: bytes


class Idempotency:
    """Does a piece of work at most once per caller and key, inside the caller's transaction."""

    def __init__(self, sealer: Sealer, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def once(self, tx: Tx, caller: Caller, attempted: Attempted, *, work: Callable[[], bytes]) -> bytes:
        """The answer of `work`, or the one that the same request got before. Raises Conflict.

        The mark goes in first: of two requests at once the second waits for the first one's end, and
        work that raises takes its mark with it.
        """
        now = self._clock.now()
        who = caller.user_id or caller.service_account_id
        name = digest(f"{caller.organization_id}|{caller.application_id}|{who}|{attempted.key}")
        mark = self._artifact(MARK, name, attempted.request, expires_at=now + MARK_LIFETIME)
        if not tx.gate.put_artifact(mark):
            return self._former(tx, name, attempted.request, now)
        answer = work()
        sealed = self._sealer.seal(_purpose(name), answer)
        tx.gate.put_artifact(self._artifact(ANSWER, name, sealed, expires_at=now + ANSWER_LIFETIME))
        return answer

    def _former(self, tx: Tx, name: bytes, request: bytes, now: Instant) -> bytes:
        mark = tx.gate.artifact(MARK, name, now=now)
        if mark is not None and not same(mark.payload, request):
            raise Conflict(IDEMPOTENCY_REUSED)
        answer = tx.gate.artifact(ANSWER, name, now=now)
        if mark is None or answer is None:
            raise Conflict(IDEMPOTENCY_SPENT)
        return self._sealer.open(_purpose(name), answer.payload)

    def _artifact(self, kind: str, name: bytes, payload: bytes, *, expires_at: Instant) -> Artifact:
        return Artifact(
            kind=kind, key=name, payload=payload, created_at=self._clock.now(), expires_at=expires_at
        )


def _purpose(name: bytes) -> str:
    return f"idempotency:{name.hex()}"
