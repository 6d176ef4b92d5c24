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


class ConsentKeeper(Protocol):
    """Where a person's consents are read and withdrawn."""

    def consents_of_user(self, user_id: Id) -> tuple[UserConsent, ...]:
        """What a person agreed to and did not withdraw."""

    def live_grants_of_user(self, user_id: Id, *, now: Instant) -> tuple[LiveGrants, ...]: ...
    def withdraw_consent(self, user_id: Id, application_id: Id, organization_id: Id, *, now: Instant) -> bool:
        """Mark a consent as withdrawn. False where there is none, or it was withdrawn before."""

    def revoke_grants_of_user(
        self, user_id: Id, application_id: Id, organization_id: Id, *, reason: str, now: Instant
    ) -> int:
        """Revoke a person's live grants of an application in an organization, and write the change feed."""
