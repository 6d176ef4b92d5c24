"""The members of an organization: who belongs to it, in which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from grantway.core import errors
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_EXISTS,
    RECORD_FORBIDDEN,
    RECORD_LAST_OWNER,
    RECORD_NOT_FOUND,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
)
from grantway.core.listing import EVERY_MEMBER, MemberFilter
from grantway.core.model import ROLES, Id, Membership, Role, State, User
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter, enter_to_appoint
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE
from grantway.features.access.ranks import rank_of_change, require_rank
from grantway.features.accounts.users import UserDraft, Users
from grantway.features.fields import Findings
from grantway.features.services import Services

Member: TypeAlias = tuple[User, Membership]


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """Whom to add: somebody by id or by verified address, or a new person by address and name."""

    role: str
    user_id: Id | None = None
    email: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What can be changed about a membership."""

    role: str
    state: str


@dataclass(frozen=True, slots=True)
class Added:
    """A new membership; with the link to hand over where the person is new."""

    user: User
    membership: Membership
    activation_link: str | None = None


class Memberships:
    """The members of an organization, as its administrators manage them.

    `operator_addresses` make their verified holder an operator. Nobody but an operator may make a user
    with one: whoever makes a user is handed the link that verifies the address.
    """

    def __init__(
        self, services: Services, users: Users, operator_addresses: frozenset[str] = frozenset()
    ) -> None:
        self._services = services
        self._users = users
        self._operator_addresses = frozenset(address.casefold() for address in operator_addresses)

    def listed(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        page: Page,
        only: MemberFilter = EVERY_MEMBER,
    ) -> tuple[Member, ...]:
        """The members, in the order of their ids."""
        return enter(tx, caller, MEMBERS_READ, organization_id).memberships(page, only)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, user_id: Id) -> Member:
        """One member. Raises NotFound."""
        return _require(enter(tx, caller, MEMBERS_READ, organization_id), user_id)

    def add(self, tx: Tx, caller: Caller, organization_id: Id, *, draft: MemberDraft) -> Added:
        """Add a member, making the user where the address is new. Raises Invalid and Conflict."""
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        findings = Findings()
        findings.add("role", fields.one_of(draft.role, ROLES))
        if (draft.user_id is None) == (draft.email is None):
            findings.add("email", errors.FIELD_REQUIRED)
        findings.raise_if_any()
        role = cast("Role", draft.role)
        _require_rank(caller, role)
        user, link = self._person(tx, caller, draft)
        now = self._services.clock.now()
        # The time as the first epoch: whoever is removed and added again gets a higher one, so that
        # nothing made in the former membership revives (data model §1).
        membership = Membership(user.id, organization_id, role, "enabled", epoch=now, created_at=now)
        if not door.insert_membership(membership):
            raise Conflict(RECORD_EXISTS)
        return Added(user, membership, link)

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        user_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> Member:
        """Change a member's role or state. An organization keeps an owner.

        Raises NotFound, PreconditionFailed, Forbidden, Conflict and Invalid.
        """
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        user, before = _require(door, user_id)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        change = replace(MemberChange(before.role, before.state), **changes)
        findings = Findings()
        findings.add("role", fields.one_of(change.role, ROLES))
        findings.add("state", fields.one_of(change.state, ("enabled", "disabled")))
        findings.raise_if_any()
        wanted = replace(before, role=cast("Role", change.role), state=cast("State", change.state))
        _require_rank(caller, before.role)
        _require_rank(caller, wanted.role)
        rank = rank_of_change(caller, MEMBERS_WRITE, before, changes)
        wanted = replace(wanted, stopped_by_rank=rank)
        if wanted.role != "owner" or wanted.state != "enabled":
            _require_other_owner(door, before)
        written = door.update_membership(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return user, written

    def remove(self, tx: Tx, caller: Caller, organization_id: Id, *, user_id: Id) -> None:
        """Remove a member; what they hold here ends. Raises NotFound, Forbidden and Conflict."""
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        _, membership = _require(door, user_id)
        _require_rank(caller, membership.role)
        # Who is removed and added again is enabled: that would undo it, too.
        require_rank(caller, MEMBERS_WRITE, membership.stopped_by_rank)
        _require_other_owner(door, membership)
        if not door.delete_membership(user_id):
            raise NotFound(RECORD_NOT_FOUND)

    def _person(self, tx: Tx, caller: Caller, draft: MemberDraft) -> tuple[User, str | None]:
        if draft.user_id is not None:
            user = tx.gate.user(draft.user_id)
            if user is None:
                raise Invalid((FieldError("user_id", errors.FIELD_UNKNOWN_VALUE),))
            return user, None
        email = draft.email or ""
        problem = fields.email_problem(email)
        if problem is not None:
            raise Invalid((FieldError("email", problem),))
        known = tx.gate.password_of(email)
        if known is not None:
            return known.user, None
        if not caller.is_platform:
            # The link is shown to whoever made it, and using it verifies the address: in a tenant's
            # hands that would claim anybody's address (V100). Operators vouch for whom they add.
            raise Invalid((FieldError("email", errors.FIELD_OPERATOR_PERSON),))
        invited = self._users.invite_new(
            tx, UserDraft(email=email, name=draft.name or email[: fields.LONGEST_NAME])
        )
        return invited.user, invited.activation_link


def _require(door: OrganizationDoor, user_id: Id) -> Member:
    member = door.membership(user_id)
    if member is None:
        raise NotFound(RECORD_NOT_FOUND)
    return member


def _require_rank(caller: Caller, role: Role) -> None:
    if role == "owner" and not caller.may_make_owners:
        raise Forbidden(RECORD_FORBIDDEN, "only owners make or unmake owners")


def _require_other_owner(door: OrganizationDoor, membership: Membership) -> None:
    is_owner = membership.role == "owner" and membership.state == "enabled"
    if is_owner and door.owners() < 2:
        raise Conflict(RECORD_LAST_OWNER)
