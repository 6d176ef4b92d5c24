"""Pending versions, as the doors reach them."""

from __future__ import annotations

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Application, Id
from grantway.core.reviewing import PendingVersion
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.reviewing import pending_versions


class OwnPendingVersions(OwnCatalogue):
    """Those of one organization's applications."""

    def pending_version(self, application_id: Id) -> PendingVersion | None:
        """What waits of one application."""
        it = {"application_id_": application_id, "organization_id_": self._id}
        row = self._unit.row("pending_version", **it)
        return None if row is None else rows.pending_version(row)

    def pending_versions(self, first: Id, last: Id) -> tuple[PendingVersion, ...]:
        """Those of applications with ids from the first to the last."""
        found = self._unit.rows("pending_versions", first=first, last=last, organization_id_=self._id)
        return tuple(map(rows.pending_version, found))

    def keep_pending_version(self, pending: PendingVersion) -> None:
        """Store it in place of the one before. Raises NotFound for an application of others."""
        kept = self._unit.rows(
            "keep_pending_version",
            **rows.values_of(pending, pending_versions),
            application_id_=pending.application_id,
            organization_id_=self._id,
        )
        if not kept:
            raise NotFound(RECORD_NOT_FOUND, "application")

    def drop_pending_version(self, application_id: Id) -> None:
        """Forget what waits of an application of this organization."""
        it = {"application_id_": application_id, "organization_id_": self._id}
        self._unit.queue("drop_pending_version", it)


class PendingReading(Door):
    """What waits for operators, whoever it is of."""

    def pending_of_all(self, *, first: Id, last: Id, publication: str) -> tuple[PendingVersion, ...]:
        """Those of applications with ids from the first to the last, in a state of publication or any."""
        found = self._unit.rows("pending_of_all", first=first, last=last, publication=publication)
        return tuple(map(rows.pending_version, found))

    def waiting_applications(self, *, after: Id, limit: int) -> tuple[Application, ...]:
        """Applications of all organizations with a pending version, by id."""
        found = self._unit.rows("waiting_applications", after=after, limit=limit)
        return tuple(map(rows.application, found))
