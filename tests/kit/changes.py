"""Records of tests changed through the store's doors, as if some feature had done it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from grantway.core.model import Application, Id, Membership, Organization, ServiceAccount, User
from grantway.features.services import Services

PASSWORD = "seventeen purple kettles"


@dataclass(frozen=True)
class Person:
    """A user who can sign in."""

    user: User
    password: str = PASSWORD

    @property
    def id(self) -> Id:
        return self.user.id

    @property
    def email(self) -> str:
        return self.user.email


class Changes:
    """Changes whatever is named of a record, whatever its version."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def change_application(self, application: Application, **changes: Any) -> Application:
        """Store an application with these fields changed."""
        with self._services.store.begin() as tx:
            door = tx.organization(application.organization_id)
            stored = door.application(application.id)
            assert stored is not None
            written = door.update_application(replace(stored, **changes), version=stored.version)
        assert written is not None
        return written

    def change_organization(self, organization: Organization, **changes: Any) -> Organization:
        """Store an organization with these fields changed."""
        with self._services.store.begin() as tx:
            door = tx.organization(organization.id)
            stored = door.read()
            assert stored is not None
            written = door.update(replace(stored, **changes), version=stored.version)
        assert written is not None
        return written

    def change_user(self, person: Person, **changes: Any) -> Person:
        """Store a user with these fields changed."""
        with self._services.store.begin() as tx:
            stored = tx.platform.user(person.id)
            assert stored is not None
            written = tx.platform.update_user(replace(stored, **changes), version=stored.version)
        assert written is not None
        return Person(written, person.password)

    def change_membership(self, person: Person, organization: Organization, **changes: Any) -> Membership:
        """Store a membership with these fields changed."""
        with self._services.store.begin() as tx:
            door = tx.organization(organization.id)
            found = door.membership(person.id)
            assert found is not None
            written = door.update_membership(replace(found[1], **changes), version=found[1].version)
        assert written is not None
        return written

    def change_service_account(self, account: ServiceAccount, **changes: Any) -> ServiceAccount:
        """Store a service account with these fields changed."""
        with self._services.store.begin() as tx:
            door = tx.organization(account.organization_id)
            stored = door.own_service_account(account.id)
            assert stored is not None
            written = door.update_service_account(replace(stored, **changes), version=stored.version)
        assert written is not None
        return written
