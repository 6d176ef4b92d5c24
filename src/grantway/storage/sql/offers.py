"""What is offered to an organization by others."""

from __future__ import annotations

from grantway.core.model import Id
from grantway.core.offering import OfferedApplication
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import pattern
from grantway.storage.sql.rows import Row

_AFTER_APPLICATION = len(rows.APPLICATION)


class Offers(OwnCatalogue):
    """Implements `core.offering.OfferDoor`."""

    def offered_applications(
        self, name: str | None, *, after: Id, limit: int
    ) -> tuple[OfferedApplication, ...]:
        """Those whose name contains a text, by the applications' ids."""
        found = self._unit.rows(
            "offered_applications",
            organization_id_=self._id,
            pattern=pattern(name),
            after=after,
            limit=limit,
        )
        return tuple(map(_offered, found))

    def offered_application(self, application_id: Id) -> OfferedApplication | None:
        """One of them."""
        row = self._unit.row("offered_application", organization_id_=self._id, application_id_=application_id)
        return None if row is None else _offered(row)


def _offered(row: Row) -> OfferedApplication:
    return OfferedApplication(rows.application(row[:_AFTER_APPLICATION]), *row[_AFTER_APPLICATION:])
