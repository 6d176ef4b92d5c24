"""What a signed-in person sees of the own account."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.messages import Session
from grantway.core.model import Place, User
from grantway.core.sign_ins import SignIn
from grantway.features.accounts.sessions import Sessions
from grantway.features.services import Services

SHOWN_OF_EACH = 5
"""Sign-ins of each outcome on the page."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, the organizations they belong to, and the browsers in which they are signed in."""

    user: User
    places: tuple[Place, ...]
    sessions: tuple[Session, ...]
    sign_ins: tuple[SignIn, ...] = ()
    """The last attempts on the account, the newest first."""


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
            sign_ins = _last_of_each(tx.gate.sign_ins_of(user.id))
        by_name = sorted(places, key=lambda place: place.organization.name.casefold())
        return Profile(user, tuple(by_name), self._sessions.of_user(user.id), sign_ins)


def _last_of_each(sign_ins: tuple[SignIn, ...]) -> tuple[SignIn, ...]:
    """The newest of each outcome, so that a flood of failures hides no success."""
    shown = {
        one.id
        for outcome in ("succeeded", "failed")
        for one in [one for one in sign_ins if one.outcome == outcome][:SHOWN_OF_EACH]
    }
    return tuple(one for one in sign_ins if one.id in shown)
