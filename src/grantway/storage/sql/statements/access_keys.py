"""Statements of access keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, func, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.access_keys import access_keys
from grantway.storage.sql.types import Identifier, Moment, Number, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_KEY = bindparam("access_key_id_", type_=Identifier)
_USER = bindparam("user_id_", type_=Identifier)
_ACCOUNT = bindparam("service_account_id_", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)
_LIMIT = bindparam("limit", type_=Number)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name. Of an owner that is none, the id is 0."""
    key = access_keys.c
    is_here = key.organization_id == _ORGANIZATION
    is_it = and_(key.id == _KEY, is_here)
    is_by_user = or_(key.user_id == _USER, constant(0) == _USER)
    is_by_account = or_(key.service_account_id == _ACCOUNT, constant(0) == _ACCOUNT)
    is_by_owner = or_(
        key.user_id == bindparam("owner_id_", type_=Identifier),
        key.service_account_id == bindparam("owner_id_", type_=Identifier),
    )
    over = (
        select(key.id)
        .where(key.expires_at < bindparam("before", type_=Moment))
        .limit(_LIMIT)
        .offset(constant(0))
    )
    counted = select(func.count()).select_from(access_keys)
    names = ("label", "state", "epoch", "stopped_by_rank")
    return {
        "access_key": select(*rows.ACCESS_KEY).where(key.id == _KEY),
        "own_access_key": select(*rows.ACCESS_KEY).where(is_it),
        "access_keys": select(*rows.ACCESS_KEY)
        .where(is_here, key.id > bindparam("after", type_=Identifier), is_by_user, is_by_account)
        .order_by(key.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "count_access_keys": counted.where(is_here),
        "count_access_keys_of": counted.where(is_here, is_by_owner),
        "insert_access_key": insert(access_keys).values(
            {column.name: bindparam(column.name) for column in key}
        ),
        "update_access_key": update(access_keys)
        .where(is_it, key.version == _VERSION)
        .values({name: bindparam(name) for name in names} | {"version": key.version + constant(1)})
        .returning(*rows.ACCESS_KEY),
        "delete_access_key": delete(access_keys).where(is_it, key.version == _VERSION).returning(key.id),
        "delete_access_keys_of_member": delete(access_keys)
        .where(is_here, key.user_id == _USER)
        .returning(key.id),
        "access_key_used": update(access_keys)
        .where(
            key.id == _KEY,
            or_(key.last_used_at.is_(None), key.last_used_at < bindparam("last_used_at", type_=Moment)),
        )
        .values(last_used_at=bindparam("last_used_at"), last_used_from=bindparam("last_used_from")),
        "delete_ended_access_keys": delete(access_keys).where(key.id.in_(over)).returning(key.id),
    }
