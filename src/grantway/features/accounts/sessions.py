"""Browser sessions: a person in a browser, without an organization (data model §3).

The cookie is a random text; only its SHA-256 is stored. A session *ends* by sign-out, from the list, by a
new password, or when somebody else signs in in the browser: what it gave is dead from that commit on. It
*expires* after 12 hours of silence and after 7 days: what it gave lives on. Only ends are written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from grantway.core.audit import Actor
from grantway.core.messages import Session
from grantway.core.model import HOUR, MINUTE, Artifact, Id, Instant, User
from grantway.core.ports import Gate, Tx
from grantway.core.secrets import Secret, digest, encode
from grantway.core.sessions import LONGEST_LIFE
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services

IDLE_LIFETIME: Instant = 12 * HOUR
ABSOLUTE_LIFETIME: Instant = LONGEST_LIFE
TOUCH_INTERVAL: Instant = 5 * MINUTE
"""How stale the stored idle time may be: reading a session writes at most once in this time."""

MOST_SESSIONS = 50
"""How many browsers a person is signed in to at once; the one that did so longest ago is signed out."""

KIND = "session"
_LONGEST_TEXT = 100


class _Stored(msgspec.Struct, frozen=True):
    id: Id
    user_id: Id
    auth_time: Instant
    methods: tuple[str, ...]
    created_at: Instant
    user_epoch: int


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A new session and the text of its cookie, which exists only here and in the browser."""

    text: Secret
    session: Session


class Sessions:
    """Starts, finds and ends sessions."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def find(self, text: str | None) -> Session | None:
        """The live session of a cookie; None if it ended, or its person may not sign in any more."""
        if not text or len(text) > _LONGEST_TEXT:
            return None
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            artifact = tx.gate.artifact(KIND, digest(text), now=now)
        if artifact is None:
            return None
        session = _session_of(artifact)
        user = self._services.directory.user(session.user_id)
        if user is None or user.state != "enabled" or user.epoch != session.user_epoch:
            return None
        return self._touched(artifact, session, now)

    def start(self, tx: Tx, user: User, methods: tuple[str, ...], *, replaces: str | None) -> StartedSession:
        """A session with a new text. The browser's former session, `replaces`, ends.

        A person who authenticates again keeps the session's id, which grants remember, so that signing
        out later still reaches everything that was begun in this browser. Somebody else's former
        session is signed out as by its own button.
        """
        now = self._services.clock.now()
        former = self._spend(tx.gate, replaces, now) if replaces else None
        identifier = self._services.entropy.new_id()
        if former is not None and former.user_id == user.id:
            identifier = former.id
        elif former is not None:
            tx.gate.end_session(former.id, ends_offline=False, now=now)
        self._make_room(tx.gate, user.id, identifier, now)
        text = encode(self._services.entropy.token_bytes(32))
        session = Session(identifier, user.id, now, methods, now, now + IDLE_LIFETIME, user.epoch)
        tx.gate.put_artifact(_artifact_of(session, digest(text)))
        return StartedSession(Secret(text), session)

    def _make_room(self, gate: Gate, user_id: Id, new: Id, now: Instant) -> None:
        """End the oldest sessions of a person where one more would be too many, as by their own buttons.

        Sign-ins of one person in the very same moment do not see each other; the next one ends what is over.
        """
        live = map(_session_of, gate.artifacts_of_subject(KIND, user_id, now=now))
        others = sorted((one for one in live if one.id != new), key=lambda one: one.auth_time)
        for one in others[: max(0, len(others) + 1 - MOST_SESSIONS)]:
            gate.end_session(one.id, ends_offline=False, now=now)

    def end(self, text: str | None) -> None:
        """Sign out: the session ends, and with it what was begun in it without offline_access."""
        if not text or len(text) > _LONGEST_TEXT:
            return
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            session = self._spend(tx.gate, text, now)
            if session is not None:
                tx.gate.end_session(session.id, ends_offline=False, now=now)

    def of_user(self, user_id: Id) -> tuple[Session, ...]:
        """The live sessions of a person, the newest first."""
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            artifacts = tx.gate.artifacts_of_subject(KIND, user_id, now=now)
        return tuple(sorted(map(_session_of, artifacts), key=lambda one: -one.auth_time))

    def end_others(self, tx: Tx, user_id: Id, *, keep: Id | None) -> int:
        """For a new password: end a person's sessions but the one with the id `keep`; how many were live.

        Those that expired end too, because their families lived on. Policy says whether that goes for
        families with `offline_access`.
        """
        now, policy = self._services.clock.now(), tx.gate.platform_policy()
        live = {_session_of(one).id for one in tx.gate.artifacts_of_subject(KIND, user_id, now=now)}
        for session_id in tx.gate.sessions_of_user(user_id, now=now) - {keep}:
            tx.gate.end_session(session_id, ends_offline=policy.password_ends_offline, now=now)
        return len(live - {keep})

    def end_one(self, user_id: Id, session_id: Id, *, address: str | None = None) -> bool:
        """End one of a person's own sessions; false if the person has no such session."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            live = tx.gate.artifacts_of_subject(KIND, user_id, now=now)
            if all(_session_of(one).id != session_id for one in live):
                return False
            tx.gate.end_session(session_id, ends_offline=False, now=now)
            self._log.record(tx, Actor("user", user_id, address=address), Act("session.end", session_id))
            return True

    def _touched(self, artifact: Artifact, session: Session, now: Instant) -> Session:
        expires_at = min(now + IDLE_LIFETIME, session.created_at + ABSOLUTE_LIFETIME)
        if expires_at - session.expires_at < TOUCH_INTERVAL:
            return session
        touched = replace(session, expires_at=expires_at)
        with self._services.store.begin() as tx:
            # False when the session was ended meanwhile: then it stays ended.
            is_live = tx.gate.replace_artifact(replace(artifact, expires_at=expires_at), now=now)
        return touched if is_live else session

    def _spend(self, gate: Gate, text: str, now: Instant) -> Session | None:
        artifact = gate.spend_artifact(KIND, digest(text), now=now)
        return _session_of(artifact) if artifact is not None else None


def _artifact_of(session: Session, key: bytes) -> Artifact:
    stored = _Stored(
        id=session.id,
        user_id=session.user_id,
        auth_time=session.auth_time,
        methods=session.methods,
        created_at=session.created_at,
        user_epoch=session.user_epoch,
    )
    return Artifact(
        kind=KIND,
        key=key,
        payload=msgspec.json.encode(stored),
        created_at=session.created_at,
        expires_at=session.expires_at,
        subject=session.user_id,
        session_id=session.id,
    )


def _session_of(artifact: Artifact) -> Session:
    stored = msgspec.json.decode(artifact.payload, type=_Stored)
    return Session(
        id=stored.id,
        user_id=stored.user_id,
        auth_time=stored.auth_time,
        methods=stored.methods,
        created_at=stored.created_at,
        expires_at=artifact.expires_at,
        user_epoch=stored.user_epoch,
    )
