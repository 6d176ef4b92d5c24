"""Statements of device requests: counted, decided once, swept away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, select, update

from grantway.core.model import SECOND
from grantway.storage.sql import rows
from grantway.storage.sql.tables.devices import device_requests
from grantway.storage.sql.types import Bytes, Identifier, Moment, Number, Words, constant

_NOW = bindparam("now", type_=Moment)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    request = device_requests.c
    is_it = request.key == bindparam("key_", type_=Bytes)
    is_unexpired = request.expires_at > _NOW
    of_its_own = and_(
        is_it,
        request.application_id == bindparam("application_id_", type_=Identifier),
        request.dialect == bindparam("dialect_", type_=Words),
    )
    slower = request.interval + bindparam("slower", type_=Number)
    old = (
        select(request.key)
        .where(request.expires_at < bindparam("before", type_=Moment))
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0))
    )
    return {
        "put_device_request": insert(device_requests)
        .values({column.name: bindparam(column.name) for column in request})
        .on_conflict_do_nothing()
        .returning(request.key),
        "device_request": select(*rows.DEVICE_REQUEST).where(
            request.user_key == bindparam("user_key_", type_=Bytes), is_unexpired
        ),
        "device_request_of": select(*rows.DEVICE_REQUEST).where(is_it, is_unexpired),
        "poll_device_request": update(device_requests)
        .where(of_its_own, request.next_poll_at <= _NOW)
        .values(next_poll_at=_NOW + request.interval * constant(SECOND))
        .returning(*rows.DEVICE_REQUEST),
        "slow_device_request": update(device_requests)
        .where(of_its_own)
        .values(interval=slower, next_poll_at=_NOW + slower * constant(SECOND))
        .returning(*rows.DEVICE_REQUEST),
        "decide_device_request": update(device_requests)
        .where(is_it, is_unexpired, request.state == constant("waiting"))
        .values(state=bindparam("state_", type_=Words))
        .returning(*rows.DEVICE_REQUEST),
        "delete_all_device_requests": delete(device_requests),
        "delete_device_requests": delete(device_requests).where(request.key.in_(old)).returning(request.key),
    }
