"""The members of an organization: who belongs to it, in which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_FORBIDDEN,
    RECORD_LAST_OWNER,
    RECORD_NOT_FOUND,
    Conflict,
    Forbidden,
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
from grantway.features.fields import Findings

Member: TypeAlias = tuple[User, Membership]


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What can be changed about a membership."""

    role: str
    state: str


class Memberships:
    """The members of an organization, as its administrators manage them.

    Nobody is made a member here: see `invitations` and `joining`.
    """

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
