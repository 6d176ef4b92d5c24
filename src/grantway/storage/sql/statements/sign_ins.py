"""Statements of attempts to sign in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, select

from grantway.storage.sql import rows
from grantway.storage.sql.tables.people import attempts, sign_ins, users
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant

_USER = bindparam("user_id_", type_=Identifier)
_OUTCOME = bindparam("outcome", type_=Words)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    counted = insert(attempts).values(
        bucket=bindparam("bucket"), window_start=bindparam("window_start"), count=constant(1)
    )
    new = select(*(bindparam(column.name, type_=column.type) for column in sign_ins.c)).where(
        users.c.id == _USER
    )
    own = sign_ins.alias("own")
    newest = (
        select(own.c.id)
        .where(own.c.user_id == _USER, own.c.outcome == _OUTCOME)
        .order_by(own.c.at.desc(), own.c.id.desc())
        .limit(bindparam("keep", type_=Number))
        .offset(constant(0))
    )
    old = sign_ins.alias("old")
    return {
        "tally": counted.on_conflict_do_update(
            index_elements=[attempts.c.bucket, attempts.c.window_start],
            set_={"count": attempts.c.count + constant(1)},
        ).returning(attempts.c.count),
        # From the users, so that it costs the same and does nothing where there is no such person.
        "insert_sign_in": insert(sign_ins).from_select([column.name for column in sign_ins.c], new),
        "forget_sign_ins": delete(sign_ins).where(
            sign_ins.c.user_id == _USER, sign_ins.c.outcome == _OUTCOME, sign_ins.c.id.not_in(newest)
        ),
        "sign_ins_of": select(*rows.SIGN_IN)
        .where(sign_ins.c.user_id == _USER)
        .order_by(sign_ins.c.at.desc(), sign_ins.c.id.desc()),
        "delete_sign_ins": delete(sign_ins)
        .where(
            sign_ins.c.id.in_(
                select(old.c.id)
                .where(old.c.at < bindparam("before", type_=Moment))
                .limit(bindparam("limit", type_=Number))
                .offset(constant(0))
            )
        )
        .returning(sign_ins.c.id),
    }
