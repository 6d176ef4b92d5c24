"""The directory of an organization: applications of others that it may install, or its members ask for."""

from __future__ import annotations

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Id
from grantway.core.offering import OfferedApplication
from grantway.core.ports import Page, Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import INSTALLATIONS_REQUEST


class Offers:
    """What is offered to an organization. What is not is answered like what does not exist."""

    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page, name: str | None
    ) -> tuple[OfferedApplication, ...]:
        """Those whose name contains a text, by the applications' ids."""
        door = enter(tx, caller, INSTALLATIONS_REQUEST, organization_id)
        return door.offered_applications(name, after=page.after, limit=page.limit)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id) -> OfferedApplication:
        """One of them. Raises NotFound."""
        found = enter(tx, caller, INSTALLATIONS_REQUEST, organization_id).offered_application(application_id)
        if found is None:
            raise NotFound(RECORD_NOT_FOUND)
        return found
