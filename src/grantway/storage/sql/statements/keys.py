"""Statements of the server's keys and of the change feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.protocol import (
    artifacts,
    changes,
    feed_head,
    grants,
    secret_keys,
    signing_keys,
)
from grantway.storage.sql.types import Identifier, Number, Words, constant

FEED_PAGE = 10_000
_KEY = bindparam("key_id", type_=Identifier)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_keys(insert), **_feed(insert)}


def _keys(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    times = ("announced_at", "use_from", "retire_at", "withdrawn_at")
    return {
        "signing_keys": select(*rows.SIGNING_KEY).order_by(signing_keys.c.use_from, signing_keys.c.id),
        "insert_signing_key": insert(signing_keys).values(
            {column.name: bindparam(column.name) for column in signing_keys.c}
        ),
        "update_signing_key": update(signing_keys)
        .where(signing_keys.c.id == _KEY)
        .values({name: bindparam(name) for name in ("sealed", *times)}),
        "delete_signing_key": delete(signing_keys).where(signing_keys.c.id == _KEY),
        "secret_keys": select(*rows.SECRET_KEY).order_by(secret_keys.c.created_at, secret_keys.c.id),
        "insert_secret_key": insert(secret_keys).values(
            {column.name: bindparam(column.name) for column in secret_keys.c}
        ),
        "withdraw_signing_keys": update(signing_keys)
        .where(signing_keys.c.withdrawn_at.is_(None))
        .values(withdrawn_at=bindparam("withdrawn_at"))
        .returning(signing_keys.c.kid),
        "delete_secret_keys": delete(secret_keys).where(secret_keys.c.purpose != constant("pepper")),
        "delete_all_grants": delete(grants),
        "delete_all_artifacts": delete(artifacts).where(artifacts.c.kind != constant("told")),
        "reseal_secret_key": update(secret_keys)
        .where(secret_keys.c.id == _KEY)
        .values(sealed=bindparam("sealed")),
    }


def _feed(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    # The number is read back under the row lock that the update took, so nobody waits for it.
    line = select(
        feed_head.c.seq - bindparam("back", type_=Number),
        bindparam("kind", type_=Words),
        bindparam("id", type_=Identifier),
    )
    return {
        "feed_position": select(feed_head.c.seq),
        "advance_feed": update(feed_head).values(seq=feed_head.c.seq + bindparam("count", type_=Number)),
        "insert_change": insert(changes).from_select(["seq", "kind", "id"], line),
        "changes_after": select(changes.c.seq, changes.c.kind, changes.c.id)
        .where(changes.c.seq > bindparam("position", type_=Number))
        .order_by(changes.c.seq)
        .limit(constant(FEED_PAGE))
        .offset(constant(0)),
        "delete_changes": delete(changes)
        .where(changes.c.seq <= select(feed_head.c.seq - bindparam("keep", type_=Number)).scalar_subquery())
        .returning(changes.c.seq),
    }
