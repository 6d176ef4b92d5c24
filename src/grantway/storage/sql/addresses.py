"""Addresses that were asked whether an organization's letters may come."""

from __future__ import annotations

from grantway.core.model import Id, Instant
from grantway.core.notices import AddressStanding, AskedAddress
from grantway.storage.sql.door import Door, folded


class AddressAsking(Door):
    """Implements what `core.noticing.NoticeDesk` says of addresses."""

    def standing_of_address(self, organization_id: Id, address: str) -> AddressStanding:
        """Whether letters of an organization may go to an address."""
        here = {"organization_id_": organization_id, "folded_": folded(address)}
        member, asked = self._unit.together((("member_address", here), ("notify_address", here)))
        if member or (asked and asked[0][0] is not None):
            return "confirmed"
        return "asked" if asked else "unknown"

    def ask_address(self, asked: AskedAddress, *, most: int, now: Instant) -> bool:
        """Remember that an address is asked. False where it was, or where so many wait already."""
        row = self._unit.row(
            "ask_address",
            address_id=asked.id,
            organization_id_=asked.organization_id,
            folded_=folded(asked.address),
            address=asked.address,
            now=now,
            most=most,
        )
        return row is not None

    def asked_address(self, address_id: Id) -> AskedAddress | None:
        """An address that was asked."""
        row = self._unit.row("notify_address_by_id", address_id=address_id)
        return None if row is None else AskedAddress(address_id, *row)

    def confirm_address(self, address_id: Id, *, now: Instant) -> bool:
        """Let letters go to an address. False where nobody asks it any more."""
        return self._unit.row("confirm_address", address_id=address_id, now=now) is not None

    def delete_unconfirmed_addresses(self, *, before: Instant, limit: int) -> int:
        """Forget addresses that did not answer."""
        return len(self._unit.rows("delete_unconfirmed_addresses", before=before, limit=limit))
