"""The door to what one organization owns. Other organizations' records are not found through it."""

from __future__ import annotations

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.budgets import Usage, UsageQuery
from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.listing import EVERY_APPLICATION, EVERY_MEMBER, ApplicationFilter, MemberFilter
from grantway.core.model import (
    Application,
    Change,
    Credential,
    Id,
    Instant,
    Membership,
    Organization,
    User,
)
from grantway.core.ports import Page
from grantway.core.publication import PublicationStep
from grantway.storage.sql import budgets, oversight, rows
from grantway.storage.sql.access_keys import OwnAccessKeys
from grantway.storage.sql.activity import OwnActivity
from grantway.storage.sql.addresses import OwnAddresses
from grantway.storage.sql.applications import Applications
from grantway.storage.sql.consents import OwnConsents
from grantway.storage.sql.door import asked_of, folded, named, pattern
from grantway.storage.sql.feed import Feed
from grantway.storage.sql.installations import OwnInstallations
from grantway.storage.sql.invitations import OwnInvitations
from grantway.storage.sql.leaving import OwnLeavers
from grantway.storage.sql.notices import OwnNotices
from grantway.storage.sql.offers import Offers
from grantway.storage.sql.reviewing import OwnPendingVersions
from grantway.storage.sql.tables.people import memberships
from grantway.storage.sql.tables.registry import credentials
from grantway.storage.sql.unit import Unit
from grantway.storage.sql.vouchers import OwnVouchers

_AFTER_USER = len(rows.USER)


