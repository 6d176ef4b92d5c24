"""Leavers: what stays behind of people who are gone, and handing it over (product §7).

Nothing works on in the name of somebody who is gone: tokens, codes and refresh tokens stand on the
membership. What stays are records that bear the name, and secrets that the person still knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from grantway.core.audit import AuditQuery
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_FORBIDDEN,
    RECORD_NOT_FOUND,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
)
from grantway.core.identifiers import from_text
from grantway.core.leaving import Asked, Made, MadeAccount, Seen, Traces
from grantway.core.model import Id, User
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import DEVELOPERS, MEMBERS_READ, MEMBERS_WRITE
from grantway.features.fields import no_such
from grantway.features.services import Services

_REMOVED = AuditQuery(limit=1_000, action="member.remove")
"""The latest removals: who left no more than an address is known from them alone."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What bears the name of one person. `user` is None for somebody who is gone from the platform."""

    user_id: Id
    user: User | None
    is_gone: bool
    applications: tuple[Made, ...] = ()
    addressed: tuple[Made, ...] = ()
    secrets: tuple[Seen, ...] = ()
    service_accounts: tuple[MadeAccount, ...] = ()
    requests: tuple[Asked, ...] = ()
    grants: int = 0

    @property
    def is_anything(self) -> bool:
        """Whether somebody has to do something about it."""
        return bool(
            self.applications or self.addressed or self.secrets or self.service_accounts or self.requests
        )


@dataclass(frozen=True, slots=True)
class HandOver:
    """To whom things go, and which address takes the place of the leaver's; None: that person's own."""

    to: Id
    notification_address: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What went to whom. The secrets are still known to whoever left: they are to be replaced."""

    to: Id
    left: LeftBehind


class Leaving:
    """What administrators and operators do when somebody has left, or an organization was disabled."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page) -> tuple[LeftBehind, ...]:
        """Everybody who is gone and left something, by their ids. Of a disabled organization: everybody."""
        door = enter(tx, caller, MEMBERS_READ, organization_id)
        traces = self._traces(door)
        gone = sorted(one for one in _named(traces) | _removed(door) if one not in traces.live)
        people = tx.gate.users(gone)
        found: list[LeftBehind] = []
        for user_id in gone:
            if user_id > page.after and len(found) < page.limit:
                left = _left_by(people.get(user_id), traces, user_id)
                found += [left] if left.is_anything else []
        counted = self._grants(door, found)
        return tuple(replace(left, grants=counted[left.user_id]) for left in found)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, user_id: Id) -> LeftBehind:
        """What one person left, or, while still a member, would leave. Raises NotFound."""
        return self._found(tx, enter(tx, caller, MEMBERS_READ, organization_id), user_id)

    def hand_over(
        self, tx: Tx, caller: Caller, organization_id: Id, *, user_id: Id, draft: HandOver
    ) -> HandedOver:
        """Give what bears a person's name to a member who develops here.

        Raises NotFound, Forbidden, Invalid, and Conflict where something is changed meanwhile.
        """
        door = enter(tx, caller, MEMBERS_WRITE, organization_id)
        organization = door.read()
        if organization is not None and organization.kind == "platform" and not caller.is_platform:
            raise Forbidden(RECORD_FORBIDDEN, "not an operator")
        left = self._found(tx, door, user_id)
        heir = _heir(door, user_id, draft.to)
        address = heir.email if draft.notification_address is None else draft.notification_address
        problem = fields.email_problem(address)
        if problem is not None:
            raise Invalid((FieldError("notification_address", problem),))
        for made in {one.application_id: one for one in (*left.applications, *left.addressed)}.values():
            if not door.hand_over_application(_readdressed(made, left, heir, address)):
                raise Conflict(RECORD_CHANGED)
        for account in left.service_accounts:
            stored = door.own_service_account(account.service_account_id)
            if stored is not None:
                door.update_service_account(replace(stored, created_by=heir.id), version=stored.version)
        door.hand_over_requests(user_id, heir.id)
        return HandedOver(heir.id, left)

    def _found(self, tx: Tx, door: OrganizationDoor, user_id: Id) -> LeftBehind:
        """Strangers to the organization are not told from people who do not exist."""
        traces = self._traces(door)
        is_known = user_id in _named(traces) or door.membership(user_id) is not None
        if not is_known and user_id not in _removed(door):
            raise NotFound(RECORD_NOT_FOUND)
        left = _left_by(tx.gate.user(user_id), traces, user_id)
        return replace(left, grants=self._grants(door, [left])[user_id])

    def _traces(self, door: OrganizationDoor) -> Traces:
        """Of a disabled organization nobody is left, but those who run the platform."""
        traces = door.traces(now=self._services.clock.now())
        organization = door.read()
        if organization is not None and not organization.is_active:
            return replace(traces, live=frozenset())
        return traces

    def _grants(self, door: OrganizationDoor, left: list[LeftBehind]) -> dict[Id, int]:
        user_ids = [one.user_id for one in left]
        return door.standing_grants(user_ids, now=self._services.clock.now())


def _named(traces: Traces) -> frozenset[Id]:
    """Everybody whose id stands somewhere."""
    named = {one.creator_id for one in traces.made}
    named |= {one.made_by for one in traces.seen} | {one.read_by for one in traces.seen}
    named |= {one.requested_by for one in traces.asked} | {one.created_by for one in traces.accounts}
    return frozenset(one for one in named if one is not None) | traces.suspended


def _removed(door: OrganizationDoor) -> frozenset[Id]:
    found = (from_text(entry.target_id) for entry in door.audit(_REMOVED))
    return frozenset(one for one in found if one is not None)


def _left_by(user: User | None, traces: Traces, user_id: Id) -> LeftBehind:
    return LeftBehind(
        user_id=user_id,
        user=user,
        is_gone=user_id not in traces.live,
        applications=tuple(one for one in traces.made if one.creator_id == user_id),
        addressed=tuple(one for one in traces.made if user is not None and _names(one, user.email)),
        secrets=tuple(one for one in traces.seen if user_id in {one.made_by, one.read_by}),
        service_accounts=tuple(one for one in traces.accounts if one.created_by == user_id),
        requests=tuple(one for one in traces.asked if one.requested_by == user_id),
    )


def _names(made: Made, address: str) -> bool:
    known = {one.casefold() for one in (made.owner_email or "", *made.notification_addresses)}
    return address.casefold() in known


def _heir(door: OrganizationDoor, user_id: Id, to: Id) -> User:
    """A live member who may look after applications. Everybody else is answered alike."""
    member = door.membership(to)
    if member is not None and to != user_id:
        user, membership = member
        if membership.role in DEVELOPERS and user.state == membership.state == "enabled":
            return user
    raise Invalid((FieldError("to", no_such("another member with the role developer or a higher one")),))


def _readdressed(made: Made, left: LeftBehind, heir: User, address: str) -> Made:
    """The application in the heir's name, with one address in place of the other."""
    former = "" if left.user is None else left.user.email.casefold()

    def replaced(one: str) -> str:
        return address if one.casefold() == former else one

    addresses = dict.fromkeys(map(replaced, made.notification_addresses))
    return replace(
        made,
        creator_id=heir.id if made.creator_id == left.user_id else made.creator_id,
        owner_email=None if made.owner_email is None else replaced(made.owner_email),
        notification_addresses=tuple(addresses) or (address,),
    )
