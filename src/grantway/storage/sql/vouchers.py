"""Vouchers, as the doors reach them."""

from __future__ import annotations

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Change, Id, Instant, Voucher
from grantway.core.vouching import KEPT_VOUCHERS, MOST_TOLD, Expectant
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.vouchers import vouchers
from grantway.storage.sql.unit import Call

_PLATFORM: Id = 0
"""In statements: whose a voucher is that belongs to no organization."""
# How settings are written: as JSON in one spelling (`rows.to_json`).
_LOOKS_FOR = {f"looks_for_{value}": f'"consent":"{value}"' for value in ("platform", "installed")}


class VoucherReading(Door):
    """Implements `core.vouching.VoucherReader`."""

    def live_vouchers(self, application_id: Id, organization_id: Id) -> tuple[Voucher, ...]:
        """Those that were not revoked: the organization's own and the platform's."""
        asked = {"application_id_": application_id, "organization_id_": organization_id}
        return tuple(map(rows.voucher, self._unit.rows("live_vouchers", **asked)))


class _VoucherWriting(Door):
    """What both doors do alike, each with vouchers of its own."""

    def _voucher(self, whose: Id, voucher_id: Id) -> Voucher | None:
        row = self._unit.row("voucher", voucher_id_=voucher_id, organization_id_=whose)
        return None if row is None else rows.voucher(row)

    def _insert_voucher(self, statement: str, voucher: Voucher) -> None:
        whose = voucher.organization_id or _PLATFORM
        self._revoke_vouchers(whose, voucher.application_id, by=voucher.created_by, now=voucher.created_at)
        it = {"application_id_": voucher.application_id, "organization_id_": whose}
        if whose == _PLATFORM:
            del it["organization_id_"]
        values = rows.values_of(voucher, vouchers) | {"asserted_subject": int(voucher.asserted_subject)}
        if not self._unit.rows(statement, **values, **it):
            raise NotFound(RECORD_NOT_FOUND, "application")
        self._feed.add(Change("application", voucher.application_id))

    def _revoke_vouchers(
        self, whose: Id, application_id: Id, *, by: Id | None, now: Instant
    ) -> tuple[Voucher, ...]:
        it = {"application_id_": application_id, "organization_id_": whose}
        found = self._unit.rows("revoke_vouchers", **it, revoked_by=by, now=now)
        self._unit.queue("prune_vouchers", {**it, "kept": KEPT_VOUCHERS})
        if found:
            self._feed.add(Change("application", application_id))
        return tuple(map(rows.voucher, found))

    def _revoke_voucher(self, whose: Id, voucher_id: Id, *, by: Id | None, now: Instant) -> Voucher | None:
        it = {"voucher_id_": voucher_id, "organization_id_": whose}
        row = self._unit.row("revoke_voucher", **it, revoked_by=by, now=now)
        if row is None:
            return None
        revoked = rows.voucher(row)
        self._feed.add(Change("application", revoked.application_id))
        return revoked


class OwnVouchers(OwnCatalogue, _VoucherWriting):
    """Implements `core.vouching.VoucherDoor`."""

    def vouchers(
        self, *, application_id: Id | None, only_live: bool, after: Id, limit: int
    ) -> tuple[Voucher, ...]:
        """Those of this organization by id, of one application or all."""
        asked = {"application_id_": application_id or 0, "only_live": int(only_live)}
        found = self._unit.rows("own_vouchers", organization_id_=self._id, **asked, after=after, limit=limit)
        return tuple(map(rows.voucher, found))

    def voucher(self, voucher_id: Id) -> Voucher | None:
        """One of this organization, revoked or not."""
        return self._voucher(self._id, voucher_id)

    def count_vouchers(self) -> int:
        """How many live ones there are; whoever else counts them waits for this unit's end."""
        here = {"organization_id_": self._id}
        _, counted = self._unit.together((("lock_organization", here), ("count_vouchers", here)))
        return int(counted[0][0])

    def insert_voucher(self, voucher: Voucher) -> None:
        """Give one, in place of the live one. Raises NotFound for what is neither own nor installed."""
        if voucher.organization_id != self._id:
            raise ValueError("the record belongs to another organization than the door")
        self._insert_voucher("insert_voucher", voucher)

    def revoke_vouchers(self, application_id: Id, *, by: Id | None, now: Instant) -> tuple[Voucher, ...]:
        """Revoke the live one of an application, if there is one."""
        return self._revoke_vouchers(self._id, application_id, by=by, now=now)

    def revoke_voucher(self, voucher_id: Id, *, by: Id | None, now: Instant) -> Voucher | None:
        """Revoke one. None where there is none that is live."""
        return self._revoke_voucher(self._id, voucher_id, by=by, now=now)


class PlatformVouchers(_VoucherWriting):
    """Implements `core.vouching.VoucherDesk`."""

    def platform_vouchers(
        self, *, application_id: Id | None, only_live: bool, after: Id, limit: int
    ) -> tuple[Voucher, ...]:
        """Those of the platform by id, of one application or all."""
        asked = {"application_id_": application_id or 0, "only_live": int(only_live)}
        found = self._unit.rows("platform_vouchers", **asked, after=after, limit=limit)
        return tuple(map(rows.voucher, found))

    def platform_voucher(self, voucher_id: Id) -> Voucher | None:
        """One of the platform, revoked or not."""
        return self._voucher(_PLATFORM, voucher_id)

    def expectants(self, *, after: Id, limit: int) -> tuple[Expectant, ...]:
        """Unarchived applications of everybody whose consent setting looks for vouchers, by id."""
        found = self._unit.rows("expectants", **_LOOKS_FOR, after=after, limit=limit)
        applications = tuple(map(rows.application, found))
        calls: list[Call] = []
        for one in applications:
            it = {"application_id_": one.id}
            calls.append(("vouchers_of_application", it))
            calls.append(("allowing_installations", {**it, "limit": MOST_TOLD}))
        hung = self._unit.together(calls) if calls else []
        return tuple(
            Expectant(
                application,
                tuple(map(rows.voucher, hung[2 * at])),
                tuple(rows.present(rows.installation(row)) for row in hung[2 * at + 1]),
            )
            for at, application in enumerate(applications)
        )

    def insert_platform_voucher(self, voucher: Voucher) -> None:
        """Give one, in place of the live one. Raises NotFound where the application is gone."""
        if voucher.organization_id is not None:
            raise ValueError("the record belongs to an organization")
        self._insert_voucher("insert_platform_voucher", voucher)

    def revoke_platform_vouchers(
        self, application_id: Id, *, by: Id | None, now: Instant
    ) -> tuple[Voucher, ...]:
        """Revoke the live one of an application, if there is one."""
        return self._revoke_vouchers(_PLATFORM, application_id, by=by, now=now)

    def revoke_platform_voucher(self, voucher_id: Id, *, by: Id | None, now: Instant) -> Voucher | None:
        """Revoke one. None where there is none that is live."""
        return self._revoke_voucher(_PLATFORM, voucher_id, by=by, now=now)
