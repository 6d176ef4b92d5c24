"""The ends of sessions, and what a session remembers."""

from __future__ import annotations

from grantway.core.model import Artifact, Change, Id, Instant
from grantway.core.sessions import EndedSession, marks_of
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door


class Sessions(Door):
    """Implements `core.sessions.SessionKeeper`."""

    def end_session(self, session_id: Id, *, ends_offline: bool, now: Instant) -> None:
        """End a session for good, with all that it gave, and write the change feed."""
        ended = {"id": session_id, "ended_at": now, "ends_offline": int(ends_offline)}
        self._unit.queue("end_session", ended)
        for mark in marks_of(EndedSession(session_id, ends_offline)):
            self._feed.add(Change("session", mark))

    def ended_sessions(self, since: Instant) -> tuple[EndedSession, ...]:
        """The sessions that were ended at or after `since`."""
        found = self._unit.rows("ended_sessions", since=since)
        return tuple(EndedSession(session_id, bool(offline)) for session_id, offline in found)

    def sessions_of_user(self, user_id: Id, *, now: Instant) -> frozenset[Id]:
        """Every session of a person that anything was given in and may still stand, live or expired."""
        return frozenset(found for (found,) in self._unit.rows("sessions_of_user", user_id_=user_id, now=now))

    def hold_password(self, user_id: Id) -> str | None:
        """The hash of a person's password, which stays the same until this unit ends."""
        row = self._unit.row("hold_password", user_id_=user_id)
        return None if row is None else str(row[0])

    def artifacts_of_session(self, kind: str, session_id: Id, *, now: Instant) -> tuple[Artifact, ...]:
        """The unexpired artifacts of one kind that stand on a session, oldest first."""
        found = self._unit.rows("artifacts_of_session", kind_=kind, session_id_=session_id, now=now)
        return tuple(map(rows.artifact, found))

    def delete_artifact(self, kind: str, key: bytes) -> None:
        """Delete one artifact."""
        self._unit.queue("delete_artifact", {"kind_": kind, "key_": key})
