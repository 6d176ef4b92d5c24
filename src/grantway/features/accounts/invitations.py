"""Inviting: how an organization asks somebody to become a member.

Nobody is looked up to invite somebody, so the answer tells nothing about who has an account here. What
the address makes of it is in `joining`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from grantway.core.errors import (
    INVITATION_FULL,
    INVITATION_MEMBER,
    INVITATION_OFTEN,
    INVITATION_WAITING,
    RECORD_FORBIDDEN,
    RECORD_NOT_FOUND,
    Conflict,
    DomainError,
    Forbidden,
    NotFound,
)
from grantway.core.identifiers import to_text
from grantway.core.inviting import EVERY_INVITATION, INVITATIONS_KEPT, Invitation, InvitationFilter
from grantway.core.model import ADMINISTRATORS, HOUR, ROLES, Id, Membership, Role
from grantway.core.notices import time_text
from grantway.core.ports import Attempt, Page, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter, enter_to_appoint
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE
from grantway.features.accounts.addresses import INVITATION_LIFETIME
from grantway.features.fields import Findings
from grantway.features.notices.personal import Personal, PersonalLetters
from grantway.features.services import Services

MOST_WAITING = 200
"""How many invitations of one organization wait at once."""
MOST_IN_AN_HOUR = 100
"""How many it sends in an hour, again or for the first time."""
JOIN = "/join"
KIND = "join"
LETTER = "invitation.sent"


@dataclass(frozen=True, slots=True)
class InvitationDraft:
    """Whom to invite, and as what."""

    email: str
    role: str


class Invitations:
    """The invitations of organizations, as their administrators and operators manage them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._letters = PersonalLetters(services)

    def listed(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        page: Page,
        only: InvitationFilter = EVERY_INVITATION,
    ) -> tuple[Invitation, ...]:
        """Those that were not answered, by their ids."""
        door = enter(tx, caller, MEMBERS_READ, organization_id)
        now = self._services.clock.now()
        return door.invitations(only, after=page.after, limit=page.limit, now=now)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, invitation_id: Id) -> Invitation:
        """One invitation. Raises NotFound."""
        return _found(enter(tx, caller, MEMBERS_READ, organization_id).own_invitation(invitation_id))

    def invite(self, tx: Tx, caller: Caller, organization_id: Id, *, draft: InvitationDraft) -> Invitation:
        """Invite the person of an address. Raises Invalid, Forbidden and Conflict."""
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        findings = Findings()
        findings.add("role", fields.one_of(draft.role, ROLES))
        findings.add("email", fields.email_problem(draft.email))
        findings.raise_if_any()
        role = cast("Role", draft.role)
        _require_rank(caller, role)
        if door.has_member_at(draft.email):
            raise Conflict(INVITATION_MEMBER)
        now = self._services.clock.now()
        invitation = Invitation(
            id=self._services.entropy.new_id(),
            organization_id=organization_id,
            email=draft.email,
            role=role,
            expires_at=now + INVITATION_LIFETIME,
            invited_by=caller.user_id,
            created_at=now,
        )
        if door.waiting_invitations(now=now) >= MOST_WAITING:
            raise Conflict(INVITATION_FULL)
        if not door.insert_invitation(invitation, now=now):
            raise Conflict(INVITATION_WAITING)
        self._send(tx, caller, invitation)
        return invitation

    def resend(self, tx: Tx, caller: Caller, organization_id: Id, *, invitation_id: Id) -> Invitation:
        """Let an invitation wait anew, and send it again. It is the caller's act from now on.

        Raises NotFound, Forbidden and Conflict.
        """
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        now = self._services.clock.now()
        before = _found(door.own_invitation(invitation_id))
        _require_rank(caller, before.role)
        if before.state(now) == "expired" and door.waiting_invitations(now=now) >= MOST_WAITING:
            raise Conflict(INVITATION_FULL)
        written = door.renew_invitation(
            invitation_id, expires_at=now + INVITATION_LIFETIME, invited_by=caller.user_id
        )
        invitation = _found(written)
        self._send(tx, caller, invitation)
        return invitation

    def revoke(self, tx: Tx, caller: Caller, organization_id: Id, *, invitation_id: Id) -> None:
        """Take an invitation back: its link is dead. Raises NotFound and Forbidden."""
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        _require_rank(caller, _found(door.own_invitation(invitation_id)).role)
        _found(door.delete_invitation(invitation_id))
        tx.gate.delete_artifacts_of_subject(KIND, invitation_id)

    def _send(self, tx: Tx, caller: Caller, invitation: Invitation) -> None:
        """By letter, where letters go out. Where not, it waits on the page of whoever has the address."""
        now = self._services.clock.now()
        bucket = f"invitations.{invitation.organization_id}"
        if not tx.gate.count_attempt(Attempt(bucket, MOST_IN_AN_HOUR, HOUR), now=now):
            raise DomainError(INVITATION_OFTEN)
        if not self._services.has_mail:
            return
        organization = tx.organization(invitation.organization_id).read()
        inviter = None if caller.user_id is None else tx.gate.user(caller.user_id)
        is_known = inviter is not None and inviter.email_verified_at is not None
        facts: dict[str, Any] = {
            "slug": "-" if organization is None else organization.slug,
            "role": invitation.role,
            "inviter": inviter.email if inviter is not None and is_known else None,
            "expires_at": time_text(invitation.expires_at),
        }
        self._letters.send(
            tx,
            Personal(
                name=LETTER,
                to=invitation.email,
                path=JOIN,
                kind=KIND,
                subject=invitation.id,
                payload=to_text(invitation.id).encode(),
                # As long as it can still be told that the invitation's time is over.
                expires_at=invitation.expires_at + INVITATIONS_KEPT,
                organization_id=invitation.organization_id,
                facts=facts,
            ),
        )


def stands(tx: Tx, invitation: Invitation) -> bool:
    """Whether who invited could do so still. An act of somebody who lost the power gives nothing."""
    if invitation.invited_by is None:
        return True
    user = tx.gate.user(invitation.invited_by)
    if user is None or user.state != "enabled":
        return False
    here = tx.gate.membership(user.id, invitation.organization_id)
    if _administers(here) and (invitation.role != "owner" or (here is not None and here.role == "owner")):
        return True
    platform = tx.platform.platform_organization()
    return platform is not None and _administers(tx.gate.membership(user.id, platform.id))


def _administers(membership: Membership | None) -> bool:
    return membership is not None and membership.state == "enabled" and membership.role in ADMINISTRATORS


def _found(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise NotFound(RECORD_NOT_FOUND)
    return invitation


def _require_rank(caller: Caller, role: Role) -> None:
    if role == "owner" and not caller.may_make_owners:
        raise Forbidden(RECORD_FORBIDDEN, "only owners invite owners")
