"""Where a signed-in person works, and as whom: read anew for each page, so what was taken away is gone."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.messages import Session
from grantway.core.model import Place, User
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import caller_in_person
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class AtWork:
    """A person with the organizations in which they act now."""

    user: User
    places: tuple[Place, ...]

    def place_of(self, slug: str) -> Place | None:
        """Their place in the organization of this short name."""
        return next((one for one in self.places if one.organization.slug == slug), None)

    def caller_at(self, place: Place) -> Caller:
        """As whom they act there."""
        return caller_in_person(place.organization, self.user.id, place.membership.role)


class Working:
    """Says who works where."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def of(self, tx: Tx, session: Session) -> AtWork | None:
        """The person of a live session; None where the account is gone."""
        user = self._services.directory.user(session.user_id)
        return None if user is None else AtWork(user, tx.gate.places(user.id))
