"""Access keys, as the doors reach them."""

from __future__ import annotations

from grantway.core.access_keys import AccessKey, AccessKeyFilter
from grantway.core.model import Change, Id, Instant
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.service_accounts import OwnServiceAccounts
from grantway.storage.sql.tables.access_keys import access_keys


class AccessKeyReading(Door):
    """One access key, whoever owns it."""

    def access_key(self, access_key_id: Id) -> AccessKey | None:
        """The key of an id, in whatever state."""
        row = self._unit.row("access_key", access_key_id_=access_key_id)
        return None if row is None else rows.access_key(row)

    def access_key_used(self, access_key_id: Id, *, at: Instant, address: str) -> None:
        """Remember when a key was last used and from where. Not a cached fact."""
        used = {"access_key_id_": access_key_id, "last_used_at": at, "last_used_from": address}
        self._unit.queue("access_key_used", used)


class AccessKeySweeps(Door):
    """Forgetting what is over."""

    def delete_access_keys(self, *, before: Instant, limit: int) -> int:
        """Delete keys that ended before then; how many there were. Nothing is told: they worked no more."""
        return len(self._unit.rows("delete_ended_access_keys", before=before, limit=limit))


class OwnAccessKeys(OwnServiceAccounts):
    """The access keys of one organization."""

    def access_keys(self, only: AccessKeyFilter, *, after: Id, limit: int) -> tuple[AccessKey, ...]:
        """Those of this organization that are asked for, by id."""
        found = self._unit.rows(
            "access_keys",
            organization_id_=self._id,
            user_id_=only.user_id or 0,
            service_account_id_=only.service_account_id or 0,
            after=after,
            limit=limit,
        )
        return tuple(map(rows.access_key, found))

    def own_access_key(self, access_key_id: Id) -> AccessKey | None:
        """One of this organization."""
        row = self._unit.row("own_access_key", access_key_id_=access_key_id, organization_id_=self._id)
        return None if row is None else rows.access_key(row)

    def count_access_keys(self, owner_id: Id) -> tuple[int, int]:
        """How many there are in all, and of one owner; whoever else counts them waits for this unit's end."""
        here = {"organization_id_": self._id}
        _, counted, owned = self._unit.together(
            (
                ("lock_organization", here),
                ("count_access_keys", here),
                ("count_access_keys_of", {**here, "owner_id_": owner_id}),
            )
        )
        return int(counted[0][0]), int(owned[0][0])

    def insert_access_key(self, key: AccessKey) -> None:
        """Insert a key of this organization."""
        self._require_own(key.organization_id)
        self._unit.queue("insert_access_key", rows.values_of(key, access_keys))
        self._feed.add(Change("access_key", key.id))

    def update_access_key(self, key: AccessKey, *, version: int) -> AccessKey | None:
        """Update its label and whether it works, if its version is the stored one."""
        row = self._unit.row(
            "update_access_key",
            access_key_id_=key.id,
            organization_id_=self._id,
            version_=version,
            label=key.label,
            state=key.state,
            epoch=key.epoch,
            stopped_by_rank=key.stopped_by_rank,
        )
        if row is None:
            return None
        self._feed.add(Change("access_key", key.id))
        return rows.access_key(row)

    def delete_access_key(self, access_key_id: Id, *, version: int) -> bool:
        """False if there is none of this version."""
        it = {"access_key_id_": access_key_id, "organization_id_": self._id, "version_": version}
        if not self._unit.rows("delete_access_key", **it):
            return False
        self._feed.add(Change("access_key", access_key_id))
        return True

    def _delete_keys_of(self, user_id: Id) -> None:
        """A person who leaves leaves no key: whoever remembers one is told that it is gone."""
        here = {"organization_id_": self._id, "user_id_": user_id}
        for (access_key_id,) in self._unit.rows("delete_access_keys_of_member", **here):
            self._feed.add(Change("access_key", access_key_id))
