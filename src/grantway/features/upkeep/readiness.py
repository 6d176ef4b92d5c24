"""Whether this process can serve: what a balancer asks every few seconds, and anybody may."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from grantway.core.model import MINUTE, Artifact
from grantway.core.ports import Unavailable
from grantway.features.keys.sealing import SealBroken
from grantway.features.services import Services

PROBE_SECONDS = 5.0
"""How long one look at the database is believed, whoever asks."""
PROBE_BYTES = 16_384
"""More than a page holds, so that a full disk is seen before a request meets it."""

_KIND = "probe"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Found:
    database: bool = False
    writes: bool = False
    keys: bool = False


class Readiness:
    """Looks at the database at most every five seconds, in one thread; the others are told."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._found = _Found()
        self._looked_at: float | None = None
        self._looking = threading.Lock()

    def checks(self) -> Mapping[str, bool]:
        """What requests need: the database, room to write in it, keys that open, and a feed that is read."""
        if self._looking.acquire(blocking=self._looked_at is None):
            try:
                self._look()
            finally:
                self._looking.release()
        found = self._found
        return {
            "database": found.database,
            "writes": found.writes,
            "keys": found.keys,
            "change_feed": self._services.directory.is_fresh,
        }

    def _look(self) -> None:
        now = self._services.clock.monotonic()
        if self._looked_at is not None and now - self._looked_at < PROBE_SECONDS:
            return
        has_keys = self._has_keys()
        database = has_keys is not None
        self._found = _Found(database, database and self._can_write(), has_keys is True)
        self._looked_at = now

    def _has_keys(self) -> bool | None:
        """Whether keys open; None where the database does not even answer."""
        services = self._services
        try:
            with services.store.read() as tx:
                tx.gate.feed_position()
            return bool(services.directory.keys().signing)
        except Unavailable:
            return None
        except SealBroken:
            return False

    def _can_write(self) -> bool:
        """Whether a record of some size can be written. It is deleted in the same transaction."""
        services = self._services
        now = services.clock.now()
        entropy = services.entropy
        probe = Artifact(
            kind=_KIND,
            key=entropy.token_bytes(_KEY_BYTES),
            # Random, because a database may keep what repeats itself in a few bytes.
            payload=entropy.token_bytes(PROBE_BYTES),
            created_at=now,
            expires_at=now + MINUTE,
            subject=entropy.new_id(),
        )
        try:
            with services.store.begin() as tx:
                tx.gate.put_artifact(probe)
                tx.gate.delete_artifacts_of_subject(_KIND, probe.subject or 0)
        except Unavailable:
            return False
        return True
