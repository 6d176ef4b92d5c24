"""Containment: operators stop an application or an organization, beside whatever its owners decide.

A suspension is no state of the life cycle: it stands beside `state`, nobody but operators writes it, and
no other edge touches it. While it lasts, the clock of a scheduled deletion stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grantway.core.model import Application, Id, Instant, Organization


@dataclass(frozen=True, slots=True)
class Suspension:
    """Since when, by whom and why. The reason is for the owners to read; `by` is None for a command."""

    at: Instant
    by: Id | None
    reason: str


def pause_of(application: Application, owner: Organization, now: Instant) -> Instant:
    """By how much its own suspension, which ends now, held the clock of an application.

    What the owner's suspension covers is counted when that ends.
    """
    if application.suspended_at is None:
        return 0
    until = now if owner.suspended_at is None else owner.suspended_at
    return max(0, until - application.suspended_at)


class ContainmentDesk(Protocol):
    """The only way to a suspension. Each step answers None where the version is not the stored one."""

    def suspend_application(self, application: Application, suspension: Suspension) -> Application | None: ...
    def lift_application(self, application: Application, *, now: Instant) -> Application | None: ...
    def suspend_organization(
        self, organization: Organization, suspension: Suspension
    ) -> Organization | None: ...
    def lift_organization(self, organization: Organization, *, now: Instant) -> Organization | None: ...
