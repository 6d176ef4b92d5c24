"""How somebody becomes an operator: an owner of the platform organization.

By the address that the settings name, verified (D3), or by a command on the server itself. Nobody is
given a password: a new operator gets a link to choose one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from grantway.core.audit import AT_THE_MACHINE, THE_SERVER, Actor
from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Id, Membership, User
from grantway.core.ports import OrganizationDoor, Tx
from grantway.features.access.callers import Caller
from grantway.features.accounts.users import Inviter, UserDraft, Users
from grantway.features.audit import Act, AuditLog
from grantway.features.registry.builtin import MANAGEMENT_SCOPES
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class NewOperator:
    """An operator, with the link to hand over where the person has no password yet."""

    user: User
    activation_link: str | None


class Operators:
    """Makes operators."""

    def __init__(self, services: Services, email: str | None) -> None:
        """`email` is the address whose verified holder is an operator."""
        self._services = services
        self._email = email
        self._log = AuditLog(services)

    def caller(self) -> Caller:
        """Somebody at the machine itself, who reaches everything. Raises NotFound before the first start."""
        with self._services.store.read() as tx:
            platform = tx.platform.platform_organization()
        if platform is None:
            raise NotFound(RECORD_NOT_FOUND, "the server was not set up")
        scopes = frozenset(scope.value for scope in MANAGEMENT_SCOPES)
        return Caller(application_id=None, organization_id=platform.id, scopes=scopes, is_platform=True)

    def claim(self) -> bool:
        """At the start: the person who holds the address already. True if that made an operator."""
        if self._email is None:
            return False
        with self._services.store.read() as tx:
            record = tx.gate.password_of(self._email)
        if record is None:
            return False
        with self._services.store.begin() as tx:
            return self._promote(tx, record.user, by=THE_SERVER)

    def welcome(self, tx: Tx, user: User) -> None:
        """When somebody's address was verified just now, in the same transaction."""
        if self._email is not None and user.email.casefold() == self._email.casefold():
            self._promote(tx, user, by=Actor("user", user.id))

    def create(self, users: Users, inviter: Inviter, *, email: str, name: str) -> NewOperator:
        """Make a person an operator, and the person too where there is none. Raises Invalid."""
        with self._services.store.begin() as tx:
            record = tx.gate.password_of(email)
            if record is not None and record.phc:
                self._promote(tx, record.user, by=AT_THE_MACHINE)
                return NewOperator(record.user, None)
            user = next(iter(tx.gate.people_at(email)), None)
            if user is None:
                user = users.make(tx, UserDraft(email=email, name=name))
                made = {"name": user.name, "email": user.email}
                self._log.record(tx, AT_THE_MACHINE, Act("user.create", user.id, after=made))
            self._promote(tx, user, by=AT_THE_MACHINE)
            return NewOperator(user, self._services.issuer + inviter.invite(tx, user))

    def _promote(self, tx: Tx, user: User, *, by: Actor) -> bool:
        platform = tx.platform.platform_organization()
        if platform is None:
            raise NotFound(RECORD_NOT_FOUND, "the server was not set up")
        if user.state != "enabled" or not self._own(tx.organization(platform.id), user, platform.id):
            return False
        self._log.record(tx, by, Act("operator.create", user.id, platform.id, after={"role": "owner"}))
        return True

    def _own(self, door: OrganizationDoor, user: User, platform_id: Id) -> bool:
        """Make somebody an owner; False if the person is one already."""
        place = door.membership(user.id)
        if place is None:
            now = self._services.clock.now()
            # The time as the first epoch: see `Joining`.
            owner = Membership(user.id, platform_id, "owner", "enabled", epoch=now, created_at=now)
            return door.insert_membership(owner)
        membership = place[1]
        if membership.role == "owner" and membership.state == "enabled":
            return False
        wanted = replace(membership, role="owner", state="enabled")
        return door.update_membership(wanted, version=membership.version) is not None
