"""Containment: operators suspend applications and organizations, and nobody else lifts that.

A suspension stands beside the life cycle. Everything that a disabled application or organization may not
do, a suspended one may not do either (`is_usable`, `is_active`); its owners read it and why, and change
nothing of a suspended application. Operators still can: what they contain, they may also narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from grantway.core import errors
from grantway.core.containment import Suspension
from grantway.core.errors import (
    RECORD_BUILT_IN,
    RECORD_CHANGED,
    RECORD_NOT_FOUND,
    RECORD_PLATFORM,
    RECORD_SUSPENDED,
    Conflict,
    NotFound,
    PreconditionFailed,
)
from grantway.core.model import Application, Id, Organization
from grantway.core.ports import PlatformDoor, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter_platform
from grantway.features.access.permissions import PLATFORM
from grantway.features.fields import Findings
from grantway.features.services import Services

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Contained:
    """What is suspended or lifted, as the operator read it: an application, or else the organization."""

    organization_id: Id
    version: int
    application_id: Id | None = None


def require_unsuspended(caller: Caller, application: Application) -> None:
    """A suspended application is locked for everybody but operators. Raises Conflict."""
    if application.suspended_at is not None and not caller.is_platform:
        raise Conflict(RECORD_SUSPENDED)


def require_editable(application: Application) -> None:
    """What is part of the server is stopped and started, and nothing else. Raises Conflict."""
    if application.is_built_in:
        raise Conflict(RECORD_BUILT_IN)


class Containment:
    """Raises Forbidden, NotFound, PreconditionFailed, Invalid, and Conflict for the platform itself."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def suspend_application(self, tx: Tx, caller: Caller, it: Contained, *, reason: str) -> Application:
        """Stop an application at once, until an operator lifts that. Again: another reason."""
        desk, before = self._application(tx, caller, it)
        return _written(desk.suspend_application(before, self._suspension(caller, reason)))

    def lift_application(self, tx: Tx, caller: Caller, it: Contained) -> Application:
        """End the suspension: the application is as its owners left it."""
        desk, before = self._application(tx, caller, it)
        if before.suspended_at is None:
            return before
        return _written(desk.lift_application(before, now=self._services.clock.now()))

    def suspend_organization(self, tx: Tx, caller: Caller, it: Contained, *, reason: str) -> Organization:
        """Stop an organization at once: its applications, and whoever acts for it."""
        desk, before = self._organization(tx, caller, it)
        if before.kind == "platform":
            raise Conflict(RECORD_PLATFORM)
        return _written(desk.suspend_organization(before, self._suspension(caller, reason)))

    def lift_organization(self, tx: Tx, caller: Caller, it: Contained) -> Organization:
        """End the suspension: the organization is as it was."""
        desk, before = self._organization(tx, caller, it)
        if before.suspended_at is None:
            return before
        return _written(desk.lift_organization(before, now=self._services.clock.now()))

    def _suspension(self, caller: Caller, reason: str) -> Suspension:
        findings = Findings()
        findings.add("reason", fields.line_problem(reason, longest=fields.LONGEST_REASON))
        if not reason.strip():
            findings.add("reason", errors.FIELD_REQUIRED)
        findings.raise_if_any()
        return Suspension(self._services.clock.now(), caller.user_id, reason)

    def _application(self, tx: Tx, caller: Caller, it: Contained) -> tuple[PlatformDoor, Application]:
        desk = enter_platform(tx, caller, PLATFORM)
        before = tx.organization(it.organization_id).application(it.application_id or 0)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.version != it.version:
            raise PreconditionFailed(RECORD_CHANGED)
        return desk, before

    def _organization(self, tx: Tx, caller: Caller, it: Contained) -> tuple[PlatformDoor, Organization]:
        desk = enter_platform(tx, caller, PLATFORM)
        before = tx.organization(it.organization_id).read()
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.version != it.version:
            raise PreconditionFailed(RECORD_CHANGED)
        return desk, before


def _written(written: _Record | None) -> _Record:
    if written is None:
        raise PreconditionFailed(RECORD_CHANGED)
    return written
