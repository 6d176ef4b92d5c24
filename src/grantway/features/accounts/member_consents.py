"""What an organization's people allowed to applications of others: its admins see it, and can end it.

A consent is the person's own act, and an admin ends it like the person would: with everything that was made
of it. Nobody gives one for somebody else.
"""

from __future__ import annotations

from grantway.core.consenting import ConsentFilter, MemberConsent
from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Id
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import CONSENTS_READ, CONSENTS_WRITE
from grantway.features.accounts.consents import withdraw
from grantway.features.services import Services

SOMEBODY: Id = 0
"""Who withdrew it where that is nobody with an id: somebody at the machine itself."""


class MemberConsents:
    """Lists and withdraws. Each raises NotFound for what is not of the organization."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page, only: ConsentFilter
    ) -> tuple[MemberConsent, ...]:
        """Those that hold, in the order of their ids."""
        door = enter(tx, caller, CONSENTS_READ, organization_id)
        return door.consents(only, after=page.after, limit=page.limit)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, consent_id: Id) -> MemberConsent:
        """One of them."""
        return _require(enter(tx, caller, CONSENTS_READ, organization_id), consent_id)

    def withdraw(self, tx: Tx, caller: Caller, organization_id: Id, *, consent_id: Id) -> None:
        """End it at once, with its codes and tokens. The person is asked anew, and reads who ended it."""
        found = _require(enter(tx, caller, CONSENTS_WRITE, organization_id), consent_id).consent
        by = caller.user_id or caller.service_account_id or caller.application_id or SOMEBODY
        key = (found.user_id, found.application_id, found.organization_id)
        if withdraw(tx, key, now=self._services.clock.now(), by=by) is None:
            raise NotFound(RECORD_NOT_FOUND, "withdrawn meanwhile")


def _require(door: OrganizationDoor, consent_id: Id) -> MemberConsent:
    found = door.own_consent(consent_id)
    if found is None:
        raise NotFound(RECORD_NOT_FOUND)
    return found
