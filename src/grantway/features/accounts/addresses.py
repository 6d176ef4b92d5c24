"""How an address comes to be known as somebody's: the one place where that is decided.

A link that was sent there proves it; on a server without mail it is an operator's word, and at the machine
the word of whoever runs it. One address is one person: who verifies it first has it, and what others of
the same address belonged to becomes an invitation, because nobody knows that they are the same.
"""

from __future__ import annotations

from collections.abc import Callable

from grantway.core.audit import THE_SERVER
from grantway.core.identifiers import to_text
from grantway.core.inviting import Invitation
from grantway.core.model import DAY, Instant, Membership, User
from grantway.core.ports import Tx
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services

INVITATION_LIFETIME: Instant = 14 * DAY
"""How long an invitation waits."""


class Addresses:
    """Verifies addresses."""

    def __init__(self, services: Services, on_verified: Callable[[Tx, User], None] | None = None) -> None:
        """`on_verified` is told, in the same transaction, whose address was verified."""
        self._services = services
        self._on_verified = on_verified
        self._log = AuditLog(services)

    def verify(self, tx: Tx, user: User) -> bool:
        """Mark a person's address verified. False where somebody else was first, or the person is gone."""
        now = self._services.clock.now()
        if not tx.gate.verify_email(user.id, user.email, now=now):
            return False
        for twin in tx.gate.people_at(user.email):
            if twin.id != user.id:
                self._fold(tx, twin, user)
        if self._on_verified is not None:
            self._on_verified(tx, user)
        return True

    def _fold(self, tx: Tx, twin: User, user: User) -> None:
        """Let somebody go who can never sign in any more; what they belonged to invites the address."""
        for membership in tx.gate.memberships_of(twin.id):
            door = tx.organization(membership.organization_id)
            if membership.state == "enabled" and door.membership(user.id) is None:
                self._invite(tx, membership, user)
        if tx.platform.delete_user(twin.id, version=twin.version):
            told = {"name": twin.name, "email": twin.email}
            self._log.record(tx, THE_SERVER, Act("user.delete", twin.id, before=told))

    def _invite(self, tx: Tx, membership: Membership, user: User) -> None:
        now = self._services.clock.now()
        invitation = Invitation(
            id=self._services.entropy.new_id(),
            organization_id=membership.organization_id,
            email=user.email,
            role=membership.role,
            expires_at=now + INVITATION_LIFETIME,
            created_at=now,
        )
        if tx.organization(membership.organization_id).insert_invitation(invitation, now=now):
            told = {"id": to_text(invitation.id), "email": invitation.email, "role": invitation.role}
            act = Act("invitation.create", invitation.id, invitation.organization_id, after=told)
            self._log.record(tx, THE_SERVER, act)
