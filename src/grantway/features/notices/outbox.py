"""The outbox: what happens beside the requests, so that everybody is told who is to be told.

Every process runs it. What one does no other does, and what one leaves undone another does.
"""

from __future__ import annotations

from grantway.core.audit import THE_SERVER
from grantway.core.identifiers import to_text
from grantway.core.model import DAY, Instant
from grantway.core.notices import ExpiringSecret, time_text
from grantway.core.outgoing import Outside, Writer
from grantway.core.ports import Tx
from grantway.features.audit import Act, AuditLog
from grantway.features.notices.confirming import ASKED_KEPT
from grantway.features.notices.expanding import Expanding
from grantway.features.notices.sending import PATIENCE, Forms, Sending
from grantway.features.services import Services

INTERVAL = 0.5
"""Seconds between two looks at what is due."""
EVENTS_AT_ONCE = 50
KEPT: Instant = 30 * DAY
"""How long is remembered what was told to whom."""
WARNINGS = (1, 7, 30)
"""How many days before its end somebody is told of a secret; the nearest first, which spares the others."""
BATCH = 200


class Outbox:
    """Expands events, sends what is due, and forgets what is over."""

    def __init__(self, services: Services, outside: Outside, writer: Writer, forms: Forms) -> None:
        self._services = services
        self._expanding = Expanding(services, has_mail=outside.mailer is not None)
        self.lanes = Sending(services, outside, writer, forms).lanes()
        self._log = AuditLog(services)

    def expand(self) -> int:
        """Make deliveries of some events; of how many. Writes nothing while there are none."""
        with self._services.store.read() as tx:
            if not tx.platform.is_event_new():
                return 0
        return self._expanding.step(limit=EVENTS_AT_ONCE)

    def step(self) -> int:
        """Do some of what is due and wait for it; how much that was. Raises Unavailable.

        A server leads each lane by a thread of its own, so that none waits for the other.
        """
        done = self.expand()
        done += sum(lane.step() for lane in self.lanes)
        for lane in self.lanes:
            lane.settle()
        return done

    def stop(self) -> None:
        """Begin nothing more."""
        for lane in self.lanes:
            lane.stop()

    def keep_house(self) -> int:
        """Warn of secrets that end, give up what was tried for long, and forget: a bounded step."""
        store, now = self._services.store, self._services.clock.now()
        warned = sum(self._warn(days, now) for days in WARNINGS)
        with store.begin() as tx:
            tx.platform.give_up_deliveries(before=now - PATIENCE)
        with store.begin() as tx:
            tx.platform.delete_events(before=now - KEPT, limit=BATCH)
        with store.begin() as tx:
            tx.platform.delete_unconfirmed_addresses(before=now - ASKED_KEPT, limit=BATCH)
        with store.begin() as tx:
            tx.platform.delete_orphaned_webhooks()
        return warned

    def _warn(self, days: int, now: Instant) -> int:
        with self._services.store.begin() as tx:
            claimed = tx.platform.claim_expiring(now=now, within=days * DAY, days=days, limit=BATCH)
            for secret in claimed:
                self._tell(tx, secret)
            return len(claimed)

    def _tell(self, tx: Tx, secret: ExpiringSecret) -> None:
        told = {
            "application_id": to_text(secret.application_id),
            "label": secret.label,
            "hint": secret.hint,
            "expires_at": time_text(secret.expires_at),
        }
        act = Act("secret.expire_soon", secret.credential_id, secret.owner_id, after=told)
        self._log.record(tx, THE_SERVER, act)
