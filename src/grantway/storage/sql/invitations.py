"""Invitations, as the doors reach them."""

from __future__ import annotations

from grantway.core.inviting import Invitation, InvitationFilter
from grantway.core.model import Id, Instant, Membership, Organization, User
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import Door, folded, pattern
from grantway.storage.sql.tables.invitations import invitations

_AFTER_INVITATION = len(rows.INVITATION)


class OwnInvitations(OwnCatalogue):
    """The invitations of one organization."""

    def invitations(
        self, only: InvitationFilter, *, after: Id, limit: int, now: Instant
    ) -> tuple[Invitation, ...]:
        """Those that are asked for, by their ids."""
        found = self._unit.rows(
            "invitations",
            organization_id_=self._id,
            pattern=pattern(only.email),
            state_=only.state or "",
            after=after,
            limit=limit,
            now=now,
        )
        return tuple(Invitation(*row) for row in found)

    def own_invitation(self, invitation_id: Id) -> Invitation | None:
        """One of this organization."""
        row = self._unit.row("own_invitation", organization_id_=self._id, invitation_id_=invitation_id)
        return None if row is None else Invitation(*row)

    def waiting_invitations(self, *, now: Instant) -> int:
        """How many wait; whoever else counts them waits for this unit's end."""
        here = {"organization_id_": self._id}
        _, counted = self._unit.together(
            (("lock_organization", here), ("count_invitations", {**here, "now": now}))
        )
        return int(counted[0][0])

    def insert_invitation(self, invitation: Invitation, *, now: Instant) -> bool:
        """False if one to this address waits already. One that ran out makes room."""
        self._require_own(invitation.organization_id)
        address = folded(invitation.email)
        here = {"organization_id_": self._id, "folded_": address, "now": now}
        self._unit.queue("make_room_for_invitation", here)
        values = {**rows.values_of(invitation, invitations), "folded": address}
        return bool(self._unit.rows("insert_invitation", **values))

    def renew_invitation(
        self, invitation_id: Id, *, expires_at: Instant, invited_by: Id | None
    ) -> Invitation | None:
        """Let one wait until another time, as an act of somebody else."""
        it = {"organization_id_": self._id, "invitation_id_": invitation_id}
        row = self._unit.row("renew_invitation", **it, expires_at=expires_at, invited_by=invited_by)
        return None if row is None else Invitation(*row)

    def delete_invitation(self, invitation_id: Id) -> Invitation | None:
        """Take one back."""
        row = self._unit.row("delete_invitation", organization_id_=self._id, invitation_id_=invitation_id)
        return None if row is None else Invitation(*row)

    def has_member_at(self, email: str) -> bool:
        """Whether the address is that of a member, as the list of members shows it."""
        return bool(self._unit.rows("member_at", organization_id_=self._id, folded_=folded(email)))


class InvitationReading(Door):
    """What the person of an address reaches, and who the people of an address are."""

    def invitation(self, invitation_id: Id) -> tuple[Invitation, Organization] | None:
        """An invitation of an enabled organization, whether or not its time is over."""
        row = self._unit.row("invitation", invitation_id_=invitation_id)
        return None if row is None else _placed(row)

    def invitations_to(self, user_id: Id, *, now: Instant) -> tuple[tuple[Invitation, Organization], ...]:
        """Those that wait at a verified address of this person, the oldest first."""
        return tuple(map(_placed, self._unit.rows("invitations_to", user_id_=user_id, now=now)))

    def spend_invitation(self, invitation_id: Id, user_id: Id, *, now: Instant) -> Invitation | None:
        """Take one that waits at a verified address of this person: one conditional deletion."""
        row = self._unit.row("spend_invitation", invitation_id_=invitation_id, user_id_=user_id, now=now)
        return None if row is None else Invitation(*row)

    def drop_invitation(self, invitation_id: Id) -> Invitation | None:
        """Take one away, for who holds the link that was sent to its address."""
        row = self._unit.row("drop_invitation", invitation_id_=invitation_id)
        return None if row is None else Invitation(*row)

    def people_at(self, email: str) -> tuple[User, ...]:
        """Everybody with this address: who verified it first, then the others, the oldest first."""
        return tuple(rows.person(row) for row in self._unit.rows("people_at", folded_=folded(email)))

    def memberships_of(self, user_id: Id) -> tuple[Membership, ...]:
        """All memberships of a person, in whatever state, of whatever organization."""
        return tuple(Membership(*row) for row in self._unit.rows("memberships_of", user_id_=user_id))


class InvitationSweeps(Door):
    """Forgetting what is over."""

    def delete_invitations(self, *, before: Instant, limit: int) -> int:
        """Delete invitations whose time was over before then, a limited number; how many there were."""
        return len(self._unit.rows("delete_invitations", before=before, limit=limit))


def _placed(row: rows.Row) -> tuple[Invitation, Organization]:
    return Invitation(*row[:_AFTER_INVITATION]), rows.organization(row, _AFTER_INVITATION)
