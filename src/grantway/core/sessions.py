"""How sessions end, and what ends with them.

What a session gave is dead from the commit on that ends it. Families with `offline_access` were allowed
to go on while their person is away: signing out leaves them alone, a new password need not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grantway.core.model import DAY, Artifact, Id, Instant
from grantway.core.scopes import OFFLINE_ACCESS, ScopeSet

LONGEST_LIFE: Instant = 7 * DAY
"""How long a session lives at most, however busy it is."""


@dataclass(frozen=True, slots=True)
class EndedSession:
    """A session that was ended; `ends_offline`: together with what would go on without its person."""

    id: Id
    ends_offline: bool


def mark_of(session_id: Id, granted: ScopeSet) -> int:
    """Under which number a token that was made in a session is found dead.

    One number for what ends with the session, and its negative for what only a new password ends: so
    that a process looks up one number for a token, whichever it is.
    """
    return -session_id if OFFLINE_ACCESS in granted else session_id


def session_of(mark: int) -> Id:
    """The session that a mark belongs to."""
    return abs(mark)


def marks_of(ended: EndedSession) -> tuple[int, ...]:
    """The numbers of everything that ended with a session."""
    return (ended.id, -ended.id) if ended.ends_offline else (ended.id,)


class SessionKeeper(Protocol):
    """Where sessions end, and what stands on them is found."""

    def end_session(self, session_id: Id, *, ends_offline: bool, now: Instant) -> None:
        """End a session for good, with all that it gave, and write the change feed. Twice is once."""

    def ended_sessions(self, since: Instant) -> tuple[EndedSession, ...]:
        """The sessions that were ended at or after `since`."""

    def sessions_of_user(self, user_id: Id, *, now: Instant) -> frozenset[Id]:
        """Every session of a person that anything was given in and may still stand, live or expired."""

    def hold_password(self, user_id: Id) -> str | None:
        """The hash of a person's password, which stays the same until this unit ends."""

    def artifacts_of_session(self, kind: str, session_id: Id, *, now: Instant) -> tuple[Artifact, ...]:
        """The unexpired artifacts of one kind that stand on a session, oldest first."""

    def delete_artifact(self, kind: str, key: bytes) -> None: ...


class SessionSweeping(Protocol):
    """What housekeeping does with the ends of sessions."""

    def delete_ended_sessions(self, *, before: Instant, limit: int) -> int:
        """Forget the ends of sessions that nothing stands on any more."""
