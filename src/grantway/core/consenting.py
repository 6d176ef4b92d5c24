"""What applications may do in a person's name, as the person sees it and takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grantway.core.model import Id, Instant, User, UserConsent
from grantway.core.scopes import ScopeSet


@dataclass(frozen=True, slots=True)
class LiveGrants:
    """The live grants of a person that one application holds for one organization, with one set of scopes.

    `since` is when the first of them was made.
    """

    application_id: Id
    organization_id: Id
    scopes: ScopeSet
    since: Instant
    consent_epoch: int = 0
    """The epoch of the consent that they were made under."""


@dataclass(frozen=True, slots=True)
class ConsentFilter:
    """Consents of one person, or to one application."""

    user_id: Id | None = None
    application_id: Id | None = None


@dataclass(frozen=True, slots=True)
class MemberConsent:
    """A consent to an application of others, as the admins of the organization see it."""

    consent: UserConsent
    user_name: str
    user_email: str
    is_member: bool
    """False for somebody who left: nothing works by it, until the person joins again."""
    client_id: str
    application_name: str
    owner_id: Id
    owner_name: str


class ConsentDoor(Protocol):
    """The consents of one organization's people to applications of others."""

    def consents(self, only: ConsentFilter, *, after: Id, limit: int) -> tuple[MemberConsent, ...]:
        """Those that were not withdrawn, by id."""

    def own_consent(self, consent_id: Id) -> MemberConsent | None:
        """One of them."""


class ConsentKeeper(Protocol):
    """Where a person's consents are read and withdrawn."""

    def consents_of_user(self, user_id: Id) -> tuple[UserConsent, ...]:
        """What a person agreed to and did not withdraw."""

    def consent_used(self, user_id: Id, application_id: Id, organization_id: Id, *, at: Instant) -> None:
        """Remember the last use of a consent, if there is one and no later use is known."""

    def consent_withdrawn_by(self, user_id: Id, application_id: Id, organization_id: Id, *, by: Id) -> None:
        """Remember who else withdrew it."""

    def consents_withdrawn_for(self, user_id: Id, *, since: Instant) -> tuple[UserConsent, ...]:
        """What others withdrew of a person's consents since then, the latest first."""

    def live_grants_of_user(self, user_id: Id, *, now: Instant) -> tuple[LiveGrants, ...]: ...
    def withdraw_consent(self, user_id: Id, application_id: Id, organization_id: Id, *, now: Instant) -> bool:
        """Withdraw a consent: its epoch goes up, and the change feed says so.

        False where there is none, or it was withdrawn before.
        """

    def withdraw_unasked(self, user_id: Id, application_id: Id, organization_id: Id, *, now: Instant) -> None:
        """The same where nobody was asked: the record says from then on how often it was withdrawn."""

    def person(self, user_id: Id) -> tuple[User, dict[tuple[Id, Id], int]] | None:
        """A user; and by application and organization, how often they withdrew what was allowed there."""

    def revoke_grants_of_user(
        self, user_id: Id, application_id: Id, organization_id: Id, *, reason: str, now: Instant
    ) -> int:
        """Revoke a person's live grants of an application in an organization, and write the change feed."""
