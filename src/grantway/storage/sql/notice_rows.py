"""Rows to records of notices, as `rows` does it for all others."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec
from sqlalchemy import select

from grantway.core.notices import Delivery, Event, Webhook
from grantway.storage.sql.rows import Row, columns_of, place_of, values_of, word_set, words
from grantway.storage.sql.tables import notices

EVENT = columns_of(notices.events, Event)
WEBHOOK = columns_of(notices.webhooks, Webhook)
DELIVERY = columns_of(
    notices.deliveries,
    Delivery,
    event=select(notices.events.c.name)
    .where(notices.events.c.id == notices.deliveries.c.event_id)
    .correlate(notices.deliveries)
    .scalar_subquery(),
)

_EVENT_FIELDS = tuple(field.name for field in fields(Event))
_WEBHOOK_EVENTS = place_of(Webhook, "events")


def event(row: Row) -> Event:
    """The event in a row."""
    values: dict[str, Any] = dict(zip(_EVENT_FIELDS, row, strict=True))
    values["tells"] = word_set(values["tells"])
    values["facts"] = msgspec.json.decode(values["facts"])
    values["addresses"] = words(values["addresses"])
    return Event(**values)


def values_of_event(one: Event, *, state: str) -> dict[str, Any]:
    """The values of an event for its table."""
    return {**values_of(one, notices.events), "state": state}


def webhook(row: Row) -> Webhook:
    """The webhook in a row."""
    values = list(row)
    values[_WEBHOOK_EVENTS] = words(values[_WEBHOOK_EVENTS])
    return Webhook(*values)
