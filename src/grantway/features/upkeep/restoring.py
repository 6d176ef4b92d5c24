"""After an older copy of the database took the place of a newer one: nothing that was issued counts any more.

Old epochs came back with it, and so would every token that was revoked since (decision 0006). Secrets of
clients, passwords and consents cannot be told apart from what is right: whoever restores is told of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.audit import AT_THE_MACHINE, AuditEntry, AuditQuery
from grantway.core.model import Instant
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services
from grantway.features.upkeep.key_rotation import lock

MOST_ACTS = 10_000
"""How many of the newest acts of a replaced database are compared."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored database is: until when it tells of acts, and the signing keys that were withdrawn."""

    told_until: Instant | None
    withdrawn: tuple[str, ...]
    undone: tuple[AuditEntry, ...]
    """Acts of the database that was replaced which this one does not know, the newest first."""


class Restoring:
    """Ends what an older copy revived."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def acts(self) -> tuple[AuditEntry, ...]:
        """The newest acts of a database that is about to be replaced."""
        with self._services.store.read() as tx:
            return tx.platform.audit(AuditQuery(limit=MOST_ACTS))

    def finish(self, replaced: tuple[AuditEntry, ...]) -> Restored:
        """Withdraw all keys but the peppers, and with them tokens, codes, sessions and links.

        The start of a server, and `Bootstrap`, make new keys. `replaced` are the acts of the former database.
        """
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            lock(tx, "keys", now=now)
            known = tx.platform.audit(AuditQuery(limit=MOST_ACTS))
            withdrawn = tx.platform.withdraw_all_that_was_issued(now=now)
            told_until = known[0].at if known else None
            act = Act("server.restore", "server", after={"told_until": told_until, "keys": sorted(withdrawn)})
            self._log.record(tx, AT_THE_MACHINE, act)
        ids = {one.id for one in known}
        undone = tuple(
            one for one in replaced if one.id not in ids and (told_until is None or one.at >= told_until)
        )
        return Restored(told_until, withdrawn, undone)
