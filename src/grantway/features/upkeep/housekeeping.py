"""Clearing away what no request will ask for again, in small steps that every process may do at once.

The audit log is not among it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from grantway.core.access_keys import KEPT_AFTER_END
from grantway.core.activity import KEPT_DAYS, day_of
from grantway.core.budgets import day_at
from grantway.core.inviting import INVITATIONS_KEPT
from grantway.core.model import DAY, HOUR, SECOND, Instant
from grantway.core.policy import LONGEST_ACCESS_TOKEN
from grantway.core.refusals import KEPT as REFUSALS_KEPT
from grantway.core.sign_ins import KEPT_FOR
from grantway.features.authorize import pending
from grantway.features.services import Services
from grantway.features.upkeep.key_rotation import KeyRotation
from grantway.features.upkeep.resealing import Resealing

BATCH = 500
"""Rows that one step deletes of each kind, so that no step holds locks for long."""

ATTEMPTS_KEPT: Instant = 2 * HOUR
GRANTS_KEPT: Instant = LONGEST_ACCESS_TOKEN * SECOND + DAY
"""A revoked grant is remembered for as long as a token of it can be presented."""
ARTIFACTS_KEPT: Instant = HOUR
REQUESTS_KEPT: Instant = HOUR
CHANGES_KEPT = 100_000
"""Lines of the change feed. A process that slept past more of them reads everything anew."""
USAGE_KEPT: Instant = 92 * DAY
"""How long it is told how many minutes of which day somebody used. Days of all zones are over long before."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one step did."""

    artifacts: int
    grants: int
    attempts: int
    changes: int
    keys: int
    rotated: int
    purged: int
    resealed: int = 0
    usage: int = 0
    requests: int = 0
    sessions: int = 0
    """Ends of sessions that nothing stood on any more."""
    invitations: int = 0
    warned: int = 0
    """Secrets of which somebody was told that they end soon."""
    sign_ins: int = 0
    devices: int = 0
    access_keys: int = 0
    refusals: int = 0
    activity: int = 0

    @property
    def is_more(self) -> bool:
        """Whether the next step would find something to delete."""
        lines = (
            self.artifacts,
            self.grants,
            self.attempts,
            self.usage,
            self.requests,
            self.sessions,
            self.invitations,
            self.sign_ins,
            self.devices,
            self.access_keys,
            self.refusals,
            self.activity,
        )
        return any(count >= BATCH for count in lines) or self.resealed > 0


class Housekeeping:
    """One bounded step at a time. Each kind is a transaction of its own."""

    def __init__(
        self,
        services: Services,
        rotation: KeyRotation,
        purge_applications: Callable[[], int],
        keep_notices: Callable[[], int],
    ) -> None:
        self._services = services
        self._rotation = rotation
        self._purge_applications = purge_applications
        self._keep_notices = keep_notices
        self._resealing = Resealing(services)

    def step(self) -> Swept:
        """Delete what is over, and rotate a signing key whose time has come. Raises Unavailable."""
        store, now = self._services.store, self._services.clock.now()
        with store.begin() as tx:
            # Strangers can make as many waiting requests as their room holds, so that they go soon counts.
            artifacts = tx.platform.delete_expired_artifacts(
                before=now - ARTIFACTS_KEPT, limit=BATCH, sooner=(pending.KIND, now - pending.WAITING)
            )
        with store.begin() as tx:
            grants = tx.platform.delete_expired_grants(before=now - GRANTS_KEPT, limit=BATCH)
        with store.begin() as tx:
            # After the grants: the end of a session is remembered as long as anything stands on it.
            sessions = tx.platform.delete_ended_sessions(before=now - GRANTS_KEPT, limit=BATCH)
        with store.begin() as tx:
            attempts = tx.platform.delete_attempts(before=now - ATTEMPTS_KEPT, limit=BATCH)
        with store.begin() as tx:
            changes = tx.platform.delete_changes(keep=CHANGES_KEPT)
        oldest = day_at(now - USAGE_KEPT, UTC).date.isoformat()
        with store.begin() as tx:
            usage = tx.platform.delete_usage(before=oldest, limit=BATCH)
        with store.begin() as tx:
            requests = tx.platform.delete_requests(before=now - REQUESTS_KEPT, limit=BATCH)
        with store.begin() as tx:
            invitations = tx.platform.delete_invitations(before=now - INVITATIONS_KEPT, limit=BATCH)
            sign_ins = tx.platform.delete_sign_ins(before=now - KEPT_FOR, limit=BATCH)
            devices = tx.platform.delete_device_requests(before=now - ARTIFACTS_KEPT, limit=BATCH)
            access_keys = tx.platform.delete_access_keys(before=now - KEPT_AFTER_END, limit=BATCH)
        with store.begin() as tx:
            refusals = tx.platform.delete_refusals(before=now - REFUSALS_KEPT, limit=BATCH)
            first = day_of(now // DAY - KEPT_DAYS)
            activity = tx.platform.delete_activity(before=first, limit=BATCH)
        keys = self._rotation.delete_ended()
        rotated = len(self._rotation.rotate_aged())
        return Swept(
            artifacts=artifacts,
            grants=grants,
            attempts=attempts,
            changes=changes,
            keys=keys,
            rotated=rotated,
            purged=self._purge_applications(),
            resealed=self._resealing.step(),
            usage=usage,
            requests=requests,
            sessions=sessions,
            invitations=invitations,
            warned=self._keep_notices(),
            sign_ins=sign_ins,
            devices=devices,
            access_keys=access_keys,
            refusals=refusals,
            activity=activity,
        )
