"""What applications may do in a person's name, as the person sees it and takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grantway.core.model import Id, Instant, UserConsent
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
        """Mark a consent as withdrawn. False where there is none, or it was withdrawn before."""

    def revoke_grants_of_user(
        self, user_id: Id, application_id: Id, organization_id: Id, *, reason: str, now: Instant
    ) -> int:
        """Revoke a person's live grants of an application in an organization, and write the change feed."""
