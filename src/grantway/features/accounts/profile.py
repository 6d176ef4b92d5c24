"""What a signed-in person sees of the own account."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.messages import Session
from grantway.core.model import Place, User
from grantway.features.accounts.sessions import Sessions
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, the organizations they belong to, and the browsers in which they are signed in."""

    user: User
    places: tuple[Place, ...]
    sessions: tuple[Session, ...]


class Profiles:
    """Reads profiles."""

    def __init__(self, services: Services, sessions: Sessions) -> None:
        self._services = services
        self._sessions = sessions

    def of(self, session: Session) -> Profile | None:
        """The profile of the person of a live session; None if the account was deleted meanwhile."""
        user = self._services.directory.user(session.user_id)
        if user is None:
            return None
        with self._services.store.read() as tx:
            places = tx.gate.places(user.id)
        by_name = sorted(places, key=lambda place: place.organization.name.casefold())
        return Profile(user, tuple(by_name), self._sessions.of_user(user.id))
