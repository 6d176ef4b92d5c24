"""Invitations: memberships that wait until somebody agrees, and how the store reaches them.

An invitation is to an address, as its inviter typed it, and to nobody's account. It is no row of the
memberships, so nothing that asks who belongs to an organization can count it by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grantway.core.model import DAY, Id, Instant, Membership, Organization, Role, User

InvitationState: TypeAlias = Literal["invited", "expired"]
INVITATION_STATES: tuple[InvitationState, ...] = ("invited", "expired")


INVITATIONS_KEPT: Instant = 30 * DAY
"""How long after its time an invitation is remembered that nobody answered."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An organization wants the person of an address as a member, in a role.

    `invited_by` is the person whose act it is; None where a program, the machine or the server did it.
    """

    id: Id
    organization_id: Id
    email: str
    role: Role
    expires_at: Instant
    invited_by: Id | None = None
    created_at: Instant = 0

    def state(self, now: Instant) -> InvitationState:
        """Whether it can still be accepted, as far as time goes."""
        return "invited" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class InvitationFilter:
    """Invitations whose address contains a text, in a state at a time."""

    email: str | None = None
    state: str | None = None


EVERY_INVITATION = InvitationFilter()


class InvitationDoor(Protocol):
    """The invitations of one organization."""

    def invitations(
        self, only: InvitationFilter, *, after: Id, limit: int, now: Instant
    ) -> tuple[Invitation, ...]: ...
    def own_invitation(self, invitation_id: Id) -> Invitation | None: ...
    def waiting_invitations(self, *, now: Instant) -> int:
        """How many wait; whoever else counts them waits for this unit's end."""

    def insert_invitation(self, invitation: Invitation, *, now: Instant) -> bool:
        """False if one to this address waits already. One that ran out makes room."""

    def renew_invitation(
        self, invitation_id: Id, *, expires_at: Instant, invited_by: Id | None
    ) -> Invitation | None: ...
    def delete_invitation(self, invitation_id: Id) -> Invitation | None: ...
    def has_member_at(self, email: str) -> bool:
        """Whether the address is that of a member, as the list of members shows it."""


class InvitationReader(Protocol):
    """What the person of an address reaches, and who the people of an address are."""

    def invitation(self, invitation_id: Id) -> tuple[Invitation, Organization] | None:
        """An invitation of an enabled organization, whether or not its time is over."""

    def invitations_to(self, user_id: Id, *, now: Instant) -> tuple[tuple[Invitation, Organization], ...]:
        """Those that wait at a verified address of this person, the oldest first."""

    def spend_invitation(self, invitation_id: Id, user_id: Id, *, now: Instant) -> Invitation | None:
        """Take one that waits at a verified address of this person: one conditional deletion."""

    def drop_invitation(self, invitation_id: Id) -> Invitation | None:
        """Take one away, for who holds the link that was sent to its address."""

    def people_at(self, email: str) -> tuple[User, ...]:
        """Everybody with this address: who verified it first, then the others, the oldest first."""

    def memberships_of(self, user_id: Id) -> tuple[Membership, ...]:
        """All memberships of a person, in whatever state, of whatever organization."""


class InvitationSweeping(Protocol):
    """Forgetting what is over."""

    def delete_invitations(self, *, before: Instant, limit: int) -> int:
        """Delete invitations whose time was over before then, a limited number; how many there were."""
