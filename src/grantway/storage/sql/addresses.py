"""Addresses that were asked whether an organization's letters may come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from grantway.core.model import Id, Instant
from grantway.core.notices import AddressFilter, AddressStanding, AskedAddress
from grantway.storage.sql.door import Door, folded, pattern
from grantway.storage.sql.rows import Row


class AddressAsking(Door):
    """Implements what `core.noticing.NoticeDesk` says of addresses."""

    def standing_of_address(self, organization_id: Id, address: str) -> AddressStanding:
        """Whether letters of an organization may go to an address."""
        here = {"organization_id_": organization_id, "folded_": folded(address)}
        member, asked = self._unit.together((("member_address", here), ("notify_address", here)))
        return _standing(member, asked)

    def ask_address(self, asked: AskedAddress, *, most_waiting: int, most: int) -> bool:
        """Remember that an address is asked. False where it was, or where there are so many already."""
        row = self._unit.row(
            "ask_address",
            address_id=asked.id,
            organization_id_=asked.organization_id,
            folded_=folded(asked.address),
            address=asked.address,
            now=asked.asked_at,
            most_waiting=most_waiting,
            most=most,
        )
        return row is not None

    def asked_address(self, address_id: Id) -> AskedAddress | None:
        """An address that was asked."""
        row = self._unit.row("notify_address_by_id", address_id=address_id)
        return None if row is None else _asked(row)

    def confirm_address(self, address_id: Id, *, now: Instant) -> bool:
        """Let letters go to an address. False where nobody asks it any more."""
        return self._unit.row("confirm_address", address_id=address_id, now=now) is not None

    def refuse_address(self, address_id: Id, *, now: Instant) -> bool:
        """Let no letters go to an address. False where nobody asks it any more."""
        return self._unit.row("refuse_address", address_id=address_id, now=now) is not None

    def delete_unconfirmed_addresses(self, *, before: Instant, limit: int) -> int:
        """Forget addresses that did not answer."""
        return len(self._unit.rows("delete_unconfirmed_addresses", before=before, limit=limit))


class OwnAddresses(Door):
    """Implements `core.noticing.AddressDoor`."""

    _id: Id

    def notify_addresses(self, only: AddressFilter, *, after: Id, limit: int) -> tuple[AskedAddress, ...]:
        """Those that are asked for, by their ids."""
        found = self._unit.rows(
            "notify_addresses",
            organization_id_=self._id,
            pattern=pattern(only.email),
            state_=only.state or "",
            after=after,
            limit=limit,
        )
        return tuple(map(_asked, found))

    def notify_address(self, address_id: Id) -> AskedAddress | None:
        """One of this organization."""
        row = self._unit.row("own_notify_address", organization_id_=self._id, address_id=address_id)
        return None if row is None else _asked(row)

    def standings_of(self, addresses: Iterable[str]) -> dict[str, AddressStanding]:
        """Whether letters may go to each of these, in one reading."""
        asked = tuple(addresses)
        here = [{"organization_id_": self._id, "folded_": folded(address)} for address in asked]
        answers = self._unit.together(
            [(name, binds) for binds in here for name in ("member_address", "notify_address")]
        )
        pairs = zip(answers[::2], answers[1::2], strict=True)
        return {address: _standing(*pair) for address, pair in zip(asked, pairs, strict=True)}

    def ask_address_again(self, address_id: Id, *, before: Instant, now: Instant) -> bool:
        """Count one that has not answered as asked now. False unless it was asked before that time."""
        it = {"organization_id_": self._id, "address_id": address_id}
        return bool(self._unit.rows("ask_address_again", **it, before=before, now=now))

    def remove_address(self, address_id: Id, *, before: Instant) -> bool:
        """Forget one that agreed, or that was asked before that time. One that refused stays: False."""
        it = {"organization_id_": self._id, "address_id": address_id}
        return bool(self._unit.rows("remove_address", **it, before=before))


def _standing(member: Sequence[Row], asked: Sequence[Row]) -> AddressStanding:
    if member:
        return "confirmed"
    if not asked:
        return "unknown"
    confirmed_at, refused_at = asked[0]
    if refused_at is not None:
        return "refused"
    return "asked" if confirmed_at is None else "confirmed"


def _asked(row: Row) -> AskedAddress:
    asked = AskedAddress(*row)
    return replace(asked, is_members=bool(asked.is_members))
