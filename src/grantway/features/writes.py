"""How much one organization may change in an hour.

Every change leaves a line in the log that nobody deletes, and most leave an event beside it. Each kind of
record has a bound of its own; what is made and ended in a loop is bounded here, whatever it is.
"""

from __future__ import annotations

from grantway.core.errors import LIMIT_WRITES, DomainError
from grantway.core.identifiers import to_text
from grantway.core.model import HOUR
from grantway.core.ports import Attempt, Tx
from grantway.features.access.callers import Caller
from grantway.features.services import Services

MOST_WRITES = 5_000
"""Changes by members and programs of one organization in an hour, by the management API."""


class Writes:
    """Counts changes, each in its own transaction: what is refused or rolled back counts for nothing."""

    def __init__(self, services: Services, most: int = MOST_WRITES) -> None:
        self._services = services
        self._most = most

    def require(self, tx: Tx, caller: Caller) -> None:
        """Count one more. Operators are not bounded. Raises DomainError."""
        if caller.is_platform:
            return
        attempt = Attempt(f"writes.{to_text(caller.organization_id)}", self._most, HOUR)
        if not tx.gate.count_attempt(attempt, now=self._services.clock.now()):
            raise DomainError(LIMIT_WRITES)
