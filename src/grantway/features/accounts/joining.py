"""Joining: how somebody becomes a member, or says no. It is always that person's own act.

Somebody with an account answers on the page of the own account. Somebody without one comes by the link
that was sent to the address, which proves the address; no other link lets anybody choose a password for
an address that was invited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from grantway.core.audit import Actor
from grantway.core.errors import (
    FIELD_REQUIRED,
    INVITATION_EXPIRED,
    INVITATION_GONE,
    SIGN_IN_REQUIRED,
    FieldError,
    Invalid,
    PageError,
    Reason,
)
from grantway.core.identifiers import from_text, to_text
from grantway.core.inviting import Invitation
from grantway.core.model import Id, Instant, Membership, Organization, User
from grantway.core.ports import Tx
from grantway.core.secrets import Secret, digest
from grantway.features import fields
from grantway.features.accounts.activation import ACTIVATION
from grantway.features.accounts.addresses import Addresses
from grantway.features.accounts.invitations import KIND, stands
from grantway.features.accounts.passwords import PasswordRules, known_words
from grantway.features.accounts.sessions import Sessions
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services

_LONGEST_TOKEN = 100

Found: TypeAlias = tuple[Invitation, Organization]


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as its person sees it, with the address of who invites, where that is a person."""

    invitation: Invitation
    organization: Organization
    inviter: str | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the page behind a letter's link asks for. The name only where nobody gave one yet."""

    name: str
    password: Secret
    confirmation: str