class SqlOrganizationDoor(
    OwnInstallations,
    OwnAccessKeys,
    OwnPendingVersions,
    OwnLeavers,
    OwnInvitations,
    OwnNotices,
    OwnAddresses,
    OwnVouchers,
    OwnConsents,
    OwnActivity,
    Offers,
):
    """Implements `core.ports.OrganizationDoor`."""

    def __init__(self, unit: Unit, feed: Feed, organization_id: Id) -> None:
        super().__init__(unit, feed, organization_id)
        self._applications = Applications(unit, feed)

    def read(self) -> Organization | None:
        """The organization itself."""
        row = self._unit.row("organization", organization_id_=self._id)
        return None if row is None else rows.organization(row)

    def update(self, organization: Organization, *, version: int) -> Organization | None:
        """Update the organization itself; its kind never changes."""
        self._require_own(organization.id)
        row = self._unit.row(
            "update_organization",
            organization_id_=self._id,
            version_=version,
            parent_id=organization.parent_id,
            name=organization.name,
            name_folded=folded(organization.name),
            slug=organization.slug,
            state=organization.state,
            epoch=organization.epoch,
            time_zone=organization.time_zone,
            gate=organization.gate,
        )
        if row is None:
            return None
        self._feed.add(Change("organization", self._id))
        return rows.organization(row)

    def applications(
        self, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[Application, ...]:
        """Applications by id, those that are asked for."""
        found = self._unit.rows(
            "own_applications_named" if only.ids else "own_applications",
            organization_id_=self._id,
            **asked_of(only),
            **named(only.ids),
            after=page.after,
            limit=page.limit,
        )
        return tuple(map(rows.application, found))

    def application(self, application_id: Id) -> Application | None:
        """An application of this organization."""
        row = self._unit.row("own_application", application_id_=application_id, organization_id_=self._id)
        return None if row is None else rows.application(row)

    def default_applications(self) -> tuple[Application, ...]:
        """Those that were made, whatever their state is."""
        return tuple(
            map(rows.application, self._unit.rows("default_applications", organization_id_=self._id))
        )

    def count_applications(self) -> int:
        """How many there are; whoever else counts them waits for this unit's end."""
        here = {"organization_id_": self._id}
        _, counted = self._unit.together((("lock_organization", here), ("count_applications", here)))
        return int(counted[0][0])

    def insert_application(self, application: Application) -> None:
        """Insert an application. Raises Conflict where its client_id is, or ever was, in use."""
        self._require_own(application.organization_id)
        self._applications.insert(application)

    def update_application(self, application: Application, *, version: int) -> Application | None:
        """Update an application; its owner, client_id and creator never change."""
        return self._applications.update(self._id, application, version=version)

    def publication_steps(self, application_id: Id) -> tuple[PublicationStep, ...]:
        """All steps of an application of this organization, the first one first."""
        return oversight.publication_steps(self._unit, self._id, application_id)

    def insert_publication_step(self, step: PublicationStep) -> None:
        """Add a step. Raises NotFound where the application is not this organization's."""
        oversight.insert_publication_step(self._unit, self._id, step)

    def audit(self, query: AuditQuery) -> tuple[AuditEntry, ...]:
        """Lines of the audit log about this organization, the newest first."""
        return oversight.audit_lines(self._unit, query, organization_id=self._id)

    def usage(self, query: UsageQuery) -> tuple[Usage, ...]:
        """Minutes that people reserved for an application of this organization, the latest day first."""
        return budgets.usage_lines(self._unit, self._id, query)

    def credentials(self, application_id: Id) -> tuple[Credential, ...]:
        """The credentials of an application of this organization, whomever they act for."""
        found = self._unit.rows("credentials", application_id_=application_id, organization_id_=self._id)
        return tuple(map(rows.credential, found))

    def insert_credential(self, credential: Credential, *, sealed: bytes | None = None) -> None:
        """Insert a credential. Raises NotFound where the application is not this organization's."""
        inserted = self._unit.rows(
            "insert_credential",
            **rows.values_of(credential, credentials),
            sealed=sealed,
            application_id_=credential.application_id,
            organization_id_=self._id,
        )
        if not inserted:
            raise NotFound(RECORD_NOT_FOUND, "application")
        self._feed.add(Change("application", credential.application_id))

    def revoke_credential(self, application_id: Id, credential_id: Id, *, now: Instant) -> bool:
        """Revoke a credential. False if there is none that is unrevoked."""
        revoked = self._unit.rows(
            "revoke_credential",
            application_id_=application_id,
            organization_id_=self._id,
            credential_id=credential_id,
            now=now,
        )
        if not revoked:
            return False
        self._feed.add(Change("application", application_id))
        return True

    def memberships(
        self, page: Page, only: MemberFilter = EVERY_MEMBER
    ) -> tuple[tuple[User, Membership], ...]:
        """The members that are asked for, by the users' ids."""
        found = self._unit.rows(
            "members_named" if only.ids else "members",
            organization_id_=self._id,
            **named(only.ids),
            pattern=pattern(only.email),
            role_=only.role or "",
            state_=only.state or "",
            after=page.after,
            limit=page.limit,
        )
        return tuple((rows.person(row), Membership(*row[_AFTER_USER:])) for row in found)

    def membership(self, user_id: Id) -> tuple[User, Membership] | None:
        """One member."""
        row = self._unit.row("member", organization_id_=self._id, user_id_=user_id)
        return None if row is None else (rows.person(row), Membership(*row[_AFTER_USER:]))

    def insert_membership(self, membership: Membership) -> bool:
        """False if the user is a member already."""
        self._require_own(membership.organization_id)
        if not self._unit.rows("insert_membership", **rows.values_of(membership, memberships)):
            return False
        self._feed.add(Change("user", membership.user_id))
        return True

    def update_membership(self, membership: Membership, *, version: int) -> Membership | None:
        """Update role, state and epoch of a member."""
        self._require_own(membership.organization_id)
        row = self._unit.row(
            "update_membership",
            organization_id_=self._id,
            user_id_=membership.user_id,
            version_=version,
            role=membership.role,
            state=membership.state,
            epoch=membership.epoch,
            stopped_by_rank=membership.stopped_by_rank,
        )
        if row is None:
            return None
        self._feed.add(Change("user", membership.user_id))
        return rows.membership(row)

    def delete_membership(self, user_id: Id) -> bool:
        """False if the user is no member. What access keys the person has here go along."""
        self._delete_keys_of(user_id)
        if not self._unit.rows("delete_membership", organization_id_=self._id, user_id_=user_id):
            return False
        self._feed.add(Change("user", user_id))
        return True

    def owners(self) -> int:
        """How many enabled owners there are; whoever else counts them waits for this unit's end."""
        here = {"organization_id_": self._id}
        _, counted = self._unit.together((("lock_organization", here), ("owners", here)))
        return int(counted[0][0])
