"""The addresses that were asked whether an organization's letters may come, as its people see them.

Developers see why nobody gets a letter. Administrators have an address asked again, or forgotten: both so
that no address is asked more than once a day, whatever else is done meanwhile.
"""

from __future__ import annotations

from grantway.core.errors import (
    NOTICE_AGREED,
    NOTICE_RECENT,
    NOTICE_REFUSED,
    RECORD_NOT_FOUND,
    Conflict,
    DomainError,
    NotFound,
)
from grantway.core.model import DAY, Application, Id, Instant
from grantway.core.notices import EVERY_ADDRESS, AddressFilter, AddressStanding, AskedAddress
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ, ORGANIZATIONS_WRITE
from grantway.features.notices.confirming import KIND, Confirming
from grantway.features.services import Services

ASKED_AGAIN_AFTER: Instant = DAY
"""How long nobody is asked again, nor forgotten after being asked: one such letter a day goes there."""


class NoticeAddresses:
    """What became of the addresses that applications of an organization name."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._confirming = Confirming(services)

    def listed(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        page: Page,
        only: AddressFilter = EVERY_ADDRESS,
    ) -> tuple[AskedAddress, ...]:
        """Those that were asked, by their ids."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        return door.notify_addresses(only, after=page.after, limit=page.limit)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, address_id: Id) -> AskedAddress:
        """One of them. Raises NotFound."""
        return _found(enter(tx, caller, APPLICATIONS_READ, organization_id), address_id)

    def ask_again(self, tx: Tx, caller: Caller, organization_id: Id, *, address_id: Id) -> AskedAddress:
        """Ask one that has not answered by another letter; the link of the former one ends.

        Raises NotFound, Conflict where there is nothing to ask, and DomainError within a day of the last one.
        """
        door = enter(tx, caller, ORGANIZATIONS_WRITE, organization_id)
        asked, now = _found(door, address_id), self._services.clock.now()
        if asked.is_members or asked.state == "agreed":
            raise Conflict(NOTICE_AGREED)
        if asked.refused_at is not None:
            raise Conflict(NOTICE_REFUSED)
        if not door.ask_address_again(address_id, before=now - ASKED_AGAIN_AFTER, now=now):
            raise DomainError(NOTICE_RECENT)
        organization = door.read()
        if organization is None:
            raise NotFound(RECORD_NOT_FOUND)
        if self._services.has_mail:
            self._confirming.write(tx, organization, asked)
        return _found(door, address_id)

    def remove(self, tx: Tx, caller: Caller, organization_id: Id, *, address_id: Id) -> None:
        """Let no letters go to an address until it is asked and agrees (again); its link ends.

        Raises NotFound, Conflict for one that refused, and DomainError within a day of the letter that asked.
        """
        door = enter(tx, caller, ORGANIZATIONS_WRITE, organization_id)
        asked = _found(door, address_id)
        if asked.refused_at is not None:
            raise Conflict(NOTICE_REFUSED)
        if not door.remove_address(address_id, before=self._services.clock.now() - ASKED_AGAIN_AFTER):
            raise DomainError(NOTICE_RECENT)
        tx.gate.delete_artifacts_of_subject(KIND, address_id)

    def unheard(self, tx: Tx, application: Application) -> dict[str, AddressStanding]:
        """The addresses of an application that get no letters as things stand, and why."""
        door = tx.organization(application.organization_id)
        standings = door.standings_of(application.notification_addresses)
        return {address: one for address, one in standings.items() if one != "confirmed"}


def _found(door: OrganizationDoor, address_id: Id) -> AskedAddress:
    asked = door.notify_address(address_id)
    if asked is None:
        raise NotFound(RECORD_NOT_FOUND)
    return asked
