"""Statements of deliveries: what is on its way, who holds it, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from grantway.storage.sql import notice_rows
from grantway.storage.sql.statements.filters import is_active_organization
from grantway.storage.sql.tables.notices import deliveries, events, webhooks
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.types import Identifier, Moment, Number, constant

_NOW = bindparam("now", type_=Moment)
_LIMIT = bindparam("limit", type_=Number)
_WEBHOOK = bindparam("webhook_id_", type_=Identifier)
_BEFORE_AT = bindparam("before_at", type_=Moment)
_IS_FREE = and_(
    or_(webhooks.c.held_until.is_(None), webhooks.c.held_until <= _NOW),
    or_(webhooks.c.rests_until.is_(None), webhooks.c.rests_until <= _NOW),
)
"""Nobody sends there now, and it is not left alone after a failure."""


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_queue(insert), **_log()}


def _queue(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_pending = deliveries.c.state == constant("pending")
    is_due = and_(is_pending, deliveries.c.next_at <= _NOW)
    is_letter = and_(is_due, deliveries.c.webhook_id.is_(None))
    is_it = deliveries.c.id == bindparam("delivery_id", type_=Identifier)
    outcome = ("state", "next_at", "failures", "last_status", "last_problem", "delivered_at")
    claimed = {"next_at": bindparam("until", type_=Moment), "attempts": deliveries.c.attempts + constant(1)}
    first_of_webhook = (
        select(deliveries.c.id)
        .where(is_due, deliveries.c.webhook_id == _WEBHOOK)
        .order_by(deliveries.c.next_at, deliveries.c.id)
        .limit(constant(1))
        .offset(constant(0))
    )
    return {
        "insert_delivery": insert(deliveries).values(
            {column.name: bindparam(column.name) for column in deliveries.c}
        ),
        "due_letter": select(deliveries.c.id).where(is_letter).limit(constant(1)).offset(constant(0)),
        "due_to_webhook": select(deliveries.c.id)
        .where(is_due, deliveries.c.webhook_id.is_not(None))
        .limit(constant(1))
        .offset(constant(0)),
        # Of what was not tried often enough yet, and of events that nobody was told of at all.
        "outbox_waiting": select(func.count(), func.min(deliveries.c.created_at)).where(is_pending),
        "events_waiting": select(func.count(), func.min(events.c.at)).where(
            events.c.state == constant("new")
        ),
        # The one step that decides who sends: whoever comes second finds that the time lies ahead.
        "claim_letters": update(deliveries)
        .where(deliveries.c.id.in_(_next_letters(is_letter)), is_letter)
        .values(claimed)
        .returning(*notice_rows.DELIVERY),
        "claim_webhooks": update(webhooks)
        .where(webhooks.c.id.in_(_next_webhooks(is_due)), _IS_FREE)
        .values(held_until=bindparam("until", type_=Moment))
        .returning(webhooks.c.id),
        "claim_of_webhook": update(deliveries)
        .where(deliveries.c.id.in_(first_of_webhook), is_due)
        .values(claimed)
        .returning(*notice_rows.DELIVERY),
        "finish_delivery": update(deliveries)
        .where(
            is_it,
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


def _next_letters(is_letter: ColumnElement[bool]) -> Select[Any]:
    """Letters by their turns: the first one of each organization before the second one of any."""
    turn = func.row_number().over(
        partition_by=events.c.organization_id, order_by=(deliveries.c.next_at, deliveries.c.id)
    )
    queue = (
        select(deliveries.c.id, deliveries.c.next_at, turn.label("turn"))
        .select_from(deliveries.join(events, events.c.id == deliveries.c.event_id))
        .where(is_letter)
        .subquery()
    )
    first = (
        select(queue.c.id)
        .order_by(queue.c.turn, queue.c.next_at, queue.c.id)
        .limit(_LIMIT)
        .offset(constant(0))
        .subquery()
    )
    return select(first.c.id)


def _next_webhooks(is_due: ColumnElement[bool]) -> Select[Any]:
    """Webhooks to which something is due, of no organization more at once than its share.

    Those that are held count in the share. One that answers comes before one that fails, and whoever was
    asked longest ago comes first. To what is disabled nothing goes; it waits, and goes when that ends.
    """
    is_held = webhooks.c.held_until > _NOW
    is_ready = and_(
        _IS_FREE,
        webhooks.c.state == constant("enabled"),
        exists().where(is_due, deliveries.c.webhook_id == webhooks.c.id),
        exists().where(organizations.c.id == webhooks.c.organization_id, is_active_organization()),
    )
    is_failing = case((webhooks.c.failures > constant(0), constant(1)), else_=constant(0))
    turn = func.row_number().over(
        partition_by=webhooks.c.organization_id,
        order_by=(
            case((is_held, constant(0)), else_=constant(1)),
            is_failing,
            func.coalesce(webhooks.c.rests_until, constant(0)),
            webhooks.c.id,
        ),
    )
    queue = (
        select(
            webhooks.c.id,
            is_failing.label("is_failing"),
            turn.label("turn"),
            case((is_held, constant(1)), else_=constant(0)).label("is_held"),
        )
        .where(or_(is_held, is_ready))
        .subquery()
    )
    place = func.row_number().over(partition_by=queue.c.is_failing, order_by=(queue.c.turn, queue.c.id))
    able = (
        select(queue.c.id, queue.c.is_failing, place.label("place"))
        .where(queue.c.is_held == constant(0), queue.c.turn <= bindparam("share", type_=Number))
        .subquery()
    )
    first = (
        select(able.c.id)
        .where(or_(able.c.is_failing == constant(0), able.c.place <= bindparam("failing", type_=Number)))
        .order_by(able.c.is_failing, able.c.place)
        .limit(_LIMIT)
        .offset(constant(0))
        .subquery()
    )
    return select(first.c.id)


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
