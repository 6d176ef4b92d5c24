"""Statements of events, and of who is told: webhooks, administrators, makers of secrets that expire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, func, null, or_, select, update

from grantway.storage.sql import notice_rows
from grantway.storage.sql.tables.notices import deliveries, events, expiry_warnings, webhooks
from grantway.storage.sql.tables.people import memberships, user_emails, users
from grantway.storage.sql.tables.registry import applications, credentials
from grantway.storage.sql.types import Bytes, Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_WEBHOOK = bindparam("webhook_id_", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)
_NOW = bindparam("now", type_=Moment)
_BEFORE = bindparam("before", type_=Moment)
_LIMIT = bindparam("limit", type_=Number)
_SEAL_KEY = bindparam("seal_key", type_=Words)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_events(insert), **_webhooks(insert), **_health(), **_seals(), **_people(), **_expiry(insert)}


def _events(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_new = events.c.state == constant("new")
    # The first one of each organization comes before the second one of any.
    turn = func.row_number().over(partition_by=events.c.organization_id, order_by=(events.c.at, events.c.id))
    queue = select(events.c.id, events.c.at, turn.label("turn")).where(is_new).subquery()
    first = (
        select(queue.c.id)
        .order_by(queue.c.turn, queue.c.at, queue.c.id)
        .limit(_LIMIT)
        .offset(constant(0))
        .subquery()
    )
    waiting = (
        select(events.c.id)
        .where(is_new, events.c.id.in_(select(first.c.id)))
        .limit(_LIMIT)
        .offset(constant(0))
        .with_for_update(skip_locked=True)
    )
    is_pending = exists().where(
        deliveries.c.event_id == events.c.id, deliveries.c.state == constant("pending")
    )
    over = (
        select(events.c.id)
        .where(events.c.at < _BEFORE, ~is_new, ~is_pending)
        .limit(_LIMIT)
        .offset(constant(0))
    )
    return {
        "insert_event": insert(events).values({column.name: bindparam(column.name) for column in events.c}),
        "event": select(*notice_rows.EVENT).where(events.c.id == bindparam("event_id", type_=Identifier)),
        "new_event": select(events.c.id).where(is_new).limit(constant(1)).offset(constant(0)),
        # Two that expand at once never take the same event.
        "take_events": update(events)
        .where(events.c.id.in_(waiting), is_new)
        .values(state=constant("expanded"))
        .returning(*notice_rows.EVENT),
        "update_event": update(events)
        .where(events.c.id == bindparam("event_id", type_=Identifier))
        .values(
            facts=bindparam("facts"),
            organization_id=bindparam("organization_id"),
            application_id=bindparam("application_id"),
        ),
        "delete_events": delete(events).where(events.c.id.in_(over)).returning(events.c.id),
    }


def _webhooks(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_it = and_(webhooks.c.id == _WEBHOOK, webhooks.c.organization_id == _ORGANIZATION)
    is_current = and_(is_it, webhooks.c.version == _VERSION)
    names = (
        "url",
        "events",
        "label",
        "state",
        "disabled_reason",
        "failures",
        "failing_since",
        "stopped_by_rank",
    )
    is_gone = ~exists().where(applications.c.id == webhooks.c.application_id)
    is_awaited = exists().where(
        deliveries.c.webhook_id == webhooks.c.id, deliveries.c.state == constant("pending")
    )
    return {
        "webhooks": select(*notice_rows.WEBHOOK)
        .where(webhooks.c.organization_id == _ORGANIZATION)
        .order_by(webhooks.c.id),
        "webhook": select(*notice_rows.WEBHOOK).where(is_it),
        "insert_webhook": insert(webhooks).values(
            {column.name: bindparam(column.name) for column in webhooks.c}
        ),
        "update_webhook": update(webhooks)
        .where(is_current)
        .values(
            {name: bindparam(name) for name in names}
            # Whoever changes it may have mended it.
            | {"version": webhooks.c.version + constant(1), "rests_until": null()}
        )
        .returning(*notice_rows.WEBHOOK),
        "delete_webhook": delete(webhooks).where(is_current).returning(webhooks.c.id),
        "rotate_webhook": update(webhooks)
        .where(is_current)
        .values(
            former=webhooks.c.sealed,
            former_until=bindparam("former_until", type_=Moment),
            sealed=bindparam("sealed", type_=Bytes),
            seal_key_id=_SEAL_KEY,
            version=webhooks.c.version + constant(1),
        )
        .returning(*notice_rows.WEBHOOK),
        "listening": select(*notice_rows.WEBHOOK)
        .where(
            webhooks.c.organization_id == _ORGANIZATION,
            webhooks.c.state == constant("enabled"),
            or_(webhooks.c.application_id.is_(None), webhooks.c.application_id == _APPLICATION),
        )
        .order_by(webhooks.c.id),
        "delete_orphaned_webhooks": delete(webhooks)
        .where(
            webhooks.c.application_id.is_not(None),
            is_gone,
            ~is_awaited,
            ~exists().where(events.c.state == constant("new")),
        )
        .returning(webhooks.c.id),
    }


def _health() -> dict[str, ClauseElement]:
    is_it = webhooks.c.id == _WEBHOOK
    return {
        "webhook_answered": update(webhooks)
        .where(is_it)
        .values(failures=constant(0), failing_since=null(), rests_until=_NOW),
        "rest_webhook": update(webhooks).where(is_it).values(rests_until=bindparam("until", type_=Moment)),
        "release_webhook": update(webhooks)
        .where(is_it, webhooks.c.held_until == bindparam("held_until_", type_=Moment))
        .values(held_until=null()),
        "webhook_failed": update(webhooks)
        .where(is_it)
        .values(
            failures=webhooks.c.failures + constant(1),
            failing_since=func.coalesce(webhooks.c.failing_since, _NOW),
        )
        .returning(*notice_rows.WEBHOOK),
        "disable_webhook": update(webhooks)
        .where(is_it, webhooks.c.state == constant("enabled"))
        .values(
            state=constant("disabled"),
            disabled_reason=bindparam("reason", type_=Words),
            version=webhooks.c.version + constant(1),
        )
        .returning(webhooks.c.id),
    }


def _seals() -> dict[str, ClauseElement]:
    signing = (webhooks.c.id, webhooks.c.sealed, webhooks.c.former, webhooks.c.former_until)
    return {
        "target_of": select(*notice_rows.WEBHOOK, *signing).where(webhooks.c.id == _WEBHOOK),
        "signing_sealed_otherwise": select(*signing)
        .where(webhooks.c.seal_key_id != _SEAL_KEY)
        .order_by(webhooks.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "reseal_signing": update(webhooks)
        .where(webhooks.c.id == _WEBHOOK, webhooks.c.sealed == bindparam("present", type_=Bytes))
        .values(
            sealed=bindparam("sealed", type_=Bytes),
            former=bindparam("former", type_=Bytes),
            former_until=bindparam("former_until", type_=Moment),
            seal_key_id=_SEAL_KEY,
        )
        .returning(webhooks.c.id),
    }


def _people() -> dict[str, ClauseElement]:
    is_administrator = or_(memberships.c.role == constant("owner"), memberships.c.role == constant("admin"))
    found = memberships.join(users, users.c.id == memberships.c.user_id).join(
        user_emails, and_(user_emails.c.user_id == users.c.id, user_emails.c.is_primary == constant(1))
    )
    return {
        "administrators": select(user_emails.c.address, users.c.locale)
        .select_from(found)
        .where(
            memberships.c.organization_id == _ORGANIZATION,
            is_administrator,
            memberships.c.state == constant("enabled"),
            users.c.state == constant("enabled"),
            user_emails.c.verified_at.is_not(None),
        )
        .order_by(users.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
    }


def _expiry(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    days, until = bindparam("days", type_=Identifier), bindparam("until", type_=Moment)
    is_told = exists().where(
        expiry_warnings.c.credential_id == credentials.c.id, expiry_warnings.c.days <= days
    )
    due = (
        select(credentials.c.id, days)
        .select_from(credentials.join(applications, applications.c.id == credentials.c.application_id))
        .where(
            credentials.c.expires_at > _NOW,
            credentials.c.expires_at <= until,
            # A secret made for less time than that needs no such warning.
            credentials.c.expires_at - credentials.c.created_at > bindparam("within", type_=Moment),
            credentials.c.revoked_at.is_(None),
            applications.c.state != constant("deletion_scheduled"),
            ~is_told,
        )
        .limit(_LIMIT)
        .offset(constant(0))
    )
    return {
        # The row that is inserted decides who tells.
        "claim_expiring": insert(expiry_warnings)
        .from_select(["credential_id", "days"], due)
        .on_conflict_do_nothing()
        .returning(expiry_warnings.c.credential_id),
        "expiring_secret": select(
            credentials.c.id,
            credentials.c.application_id,
            applications.c.organization_id,
            credentials.c.label,
            credentials.c.hint,
            credentials.c.expires_at,
        )
        .select_from(credentials.join(applications, applications.c.id == credentials.c.application_id))
        .where(credentials.c.id == bindparam("credential_id", type_=Identifier)),
    }
