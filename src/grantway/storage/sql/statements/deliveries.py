"""Statements of deliveries: what is on its way, who holds it, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, exists, func, null, or_, select, update

from grantway.storage.sql import notice_rows
from grantway.storage.sql.statements.filters import is_active_organization
from grantway.storage.sql.tables.notices import deliveries, events, webhooks
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.types import Identifier, Moment, Number, constant

_NOW = bindparam("now", type_=Moment)
_LIMIT = bindparam("limit", type_=Number)
_WEBHOOK = bindparam("webhook_id_", type_=Identifier)
_BEFORE_AT = bindparam("before_at", type_=Moment)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_queue(insert), **_log()}


def _queue(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_pending = deliveries.c.state == constant("pending")
    # To what is disabled nothing goes; it waits, and goes when that ends in time.
    is_open = exists().where(
        webhooks.c.id == deliveries.c.webhook_id,
        webhooks.c.state == constant("enabled"),
        organizations.c.id == webhooks.c.organization_id,
        is_active_organization(),
    )
    is_due = and_(
        is_pending,
        deliveries.c.next_at <= _NOW,
        or_(deliveries.c.webhook_id.is_(None), is_open),
    )
    first = select(deliveries.c.id).where(is_due).order_by(deliveries.c.next_at)
    due = first.limit(_LIMIT).offset(constant(0)).with_for_update(skip_locked=True, of=deliveries)
    outcome = ("state", "next_at", "failures", "last_status", "last_problem", "delivered_at")
    return {
        "insert_delivery": insert(deliveries).values(
            {column.name: bindparam(column.name) for column in deliveries.c}
        ),
        # Of what was not tried often enough yet, and of events that nobody was told of at all.
        "outbox_waiting": select(func.count(), func.min(deliveries.c.created_at)).where(is_pending),
        "events_waiting": select(func.count(), func.min(events.c.at)).where(
            events.c.state == constant("new")
        ),
        "due_delivery": first.limit(constant(1)).offset(constant(0)),
        # The one step that decides who sends: whoever comes second finds that the time lies ahead.
        "claim_deliveries": update(deliveries)
        .where(deliveries.c.id.in_(due), is_pending, deliveries.c.next_at <= _NOW)
        .values(next_at=bindparam("until", type_=Moment), attempts=deliveries.c.attempts + constant(1))
        .returning(*notice_rows.DELIVERY),
        "finish_delivery": update(deliveries)
        .where(
            deliveries.c.id == bindparam("delivery_id", type_=Identifier),
            # A claim that ran out, or that somebody's replay ended, stores nothing.
            deliveries.c.attempts == bindparam("attempts", type_=Number),
            deliveries.c.next_at == bindparam("held_until", type_=Moment),
            is_pending,
        )
        .values({name: bindparam(name) for name in outcome})
        .returning(deliveries.c.id),
        "give_up_deliveries": update(deliveries)
        .where(is_pending, deliveries.c.since < bindparam("before", type_=Moment))
        .values(state=constant("failed"))
        .returning(deliveries.c.id),
    }


def _log() -> dict[str, ClauseElement]:
    is_ours = and_(
        deliveries.c.webhook_id == _WEBHOOK,
        exists().where(
            webhooks.c.id == deliveries.c.webhook_id,
            webhooks.c.organization_id == bindparam("organization_id_", type_=Identifier),
        ),
    )
    is_it = and_(is_ours, deliveries.c.id == bindparam("delivery_id", type_=Identifier))
    return {
        "deliveries": select(*notice_rows.DELIVERY)
        .where(
            is_ours,
            deliveries.c.created_at <= _BEFORE_AT,
            or_(
                deliveries.c.created_at < _BEFORE_AT,
                deliveries.c.id < bindparam("before_id", type_=Identifier),
            ),
        )
        .order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc())
        .limit(_LIMIT)
        .offset(constant(0)),
        "delivery_time": select(deliveries.c.created_at).where(is_it),
        "replay_delivery": update(deliveries)
        .where(is_it)
        .values(
            state=constant("pending"),
            since=_NOW,
            next_at=_NOW,
            failures=constant(0),
            last_problem=null(),
            delivered_at=null(),
        )
        .returning(*notice_rows.DELIVERY),
    }
