"""Pending versions: what makers want of an application that was approved, judged by operators.

The tag of an application is the tag of what waits of it, too: each write of the one is a write of the other.
So what is approved is exactly what was read, and an edit that comes in between is met by nobody's approval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_LOCKED,
    REVIEW_NOTHING_WAITS,
    Conflict,
    PreconditionFailed,
)
from grantway.core.model import Application, Id
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.publication import Decision
from grantway.core.reviewing import PendingVersion
from grantway.features.access.callers import Caller, Permission, enter_platform
from grantway.features.access.permissions import APPLICATIONS_WRITE, PLATFORM
from grantway.features.registry.applications import Applications, require_power_over
from grantway.features.registry.publication import (
    Publications,
    Rejection,
    Target,
    judge_rejection,
    target_found,
)
from grantway.features.registry.records import rewritten
from grantway.features.registry.reviewing import step_of, wanted_of
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class _Found:
    door: OrganizationDoor
    before: Application
    pending: PendingVersion


class PendingVersions:
    """Withdrawing for makers, deciding for operators.

    Each step raises NotFound, Forbidden, PreconditionFailed, Invalid, and Conflict for an application
    that is locked or of which nothing waits.
    """

    def __init__(self, services: Services, applications: Applications, publications: Publications) -> None:
        self._services = services
        self._applications = applications
        self._publications = publications

    def of(self, tx: Tx, application: Application) -> PendingVersion | None:
        """What waits of an application that the caller has read."""
        return tx.organization(application.organization_id).pending_version(application.id)

    def of_page(self, tx: Tx, organization_id: Id, page: Iterable[Application]) -> dict[Id, PendingVersion]:
        """What waits of the applications of a page, in one reading."""
        ids = sorted(one.id for one in page)
        found = tx.organization(organization_id).pending_versions(ids[0], ids[-1]) if ids else ()
        return {one.application_id: one for one in found}

    def of_queue(
        self, tx: Tx, caller: Caller, page: Iterable[Application], *, publication: str
    ) -> dict[Id, PendingVersion]:
        """For operators: the same of applications of everybody, in a state of publication or any."""
        desk = enter_platform(tx, caller, PLATFORM)
        ids = sorted(one.id for one in page)
        if not ids:
            return {}
        found = desk.pending_of_all(first=ids[0], last=ids[-1], publication=publication)
        return {one.application_id: one for one in found}

    def queue(self, tx: Tx, caller: Caller, *, page: Page) -> tuple[Application, ...]:
        """For operators: the applications of everybody of which something waits."""
        desk = enter_platform(tx, caller, PLATFORM)
        return desk.waiting_applications(after=page.after, limit=page.limit)

    def withdraw(self, tx: Tx, caller: Caller, target: Target) -> Application:
        """Take back what waits. What was approved stays as it is."""
        found = self._found(tx, caller, APPLICATIONS_WRITE, target)
        require_power_over(caller, found.before)
        return self._dropped(caller, found, "pending_withdrawn")

    def reject(self, tx: Tx, caller: Caller, target: Target, *, rejection: Rejection) -> Application:
        """For operators: say why it does not become so. What was approved stays as it is."""
        enter_platform(tx, caller, PLATFORM)
        found = self._found(tx, caller, PLATFORM, target)
        judge_rejection(rejection)
        return self._dropped(caller, found, "pending_rejected", rejection)

    def approve(self, tx: Tx, caller: Caller, target: Target) -> Application:
        """For operators: what waits becomes what is, judged as if it were new.

        The catalogue may have changed since it was asked for.
        """
        enter_platform(tx, caller, PLATFORM)
        found = self._found(tx, caller, PLATFORM, target)
        door, before = found.door, found.before
        preset = self._applications.preset_of(before)
        draft = wanted_of(before, found.pending.members)
        asked = found.pending.members
        whole = self._applications.judged(
            tx, caller, draft, preset=preset, place=door.read(), before=before, asked=asked
        )
        step = step_of(self._services, caller, before.id, "pending_approved")
        wanted = rewritten(before, whole, now=step.at, match=preset.redirect_match)
        written = door.update_application(wanted, version=before.version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        door.drop_pending_version(before.id)
        self._applications.follow(tx, door, before, written)
        self._publications.approved(tx, caller, door, written, step)
        return written

    def _dropped(
        self, caller: Caller, found: _Found, decision: Decision, rejection: Rejection | None = None
    ) -> Application:
        step = step_of(self._services, caller, found.before.id, decision)
        if rejection is not None:
            step = replace(step, reasons=tuple(sorted(rejection.reasons)), text=rejection.text)
        # A write of the application itself, so that a version that nobody read is not dropped unseen.
        wanted = replace(found.before, updated_at=step.at)
        written = found.door.update_application(wanted, version=found.before.version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        found.door.drop_pending_version(found.before.id)
        found.door.insert_publication_step(step)
        return written

    def _found(self, tx: Tx, caller: Caller, permission: Permission, target: Target) -> _Found:
        door, before = target_found(tx, caller, permission, target)
        if before.state == "deletion_scheduled":
            raise Conflict(RECORD_LOCKED)
        pending = door.pending_version(before.id)
        if pending is None:
            raise Conflict(REVIEW_NOTHING_WAITS)
        return _Found(door, before, pending)
