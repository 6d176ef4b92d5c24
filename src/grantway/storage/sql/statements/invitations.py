"""Statements of invitations, and of the people of an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, func, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.statements.filters import is_active_organization
from grantway.storage.sql.statements.people import USERS
from grantway.storage.sql.tables.invitations import invitations
from grantway.storage.sql.tables.people import memberships, organizations, user_emails, users
from grantway.storage.sql.types import Flag, Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_INVITATION = bindparam("invitation_id_", type_=Identifier)
_USER = bindparam("user_id_", type_=Identifier)
_FOLDED = bindparam("folded_", type_=Words)
_LIMIT = bindparam("limit", type_=Number)
_NOW = bindparam("now", type_=Moment)

_OWN_ADDRESS = and_(
    user_emails.c.folded == invitations.c.folded,
    user_emails.c.user_id == _USER,
    user_emails.c.verified_at.is_not(None),
)
"""That an invitation is to an address of this person, and that this is known."""


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_owned(insert), **_theirs(), **_people(insert), **_sweeps()}


def _owned(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_here = invitations.c.organization_id == _ORGANIZATION
    is_it = and_(is_here, invitations.c.id == _INVITATION)
    state = bindparam("state_", type_=Words)
    is_waiting = invitations.c.expires_at > _NOW
    is_asked = or_(
        func.length(state) == constant(0),
        and_(state == constant("invited"), is_waiting),
        and_(state == constant("expired"), ~is_waiting),
    )
    return {
        "invitations": select(*rows.INVITATION)
        .where(
            is_here,
            invitations.c.id > bindparam("after", type_=Identifier),
            invitations.c.folded.like(bindparam("pattern", type_=Words), escape="\\"),
            is_asked,
        )
        .order_by(invitations.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "own_invitation": select(*rows.INVITATION).where(is_it),
        "count_invitations": select(func.count()).select_from(invitations).where(is_here, is_waiting),
        "make_room_for_invitation": delete(invitations).where(
            is_here, invitations.c.folded == _FOLDED, ~is_waiting
        ),
        "insert_invitation": insert(invitations)
        .values({column.name: bindparam(column.name) for column in invitations.c})
        .on_conflict_do_nothing()
        .returning(invitations.c.id),
        "renew_invitation": update(invitations)
        .where(is_it)
        .values(expires_at=bindparam("expires_at"), invited_by=bindparam("invited_by"))
        .returning(*rows.INVITATION),
        "delete_invitation": delete(invitations).where(is_it).returning(*rows.INVITATION),
        "member_at": select(memberships.c.user_id)
        .select_from(memberships.join(user_emails, user_emails.c.user_id == memberships.c.user_id))
        .where(
            memberships.c.organization_id == _ORGANIZATION,
            user_emails.c.folded == _FOLDED,
            user_emails.c.is_primary == constant(1),
        ),
    }


def _theirs() -> dict[str, ClauseElement]:
    placed = invitations.join(organizations, organizations.c.id == invitations.c.organization_id)
    is_enabled = is_active_organization()
    whole = (*rows.INVITATION, *rows.ORGANIZATION)
    return {
        "invitation": select(*whole).select_from(placed).where(invitations.c.id == _INVITATION, is_enabled),
        "invitations_to": select(*whole)
        .select_from(placed.join(user_emails, _OWN_ADDRESS))
        .where(is_enabled, invitations.c.expires_at > _NOW)
        .order_by(invitations.c.created_at, invitations.c.id),
        # Two that try at once wait for each other, and one finds nothing.
        "spend_invitation": delete(invitations)
        .where(
            invitations.c.id == _INVITATION,
            invitations.c.expires_at > _NOW,
            exists().where(_OWN_ADDRESS),
            exists().where(organizations.c.id == invitations.c.organization_id, is_enabled),
        )
        .returning(*rows.INVITATION),
        "drop_invitation": delete(invitations)
        .where(invitations.c.id == _INVITATION)
        .returning(*rows.INVITATION),
    }


def _people(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    found, held = user_emails.alias("found"), user_emails.alias("held")
    values = select(
        bindparam("user_id", type_=Identifier),
        bindparam("folded", type_=Words),
        bindparam("address", type_=Words),
        bindparam("is_primary", type_=Flag),
        bindparam("verified_at", type_=Moment),
    ).where(
        ~exists().where(
            held.c.folded == bindparam("folded", type_=Words),
            held.c.user_id != bindparam("user_id", type_=Identifier),
        )
    )
    names = ["user_id", "folded", "address", "is_primary", "verified_at"]
    return {
        "people_at": select(*rows.USER)
        .select_from(USERS.join(found, found.c.user_id == users.c.id))
        .where(found.c.folded == _FOLDED)
        .order_by(found.c.verified_at.is_(None), users.c.created_at, users.c.id),
        "memberships_of": select(*rows.MEMBERSHIP)
        .where(memberships.c.user_id == _USER)
        .order_by(memberships.c.organization_id),
        # Of an address nobody has, verified or not: whoever inserts holds `lock.people`.
        "insert_sole_email": insert(user_emails)
        .from_select(names, values)
        .on_conflict_do_nothing()
        .returning(user_emails.c.user_id),
    }


def _sweeps() -> dict[str, ClauseElement]:
    over = (
        select(invitations.c.id)
        .where(invitations.c.expires_at < bindparam("before", type_=Moment))
        .limit(_LIMIT)
        .offset(constant(0))
    )
    theirs = select(user_emails.c.folded).where(
        user_emails.c.user_id == _USER, user_emails.c.verified_at.is_not(None)
    )
    return {
        "delete_invitations": delete(invitations)
        .where(invitations.c.id.in_(over))
        .returning(invitations.c.id),
        "delete_invitations_to": delete(invitations).where(
            invitations.c.folded.in_(theirs),
            exists().where(users.c.id == _USER, users.c.version == bindparam("version_", type_=Number)),
        ),
    }
