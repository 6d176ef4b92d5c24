"""The door for operators, the command line and the start of the server."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.errors import RECORD_EXISTS, Conflict
from grantway.core.installing import SealedSecret
from grantway.core.listing import (
    EVERY_APPLICATION,
    EVERY_ORGANIZATION,
    EVERY_USER,
    ApplicationFilter,
    OrganizationFilter,
    UserFilter,
)
from grantway.core.model import Application, Change, Id, Instant, Organization, SecretKey, SigningKey, User
from grantway.core.ports import Page
from grantway.storage.sql import rows
from grantway.storage.sql.access_keys import AccessKeySweeps
from grantway.storage.sql.activity import ActivitySweeps
from grantway.storage.sql.addresses import AddressAsking
from grantway.storage.sql.containment import Containing
from grantway.storage.sql.decisions import CountSweeping
from grantway.storage.sql.door import asked_of, folded, named, pattern, sound
from grantway.storage.sql.gates.devices import DeviceSweeps
from grantway.storage.sql.gates.sign_ins import SignInSweeping
from grantway.storage.sql.invitations import InvitationSweeps
from grantway.storage.sql.notices import NoticeSending
from grantway.storage.sql.oversight import PublicationWriting, audit_lines
from grantway.storage.sql.reviewing import PendingReading
from grantway.storage.sql.tables.people import organizations, users
from grantway.storage.sql.tables.protocol import secret_keys, signing_keys
from grantway.storage.sql.vouchers import PlatformVouchers

_KEYS = Change("keys", 0)


class SqlPlatformDoor(
    PublicationWriting,
    PendingReading,
    Containing,
    CountSweeping,
    NoticeSending,
    AddressAsking,
    SignInSweeping,
    PlatformVouchers,
    InvitationSweeps,
    DeviceSweeps,
    AccessKeySweeps,
    ActivitySweeps,
):
    """Implements `core.ports.PlatformDoor`."""

    def organizations(
        self, page: Page, only: OrganizationFilter = EVERY_ORGANIZATION
    ) -> tuple[Organization, ...]:
        """Organizations by id, those that are asked for."""
        asked = {"pattern": pattern(only.name), "state_": only.state or "", "gate_": only.gate or ""}
        name = "organizations"
        if only.slug is not None:
            asked["slug_"], name = sound(only.slug), "organizations_of_slug"
        found = self._unit.rows(name, **asked, after=page.after, limit=page.limit)
        return tuple(map(rows.organization, found))

    def platform_organization(self) -> Organization | None:
        """The one organization of kind `platform`, if it was made already."""
        row = self._unit.row("platform_organization")
        return None if row is None else rows.organization(row)

    def insert_organization(self, organization: Organization) -> None:
        """Insert an organization. Raises Conflict where the slug is in use."""
        self._unit.queue("insert_organization", _columns_of(organization))
        self._feed.add(Change("organization", organization.id))

    def insert_organization_if_free(self, organization: Organization) -> bool:
        """Insert an organization; False where its slug is in use. Who comes second waits for the first."""
        if self._unit.row("insert_organization_if_free", **_columns_of(organization)) is None:
            return False
        self._feed.add(Change("organization", organization.id))
        return True

    def delete_organization(self, organization_id: Id, *, version: int) -> bool:
        """False unless it is empty of applications, APIs, members and children."""
        deleted = self._unit.rows("delete_organization", organization_id_=organization_id, version_=version)
        if not deleted:
            return False
        self._feed.add(Change("organization", organization_id))
        return True

    def users(self, page: Page, only: UserFilter = EVERY_USER) -> tuple[User, ...]:
        """Users by id, those that are asked for, by their primary addresses."""
        found = self._unit.rows(
            "users",
            pattern=pattern(only.email),
            state_=only.state or "",
            after=page.after,
            limit=page.limit,
        )
        return tuple(map(rows.person, found))

    def user(self, user_id: Id) -> User | None:
        """The user of an id."""
        row = self._unit.row("user", user_id_=user_id)
        return None if row is None else rows.user(row)

    def claim_username(self, user_id: Id, name: str) -> bool:
        """Give a user a name. False where it is another user's, or was: a name is never given twice."""
        row = {"digest": sha256(folded(name).encode()).digest(), "user_id": user_id}
        return self._unit.row("claim_username", **row) is not None

    def insert_user(self, user: User) -> bool:
        """Insert a user with the primary address. False if somebody has it: one address is one person."""
        self._one_at_a_time()
        self._unit.queue("insert_user", rows.values_of(user, users))
        if not self._insert_primary(user):
            self._unit.queue("delete_user", {"user_id_": user.id, "version_": user.version})
            return False
        self._feed.add(Change("user", user.id))
        return True

    def update_user(self, user: User, *, version: int) -> User | None:
        """Update a user. Raises Conflict where a new address is another user's verified address."""
        it = {"user_id_": user.id}
        values = rows.values_of(user, users)
        for fixed in ("id", "version", "created_at"):
            del values[fixed]
        updated, emails = self._unit.together(
            (("update_user", {**it, **values, "version_": version}), ("primary_email", it))
        )
        if not updated:
            return None
        if emails != [(user.email, user.email_verified_at)]:
            self._unit.queue("delete_primary_email", it)
            self._unit.queue("delete_email", {**it, "folded_": folded(user.email)})
            if not self._insert_primary(user):
                raise Conflict(RECORD_EXISTS, "address")
        self._feed.add(Change("user", user.id))
        return self.user(user.id)

    def delete_user(self, user_id: Id, *, version: int) -> bool:
        """Delete a user with addresses, password, memberships, consents, sessions and invitations."""
        # Deleted before the addresses by which they are found, and kept where the user is not deleted.
        self._unit.queue("delete_invitations_to", {"user_id_": user_id, "version_": version})
        if not self._unit.rows("delete_user", user_id_=user_id, version_=version):
            return False
        self._unit.queue("delete_all_artifacts_of_subject", {"subject_": user_id})
        self._feed.add(Change("user", user_id))
        return True

    def applications(
        self, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[Application, ...]:
        """Applications of all organizations by id, those that are asked for."""
        return tuple(application for application, _ in self.applications_with_owners(page, only))

    def applications_with_owners(
        self, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[tuple[Application, str], ...]:
        """The same, each with the name of its organization. Those of given ids are looked up by them."""
        asked = {
            **asked_of(only),
            "owner_": only.organization_id or 0,
            "scope_": sound(only.scope or ""),
        }
        name = "applications_named" if only.ids else "applications"
        found = self._unit.rows(name, **asked, **named(only.ids), after=page.after, limit=page.limit)
        return tuple((rows.application(row[:-1]), row[-1]) for row in found)

    def audit(self, query: AuditQuery) -> tuple[AuditEntry, ...]:
        """Lines of the whole audit log, the newest first."""
        return audit_lines(self._unit, query)

    def insert_signing_key(self, key: SigningKey) -> None:
        """Insert a signing key."""
        self._unit.queue("insert_signing_key", rows.values_of(key, signing_keys))
        self._feed.add(_KEYS)

    def update_signing_key(self, key: SigningKey) -> None:
        """Update the times of a signing key, or how it is sealed."""
        self._unit.queue(
            "update_signing_key",
            {
                "key_id": key.id,
                "sealed": key.sealed,
                "announced_at": key.announced_at,
                "use_from": key.use_from,
                "retire_at": key.retire_at,
                "withdrawn_at": key.withdrawn_at,
            },
        )
        self._feed.add(_KEYS)

    def delete_signing_key(self, key_id: Id) -> None:
        """Delete a signing key."""
        self._unit.queue("delete_signing_key", {"key_id": key_id})
        self._feed.add(_KEYS)

    def insert_secret_key(self, key: SecretKey) -> None:
        """Insert a secret key."""
        self._unit.queue("insert_secret_key", rows.values_of(key, secret_keys))
        self._feed.add(_KEYS)

    def withdraw_all_that_was_issued(self, *, now: Instant) -> tuple[str, ...]:
        """End every key but peppers, every grant, and whatever a single use or a browser stands on."""
        withdrawn = self._unit.rows("withdraw_signing_keys", withdrawn_at=now)
        for name in (
            "delete_secret_keys",
            "delete_all_grants",
            "delete_all_artifacts",
            "delete_all_device_requests",
        ):
            self._unit.queue(name, {})
        self._feed.add(_KEYS)
        return tuple(row[0] for row in withdrawn)

    def reseal_secret_key(self, key: SecretKey) -> None:
        """Update how a secret key is sealed."""
        self._unit.queue("reseal_secret_key", {"key_id": key.id, "sealed": key.sealed})
        self._feed.add(_KEYS)

    def sealed_otherwise(self, seal_key_id: str, page: Page) -> tuple[SealedSecret, ...]:
        """Sealed copies that are not under this root key, by the credentials' ids."""
        found = self._unit.rows("sealed_otherwise", seal_key=seal_key_id, after=page.after, limit=page.limit)
        return tuple(SealedSecret(*row) for row in found)

    def reseal_secret(self, secret: SealedSecret, *, former: bytes, seal_key_id: str) -> bool:
        """Put a sealed copy in place of the former one. False where that is gone."""
        resealed = self._unit.rows(
            "reseal_secret",
            credential_id=secret.credential_id,
            sealed=secret.sealed,
            former=former,
            seal_key=seal_key_id,
        )
        return bool(resealed)

    def delete_expired_artifacts(
        self, *, before: Instant, limit: int, sooner: tuple[str, Instant] | None = None
    ) -> int:
        """Delete artifacts that expired before, a limited number; how many there were.

        `sooner`: those of one kind go when they expired before another, later instant.
        """
        kind, at = sooner or ("", before)
        values = {"before": before, "kind_": kind, "kind_before": at, "limit": limit}
        return len(self._unit.rows("delete_expired_artifacts", **values))

    def delete_expired_grants(self, *, before: Instant, limit: int) -> int:
        """Delete grants that expired before, a limited number; how many there were."""
        return len(self._unit.rows("delete_expired_grants", before=before, limit=limit))

    def delete_ended_sessions(self, *, before: Instant, limit: int) -> int:
        """Forget ends of sessions that nothing stands on any more, a limited number; how many there were."""
        return len(self._unit.rows("delete_ended_sessions", before=before, limit=limit))

    def delete_usage(self, *, before: str, limit: int) -> int:
        """Delete reserved minutes of days before this one, a limited number; how many lines there were."""
        return len(self._unit.rows("delete_usage", before=before, limit=limit))

    def delete_attempts(self, *, before: Instant, limit: int) -> int:
        """Delete counts of windows that began before, a limited number; how many there were."""
        return len(self._unit.rows("delete_attempts", before=before, limit=limit))

    def delete_changes(self, *, keep: int) -> int:
        """Delete all lines of the change feed but the newest; how many there were."""
        return len(self._unit.rows("delete_changes", keep=keep))

    def _insert_primary(self, user: User) -> bool:
        # A verified one is only kept away by another verified one: see `Addresses`.
        inserted = self._unit.rows(
            "insert_sole_email" if user.email_verified_at is None else "insert_email",
            user_id=user.id,
            folded=folded(user.email),
            address=user.email,
            is_primary=1,
            verified_at=user.email_verified_at,
        )
        return bool(inserted)


def _columns_of(organization: Organization) -> dict[str, Any]:
    return {**rows.values_of(organization, organizations), "name_folded": folded(organization.name)}
