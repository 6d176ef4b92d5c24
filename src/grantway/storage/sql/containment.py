"""Suspensions, as the platform's door writes them."""

from __future__ import annotations

from grantway.core.containment import Suspension, pause_of
from grantway.core.model import Application, Change, Id, Instant, Organization
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door


class Containing(Door):
    """Implements `core.containment.ContainmentDesk`.

    Each step locks the organization first, so that what two suspensions hold together is counted once.
    """

    def suspend_application(self, application: Application, suspension: Suspension) -> Application | None:
        """Suspend an application, if its version is the stored one."""
        self._owner(application.organization_id)
        it = {"record_id": application.id, "version_": application.version}
        if not self._unit.rows("suspend_application", **it, **_values(suspension)):
            return None
        return self._written(application.id)

    def lift_application(self, application: Application, *, now: Instant) -> Application | None:
        """End the suspension of an application, and move its clock by what it stood still."""
        pause = pause_of(application, self._owner(application.organization_id), now)
        it = {"record_id": application.id, "version_": application.version}
        if not self._unit.rows("lift_application", **it, now=now, pause=pause):
            return None
        return self._written(application.id)

    def suspend_organization(self, organization: Organization, suspension: Suspension) -> Organization | None:
        """Suspend an organization, if its version is the stored one."""
        it = {"record_id": organization.id, "version_": organization.version}
        if not self._unit.rows("suspend_organization", **it, **_values(suspension)):
            return None
        self._feed.add(Change("organization", organization.id))
        return self._owner(organization.id)

    def lift_organization(self, organization: Organization, *, now: Instant) -> Organization | None:
        """End the suspension of an organization, and move the clocks of its applications."""
        it = {"record_id": organization.id, "version_": organization.version}
        if not self._unit.rows("lift_organization", **it):
            return None
        self._feed.add(Change("organization", organization.id))
        moved = self._unit.rows(
            "resume_purges", record_id=organization.id, since=organization.suspended_at, now=now
        )
        for (application_id,) in moved:
            self._feed.add(Change("application", application_id))
        return self._owner(organization.id)

    def _owner(self, organization_id: Id) -> Organization:
        self._unit.rows("lock_organization", organization_id_=organization_id)
        return rows.organization(self._unit.rows("organization", organization_id_=organization_id)[0])

    def _written(self, application_id: Id) -> Application:
        self._feed.add(Change("application", application_id))
        return rows.application(self._unit.rows("application", application_id_=application_id)[0])


def _values(suspension: Suspension) -> dict[str, object]:
    return {"now": suspension.at, "by": suspension.by, "reason": suspension.reason}