class Joining:
    """What a person does about invitations."""

    def __init__(
        self, services: Services, sessions: Sessions, rules: PasswordRules, addresses: Addresses
    ) -> None:
        self._services = services
        self._sessions = sessions
        self._rules = rules
        self._addresses = addresses
        self._log = AuditLog(services)

    # With an account ---------------------------------------------------------------------------------
    def offers(self, user_id: Id) -> tuple[Offer, ...]:
        """What waits for a person, the oldest first."""
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            found = tx.gate.invitations_to(user_id, now=now)
            return tuple(_offer(tx, *one) for one in found if stands(tx, one[0]))

    def accept(self, user_id: Id, invitation_id: Id, *, address: str | None = None) -> Organization:
        """Become a member. Raises PageError for an invitation that is not this person's, or not any more."""
        with self._services.store.begin() as tx:
            user = tx.gate.user(user_id)
            if user is None or user.state != "enabled":
                raise PageError(INVITATION_GONE)
            return self._join(tx, user, invitation_id, address)

    def decline(self, user_id: Id, invitation_id: Id) -> None:
        """Say no. Raises PageError as `accept` does."""
        with self._services.store.begin() as tx:
            now, found = self._services.clock.now(), tx.gate.invitation(invitation_id)
            invitation = tx.gate.spend_invitation(invitation_id, user_id, now=now)
            if invitation is None:
                raise PageError(_why_not(tx, found, user_id, now))
            self._declined(tx, invitation)

    # By the letter's link ----------------------------------------------------------------------------
    def behind(self, token: str | None) -> tuple[Offer, tuple[User, ...]]:
        """What a link is about, and who has its address already. Raises PageError."""
        with self._services.store.read() as tx:
            invitation, organization = self._sent(tx, token)
            return _offer(tx, invitation, organization), tx.gate.people_at(invitation.email)

    def is_open(self, token: str | None) -> bool:
        """Whether the invitation behind a link still waits, for whomever."""
        try:
            self.behind(token)
        except PageError as refused:
            return refused.reason != INVITATION_GONE
        return True

    def is_theirs(self, user_id: Id, invitation_id: Id) -> bool:
        """Whether an invitation is to a verified address of this person."""
        return any(one.invitation.id == invitation_id for one in self.offers(user_id))

    def join(self, token: str | None, wanted: Newcomer, *, address: str | None = None) -> User:
        """Begin an account with the address the link was sent to, and become a member.

        Raises Invalid, and PageError for a link that does not work any more, or whose address has an
        account that can be signed in to: that person's password is not chosen here.
        """
        offer, people = self.behind(token)
        user = self._newcomer(offer.invitation, people, wanted)
        known = known_words(user, offer.organization.name)
        chosen = self._rules.accepted(wanted.password, known, confirmation=wanted.confirmation)
        phc = self._services.passwords.hash(chosen)
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            # In this order: who verifies waits for whoever did before, and holds nothing then.
            self._begin(tx, user, is_new=not people)
            self._join(tx, user, offer.invitation.id, address)
            tx.gate.set_password(user.id, phc, now=now)
            # A link that somebody was shown before would choose another password.
            tx.gate.delete_artifacts_of_subject(ACTIVATION, user.id)
            self._sessions.end_others(tx, user.id, keep=None)
            self._log.record(tx, Actor("user", user.id, address=address), Act("user.activate", user.id))
        return user

    def _begin(self, tx: Tx, user: User, *, is_new: bool) -> None:
        """Make the address somebody's who has none yet. Raises PageError where it is somebody's meanwhile."""
        if is_new and not tx.platform.insert_user(user):
            raise PageError(SIGN_IN_REQUIRED, "somebody began an account meanwhile")
        before = tx.gate.user(user.id)
        if before is None or before.email_verified_at is not None or not self._addresses.verify(tx, user):
            raise PageError(SIGN_IN_REQUIRED, "the address was verified meanwhile")

    def refuse(self, token: str | None) -> None:
        """Say no by the link, with an account or without. Raises PageError."""
        with self._services.store.begin() as tx:
            invitation, _ = self._sent(tx, token)
            if tx.gate.drop_invitation(invitation.id) is None:
                raise PageError(INVITATION_GONE)
            self._declined(tx, invitation)

    def _newcomer(self, invitation: Invitation, people: tuple[User, ...], wanted: Newcomer) -> User:
        if _has_account(people):
            raise PageError(SIGN_IN_REQUIRED)
        if people:
            if people[0].state != "enabled":
                raise PageError(INVITATION_GONE, "the person was disabled")
            return people[0]
        name = wanted.name.strip()
        problem = fields.line_problem(name) if name else FIELD_REQUIRED
        if problem is not None:
            raise Invalid((FieldError("name", problem),))
        now = self._services.clock.now()
        identifier = self._services.entropy.new_id()
        return User(identifier, "enabled", 1, 1, name, invitation.email, updated_at=now, created_at=now)

    def _sent(self, tx: Tx, token: str | None) -> Found:
        """The invitation of a link. Raises PageError."""
        now = self._services.clock.now()
        artifact = None
        if token and len(token) <= _LONGEST_TOKEN:
            artifact = tx.gate.artifact(KIND, digest(token), now=now)
        found = None if artifact is None else tx.gate.invitation(from_text(artifact.payload.decode()) or 0)
        if found is None or not stands(tx, found[0]):
            raise PageError(INVITATION_GONE)
        if found[0].state(now) == "expired":
            raise PageError(INVITATION_EXPIRED)
        return found

    def _join(self, tx: Tx, user: User, invitation_id: Id, address: str | None) -> Organization:
        """The one place where somebody becomes a member by agreeing.

        The invitation itself is what works once; every way takes it first, and its link after that.
        """
        now = self._services.clock.now()
        found = tx.gate.invitation(invitation_id)
        invitation = tx.gate.spend_invitation(invitation_id, user.id, now=now)
        if invitation is None or found is None:
            raise PageError(_why_not(tx, found, user.id, now))
        if not stands(tx, invitation):
            raise PageError(INVITATION_GONE, "who invited may not do so any more")
        tx.gate.delete_artifacts_of_subject(KIND, invitation.id)
        # The time as the first epoch: whoever is removed and joins again gets a higher one, so that
        # nothing made in the former membership revives (data model §1).
        membership = Membership(
            user.id, invitation.organization_id, invitation.role, "enabled", epoch=now, created_at=now
        )
        # Somebody who is a member already stays what they are: no invitation enables or promotes.
        if tx.organization(invitation.organization_id).insert_membership(membership):
            told = {"invitation_id": to_text(invitation.id), "role": invitation.role, "state": "enabled"}
            act = Act("member.join", user.id, invitation.organization_id, after=told)
            self._log.record(tx, Actor("user", user.id, address=address), act)
        return found[1]

    def _declined(self, tx: Tx, invitation: Invitation) -> None:
        """Told to the organization without saying who: it invited an address, and learns of no account."""
        tx.gate.delete_artifacts_of_subject(KIND, invitation.id)
        told = {"email": invitation.email, "role": invitation.role}
        act = Act("invitation.decline", invitation.id, invitation.organization_id, before=told)
        self._log.record(tx, Actor("user"), act)


def _has_account(people: tuple[User, ...]) -> bool:
    return any(one.email_verified_at is not None for one in people)


def _offer(tx: Tx, invitation: Invitation, organization: Organization) -> Offer:
    inviter = None if invitation.invited_by is None else tx.gate.user(invitation.invited_by)
    is_known = inviter is not None and inviter.email_verified_at is not None
    return Offer(invitation, organization, inviter.email if inviter is not None and is_known else None)


def _why_not(tx: Tx, found: Found | None, user_id: Id, now: Instant) -> Reason:
    """Why somebody cannot answer an invitation. That another's exists is told to nobody."""
    if found is not None and found[0].state(now) == "expired":
        owner = tx.gate.password_of(found[0].email)
        if owner is not None and owner.user.id == user_id:
            return INVITATION_EXPIRED
    return INVITATION_GONE
