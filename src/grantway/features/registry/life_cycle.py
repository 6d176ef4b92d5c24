"""The life of an application: in use or not, put away or not, scheduled to be deleted, gone.

What is disabled, archived or scheduled works again when that ends. An application that is scheduled for
deletion is locked; enabling it is the one thing that can be done with it, until it is purged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grantway.core.audit import THE_SERVER
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_LOCKED,
    RECORD_NOT_FOUND,
    Conflict,
    NotFound,
    PreconditionFailed,
)
from grantway.core.model import Application, Id, Instant
from grantway.core.policy import PURGE_DELAY
from grantway.core.ports import OrganizationDoor, Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_WRITE
from grantway.features.audit import Act, AuditLog
from grantway.features.registry.applications import require_power_over
from grantway.features.registry.containment import require_editable, require_unsuspended
from grantway.features.registry.stopping import with_ranks
from grantway.features.services import Services

PURGE_BATCH = 100

_Step = Callable[[Application, Instant], Application]


class LifeCycle:
    """Every step is one conditional write, so that of two at once exactly one is done.

    Each raises NotFound, Forbidden, PreconditionFailed for a version that is not the stored one, and
    Conflict for an application that is locked.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def enable(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, version: int
    ) -> Application:
        """Bring into use again what was disabled, or scheduled for deletion."""
        door, before = self._found(tx, caller, organization_id, application_id, version)
        step = _ranked(caller, lambda one, _: replace(one, state="enabled", purge_at=None), "state")
        return self._written(door, before, step)

    def disable(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, version: int
    ) -> Application:
        """Take out of use: it authenticates nowhere, and its tokens and origins stop at once."""
        door, before = self._unlocked(tx, caller, organization_id, application_id, version)
        step = _ranked(caller, lambda one, _: replace(one, state="disabled"), "state")
        return self._written(door, before, step)

    def archive(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, version: int
    ) -> Application:
        """Put away: out of use and out of sight."""
        door, before = self._unlocked(tx, caller, organization_id, application_id, version)
        require_editable(before)
        step = _ranked(caller, lambda one, now: replace(one, archived_at=one.archived_at or now), "archived")
        return self._written(door, before, step)

    def unarchive(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, version: int
    ) -> Application:
        """Take out again what was put away. It is as it was before."""
        door, before = self._unlocked(tx, caller, organization_id, application_id, version)
        step = _ranked(caller, lambda one, _: replace(one, archived_at=None), "archived")
        return self._written(door, before, step)

    def schedule_deletion(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, version: int
    ) -> Application:
        """Take out of use and lock, to be removed for good when the platform's delay is over."""
        door, before = self._unlocked(tx, caller, organization_id, application_id, version)
        require_editable(before)
        step = _ranked(
            caller,
            lambda one, now: replace(one, state="deletion_scheduled", purge_at=now + PURGE_DELAY),
            "state",
        )
        return self._written(door, before, step)

    def purge_due(self) -> int:
        """Remove for good what is scheduled and due, and say how many that were: a bounded step."""
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            due = tx.platform.due_applications(now=now, limit=PURGE_BATCH)
        return sum(self._purge(application_id, now) for application_id in due)

    def _purge(self, application_id: Id, now: Instant) -> bool:
        with self._services.store.begin() as tx:
            purged = tx.platform.purge_application(application_id, now=now)
            if purged is None:
                # Enabled again, or purged by another process, since it was listed.
                return False
            before = {
                "client_id": purged.client_id,
                "name": purged.name,
                "state": purged.state,
                # Who is to be told of it is known nowhere else from now on.
                "notification_addresses": list(purged.notification_addresses),
            }
            act = Act("application.purge", purged.id, purged.organization_id, before=before)
            self._log.record(tx, THE_SERVER, act)
            return True

    def _found(
        self, tx: Tx, caller: Caller, organization_id: Id, application_id: Id, version: int
    ) -> tuple[OrganizationDoor, Application]:
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        before = door.application(application_id)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        require_power_over(caller, before)
        require_unsuspended(caller, before)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        return door, before

    def _unlocked(
        self, tx: Tx, caller: Caller, organization_id: Id, application_id: Id, version: int
    ) -> tuple[OrganizationDoor, Application]:
        door, before = self._found(tx, caller, organization_id, application_id, version)
        if before.state == "deletion_scheduled":
            raise Conflict(RECORD_LOCKED)
        return door, before

    def _written(self, door: OrganizationDoor, before: Application, step: _Step) -> Application:
        """The record after the step; the same record where there was nothing to do."""
        now = self._services.clock.now()
        wanted = step(before, now)
        if wanted == before:
            return before
        written = door.update_application(replace(wanted, updated_at=now), version=before.version)
        if written is None:
            if door.application(before.id) is None:
                raise NotFound(RECORD_NOT_FOUND, "purged meanwhile")
            raise PreconditionFailed(RECORD_CHANGED)
        return written


def _ranked(caller: Caller, step: _Step, about: str) -> _Step:
    """The step, by somebody who may: it raises Forbidden where it undoes what a higher rank stopped."""
    return lambda one, now: with_ranks(caller, one, step(one, now), acts=frozenset({about}))
