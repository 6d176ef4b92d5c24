"""Service accounts, as the doors reach them."""

from __future__ import annotations

from grantway.core.model import Change, Id, ServiceAccount
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.service_accounts import service_accounts


class ServiceAccountReading(Door):
    """One service account, whoever owns it."""

    def service_account(self, service_account_id: Id) -> ServiceAccount | None:
        """The service account of an id, in whatever state."""
        row = self._unit.row("service_account", service_account_id_=service_account_id)
        return None if row is None else rows.service_account(row)


class OwnServiceAccounts(OwnCatalogue):
    """The service accounts of one organization."""

    def service_accounts(self, *, after: Id, limit: int) -> tuple[ServiceAccount, ...]:
        """Those of this organization, by id."""
        found = self._unit.rows("service_accounts", organization_id_=self._id, after=after, limit=limit)
        return tuple(map(rows.service_account, found))

    def own_service_account(self, service_account_id: Id) -> ServiceAccount | None:
        """One of this organization."""
        it = {"service_account_id_": service_account_id, "organization_id_": self._id}
        row = self._unit.row("own_service_account", **it)
        return None if row is None else rows.service_account(row)

    def count_service_accounts(self) -> int:
        """How many there are; whoever else counts them waits for this unit's end."""
        here = {"organization_id_": self._id}
        _, counted = self._unit.together((("lock_organization", here), ("count_service_accounts", here)))
        return int(counted[0][0])

    def insert_service_account(self, account: ServiceAccount) -> None:
        """Insert a service account of this organization."""
        self._require_own(account.organization_id)
        self._unit.queue("insert_service_account", rows.values_of(account, service_accounts))
        self._list_applications(account)

    def update_service_account(self, account: ServiceAccount, *, version: int) -> ServiceAccount | None:
        """Update everything but whose it is, if its version is the stored one."""
        updated = self._unit.rows(
            "update_service_account",
            service_account_id_=account.id,
            organization_id_=self._id,
            version_=version,
            name=account.name,
            role=account.role,
            state=account.state,
            epoch=account.epoch,
            created_by=account.created_by,
            stopped_by_rank=account.stopped_by_rank,
        )
        if not updated:
            return None
        self._unit.queue("unlist_applications", {"service_account_id_": account.id})
        self._list_applications(account)
        return self.own_service_account(account.id)

    def delete_service_account(self, service_account_id: Id, *, version: int) -> bool:
        """False if there is none of this version."""
        deleted = self._unit.rows(
            "delete_service_account",
            service_account_id_=service_account_id,
            organization_id_=self._id,
            version_=version,
        )
        if not deleted:
            return False
        self._feed.add(Change("service_account", service_account_id))
        return True

    def unlist_application(self, application_id: Id) -> int:
        """Take an application off every list here; off how many it was."""
        found = self._unit.rows(
            "unlist_application", application_id_=application_id, organization_id_=self._id
        )
        for (service_account_id,) in found:
            self._feed.add(Change("service_account", service_account_id))
        return len(found)

    def _list_applications(self, account: ServiceAccount) -> None:
        for application_id in sorted(account.applications):
            values = {"service_account_id": account.id, "application_id": application_id}
            self._unit.queue("list_application", values)
        self._feed.add(Change("service_account", account.id))
