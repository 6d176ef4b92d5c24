"""The transaction of one call: read alone, or counted, done at most once, and logged.

Whoever changes records from outside goes through here, whatever their request looked like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
import structlog

from grantway.core.identifiers import to_text
from grantway.core.ports import Tx
from grantway.edges.web.records.services import RecordFeatures
from grantway.features.access.callers import Caller
from grantway.features.idempotency import Attempted

T = TypeVar("T")

_log = structlog.get_logger("grantway.api")


class Transactions:
    """Runs the work of calls."""

    def __init__(self, features: RecordFeatures) -> None:
        self._features = features

    def reading(self, work: Callable[[Tx], T]) -> T:
        """Work that changes nothing."""
        with self._features.services.store.read() as tx:
            return work(tx)

    def writing(
        self,
        caller: Caller,
        work: Callable[[Tx], T],
        *,
        kept_as: type[T],
        attempted: Attempted | None,
        told: Mapping[str, str],
    ) -> T:
        """Work that changes something; with `attempted`, once, and its outcome is kept as such a value.

        `told` is what the log says of it beside the caller.
        """
        with self._features.services.store.begin() as tx:
            self._features.writes.require(tx, caller)
            if attempted is None:
                outcome = work(tx)
            else:
                kept = self._features.idempotency.once(
                    tx, caller, attempted, work=lambda: msgspec.msgpack.encode(work(tx))
                )
                outcome = msgspec.msgpack.decode(kept, type=kept_as)
        _log.info(
            "record_written",
            organization=to_text(caller.organization_id),
            application=to_text(caller.application_id or 0),
            user=to_text(caller.user_id or caller.service_account_id or 0),
            **told,
        )
        return outcome
