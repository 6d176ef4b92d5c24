"""Statements of the ends of sessions, and of what a session remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, case, delete, exists, select, union

from grantway.storage.sql import rows
from grantway.storage.sql.statements.standing import ARTIFACT_STANDS
from grantway.storage.sql.tables.people import passwords
from grantway.storage.sql.tables.protocol import artifacts, grants
from grantway.storage.sql.tables.sessions import ended_sessions
from grantway.storage.sql.types import Bytes, Identifier, Moment, Number, Words, constant

_SESSION = bindparam("session_id_", type_=Identifier)
_USER = bindparam("user_id_", type_=Identifier)
_KIND = bindparam("kind_", type_=Words)
_NOW = bindparam("now", type_=Moment)
_LIMIT = bindparam("limit", type_=Number)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_ends(insert), **_memories()}


def _ends(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    end = insert(ended_sessions).values({column.name: bindparam(column.name) for column in ended_sessions.c})
    is_offline = end.excluded.ends_offline == constant(1)
    # By the artifacts, spent ones too: a code that is being redeemed now is seen before its grant is.
    by_artifact = select(artifacts.c.session_id).where(
        artifacts.c.subject == _USER, artifacts.c.session_id.is_not(None)
    )
    by_grant = select(grants.c.session_id).where(
        grants.c.subject_id == _USER,
        grants.c.subject_kind == constant("user"),
        grants.c.session_id.is_not(None),
        grants.c.state == constant("live"),
        grants.c.expires_at > _NOW,
    )
    is_stood_on = (
        exists().where(grants.c.session_id == ended_sessions.c.id),
        exists().where(artifacts.c.session_id == ended_sessions.c.id),
    )
    old = (
        select(ended_sessions.c.id)
        .where(
            ended_sessions.c.ended_at < bindparam("before", type_=Moment),
            *(~one for one in is_stood_on),
        )
        .order_by(ended_sessions.c.ended_at)
        .limit(_LIMIT)
        .offset(constant(0))
    )
    return {
        # The first end counts; a later one may only end more.
        "end_session": end.on_conflict_do_update(
            index_elements=[ended_sessions.c.id],
            set_={"ends_offline": case((is_offline, constant(1)), else_=ended_sessions.c.ends_offline)},
        ),
        "ended_sessions": select(ended_sessions.c.id, ended_sessions.c.ends_offline).where(
            ended_sessions.c.ended_at >= bindparam("since", type_=Moment)
        ),
        "sessions_of_user": union(by_artifact, by_grant),
        "delete_ended_sessions": delete(ended_sessions)
        .where(ended_sessions.c.id.in_(old))
        .returning(ended_sessions.c.id),
        # Whoever starts a session holds the password that opened it: a new one waits, or is seen.
        "hold_password": select(passwords.c.phc)
        .where(passwords.c.user_id == _USER)
        .with_for_update(read=True),
    }


def _memories() -> dict[str, ClauseElement]:
    of_session = and_(artifacts.c.session_id == _SESSION, artifacts.c.kind == _KIND)
    return {
        "artifacts_of_session": select(*rows.ARTIFACT)
        .where(of_session, artifacts.c.expires_at > _NOW, ARTIFACT_STANDS)
        .order_by(artifacts.c.created_at, artifacts.c.key),
        "delete_artifact": delete(artifacts).where(
            artifacts.c.kind == _KIND, artifacts.c.key == bindparam("key_", type_=Bytes)
        ),
    }
