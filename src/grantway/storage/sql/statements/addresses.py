"""Statements of notification addresses: who agreed to get an organization's letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, func, select, update

from grantway.storage.sql.tables.notices import notify_addresses
from grantway.storage.sql.tables.people import memberships, user_emails, users
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_FOLDED = bindparam("folded_", type_=Words)
_ID = bindparam("address_id", type_=Identifier)
_NOW = bindparam("now", type_=Moment)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    here = and_(notify_addresses.c.organization_id == _ORGANIZATION, notify_addresses.c.folded == _FOLDED)
    waiting = (
        select(func.count())
        .select_from(notify_addresses)
        .where(notify_addresses.c.organization_id == _ORGANIZATION, notify_addresses.c.confirmed_at.is_(None))
        .scalar_subquery()
    )
    asked = select(_ID, _ORGANIZATION, _FOLDED, bindparam("address", type_=Words), _NOW).where(
        waiting < bindparam("most", type_=Number)
    )
    member = memberships.join(users, users.c.id == memberships.c.user_id).join(
        user_emails, user_emails.c.user_id == users.c.id
    )
    over = (
        select(notify_addresses.c.id)
        .where(
            notify_addresses.c.asked_at < bindparam("before", type_=Moment),
            notify_addresses.c.confirmed_at.is_(None),
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
        "notify_address": select(notify_addresses.c.confirmed_at).where(here),
        "notify_address_by_id": select(
            notify_addresses.c.organization_id, notify_addresses.c.address, notify_addresses.c.confirmed_at
        ).where(notify_addresses.c.id == _ID),
        # Bounded by the statement that writes it, so that no two requests write past the bound.
        "ask_address": insert(notify_addresses)
        .from_select(["id", "organization_id", "folded", "address", "asked_at"], asked)
        .on_conflict_do_nothing()
        .returning(notify_addresses.c.id),
        "confirm_address": update(notify_addresses)
        .where(notify_addresses.c.id == _ID)
        .values(confirmed_at=func.coalesce(notify_addresses.c.confirmed_at, _NOW))
        .returning(notify_addresses.c.id),
        "delete_unconfirmed_addresses": delete(notify_addresses)
        .where(notify_addresses.c.id.in_(over))
        .returning(notify_addresses.c.id),
    }
