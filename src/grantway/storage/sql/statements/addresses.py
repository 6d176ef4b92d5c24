"""Statements of notification addresses: who agreed to get an organization's letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, func, null, or_, select, update

from grantway.storage.sql.tables.notices import notify_addresses
from grantway.storage.sql.tables.people import memberships, user_emails, users
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_FOLDED = bindparam("folded_", type_=Words)
_ID = bindparam("address_id", type_=Identifier)
_NOW = bindparam("now", type_=Moment)


_IS_MEMBERS = (
    exists()
    .where(
        memberships.c.organization_id == notify_addresses.c.organization_id,
        memberships.c.state == constant("enabled"),
        users.c.id == memberships.c.user_id,
        users.c.state == constant("enabled"),
        user_emails.c.user_id == users.c.id,
        user_emails.c.folded == notify_addresses.c.folded,
        user_emails.c.verified_at.is_not(None),
    )
    .correlate(notify_addresses)
)
_WHOLE = (
    *(notify_addresses.c[name] for name in ("id", "organization_id", "address", "asked_at")),
    notify_addresses.c.confirmed_at,
    notify_addresses.c.refused_at,
    _IS_MEMBERS,
)
_IS_UNANSWERED = and_(notify_addresses.c.confirmed_at.is_(None), notify_addresses.c.refused_at.is_(None))


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_asking(insert), **_owned()}


def _owned() -> dict[str, ClauseElement]:
    is_here = notify_addresses.c.organization_id == _ORGANIZATION
    is_it = and_(is_here, notify_addresses.c.id == _ID)
    was_asked_before = notify_addresses.c.asked_at <= bindparam("before", type_=Moment)
    state = bindparam("state_", type_=Words)
    is_wanted = or_(
        func.length(state) == constant(0),
        and_(state == constant("member"), _IS_MEMBERS),
        and_(state == constant("agreed"), ~_IS_MEMBERS, notify_addresses.c.confirmed_at.is_not(None)),
        and_(state == constant("refused"), ~_IS_MEMBERS, notify_addresses.c.refused_at.is_not(None)),
        and_(state == constant("asked"), ~_IS_MEMBERS, _IS_UNANSWERED),
    )
    return {
        "notify_addresses": select(*_WHOLE)
        .where(
            is_here,
            notify_addresses.c.id > bindparam("after", type_=Identifier),
            notify_addresses.c.folded.like(bindparam("pattern", type_=Words), escape="\\"),
            is_wanted,
        )
        .order_by(notify_addresses.c.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
        "own_notify_address": select(*_WHOLE).where(is_it),
        # Of several at once one finds it as it was, so there is one letter.
        "ask_address_again": update(notify_addresses)
        .where(is_it, _IS_UNANSWERED, was_asked_before)
        .values(asked_at=_NOW)
        .returning(notify_addresses.c.id),
        "remove_address": delete(notify_addresses)
        .where(
            is_it,
            notify_addresses.c.refused_at.is_(None),
            or_(notify_addresses.c.confirmed_at.is_not(None), was_asked_before),
        )
        .returning(notify_addresses.c.id),
    }


def _asking(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    here = and_(notify_addresses.c.organization_id == _ORGANIZATION, notify_addresses.c.folded == _FOLDED)
    known = (
        select(func.count())
        .select_from(notify_addresses)
        .where(notify_addresses.c.organization_id == _ORGANIZATION)
    )
    waiting = known.where(_IS_UNANSWERED).scalar_subquery()
    asked = select(_ID, _ORGANIZATION, _FOLDED, bindparam("address", type_=Words), _NOW).where(
        waiting < bindparam("most_waiting", type_=Number),
        known.scalar_subquery() < bindparam("most", type_=Number),
    )
    member = memberships.join(users, users.c.id == memberships.c.user_id).join(
        user_emails, user_emails.c.user_id == users.c.id
    )
    over = (
        select(notify_addresses.c.id)
        .where(
            notify_addresses.c.asked_at < bindparam("before", type_=Moment),
            _IS_UNANSWERED,
        )
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0))
    )
    return {
        "member_address": select(user_emails.c.user_id)
        .select_from(member)
        .where(
            memberships.c.organization_id == _ORGANIZATION,
            memberships.c.state == constant("enabled"),
            users.c.state == constant("enabled"),
            user_emails.c.folded == _FOLDED,
            user_emails.c.verified_at.is_not(None),
        )
        .limit(constant(1))
        .offset(constant(0)),
        "notify_address": select(notify_addresses.c.confirmed_at, notify_addresses.c.refused_at).where(here),
        "notify_address_by_id": select(*_WHOLE).where(notify_addresses.c.id == _ID),
        # Bounded by the statement that writes it, so that no two requests write past the bound.
        "ask_address": insert(notify_addresses)
        .from_select(["id", "organization_id", "folded", "address", "asked_at"], asked)
        .on_conflict_do_nothing()
        .returning(notify_addresses.c.id),
        "confirm_address": update(notify_addresses)
        .where(notify_addresses.c.id == _ID)
        .values(confirmed_at=func.coalesce(notify_addresses.c.confirmed_at, _NOW))
        .returning(notify_addresses.c.id),
        "refuse_address": update(notify_addresses)
        .where(notify_addresses.c.id == _ID)
        .values(refused_at=_NOW, confirmed_at=null())
        .returning(notify_addresses.c.id),
        "delete_unconfirmed_addresses": delete(notify_addresses)
        .where(notify_addresses.c.id.in_(over))
        .returning(notify_addresses.c.id),
    }
