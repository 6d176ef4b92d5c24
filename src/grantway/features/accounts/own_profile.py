"""What a signed-in person tells of themself: everything but what others go by.

The address, and the name that relying parties may take for an identifier, are given by operators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grantway.core.audit import Actor
from grantway.core.errors import PROFILE_CHANGED, PROFILE_TOO_OFTEN, Refused
from grantway.core.messages import Session
from grantway.core.model import HOUR
from grantway.core.ports import Attempt
from grantway.features.accounts.users import OF_PEOPLE, Users, changed_by
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services

CHANGES_AN_HOUR = 30
OWN: tuple[str, ...] = tuple(name for name in OF_PEOPLE if name != "preferred_username")
"""What people change themselves."""


class OwnProfile:
    """Changes of one's own profile."""

    def __init__(self, services: Services, users: Users) -> None:
        self._services = services
        self._users = users
        self._log = AuditLog(services)

    def change(
        self, session: Session, changes: Mapping[str, Any], *, version: int, address: str | None
    ) -> tuple[str, ...] | Refused:
        """Save it; the names of what is another now. Raises Invalid.

        The log tells these names and not what was said. Saving what stands there already writes nothing.
        """
        own = {name: value for name, value in changes.items() if name in OWN}
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            before = tx.gate.user(session.user_id)
            if before is None or before.version != version:
                return Refused(PROFILE_CHANGED)
            changed = changed_by(before, own)
            if not changed:
                return ()
            attempt = Attempt(f"profile.{session.user_id}", CHANGES_AN_HOUR, HOUR)
            if not tx.gate.count_attempt(attempt, now=now):
                return Refused(PROFILE_TOO_OFTEN)
            written = self._users.write(tx, before, own)
            if written is None:
                return Refused(PROFILE_CHANGED)
            actor = Actor("user", before.id, address=address)
            act = Act("user.change_profile", before.id, after={"changed": list(changed)})
            self._log.record(tx, actor, act)
            return changed
