"""Which organization a person chose for an application in a session: so that silence can be answered.

A choice stands on its session, as an artifact does: it is gone when the session ends or expires. One
session remembers a limited number of applications, the latest ones.
"""

from __future__ import annotations

from grantway.core.messages import Session
from grantway.core.model import Application, Artifact, Id, Instant
from grantway.core.ports import Tx
from grantway.core.secrets import digest
from grantway.core.sessions import LONGEST_LIFE

KIND = "choice"
MOST = 50
"""Applications that one session remembers a choice for."""


def remember(
    tx: Tx, session: Session, application: Application, organization_id: Id, *, now: Instant
) -> None:
    """The person chose this organization for the application."""
    choice = Artifact(
        kind=KIND,
        key=_key(session, application.id),
        payload=b"",
        created_at=now,
        expires_at=session.created_at + LONGEST_LIFE,
        application_id=application.id,
        organization_id=organization_id,
        subject=session.user_id,
        session_id=session.id,
    )
    if tx.gate.replace_artifact(choice, now=now):
        return
    for former in tx.gate.artifacts_of_session(KIND, session.id, now=now)[: -(MOST - 1)]:
        tx.gate.delete_artifact(KIND, former.key)
    tx.gate.put_artifact(choice)


def recalled(tx: Tx, session: Session, application: Application, *, now: Instant) -> Id | None:
    """The organization that was chosen for the application in this session, allowed today or not."""
    choice = tx.gate.artifact(KIND, _key(session, application.id), now=now)
    return choice.organization_id if choice is not None else None


def _key(session: Session, application_id: Id) -> bytes:
    return digest(f"choice.{session.id}.{application_id}")
