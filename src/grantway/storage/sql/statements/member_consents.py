"""Statements of the consents of an organization's people, as its admins see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.people import consents, memberships, organizations, user_emails, users
from grantway.storage.sql.tables.registry import applications
from grantway.storage.sql.types import Identifier, Moment, Number, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_USER = bindparam("user_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    del insert
    makers = organizations.alias("makers")
    joined = (
        consents.join(applications, applications.c.id == consents.c.application_id)
        .join(makers, makers.c.id == applications.c.organization_id)
        .join(users, users.c.id == consents.c.user_id)
        .join(
            user_emails,
            and_(user_emails.c.user_id == users.c.id, user_emails.c.is_primary == constant(1)),
        )
        .outerjoin(
            memberships,
            and_(
                memberships.c.user_id == consents.c.user_id,
                memberships.c.organization_id == consents.c.organization_id,
            ),
        )
    )
    found = (
        select(
            *rows.CONSENT,
            users.c.name,
            user_emails.c.address,
            memberships.c.user_id,
            applications.c.client_id,
            applications.c.name,
            makers.c.id,
            makers.c.name,
        )
        .select_from(joined)
        .where(
            consents.c.organization_id == _ORGANIZATION,
            consents.c.revoked_at.is_(None),
            # What the organization owns is its own: these are the applications of others.
            applications.c.organization_id != _ORGANIZATION,
        )
    )
    is_it = and_(
        consents.c.user_id == _USER,
        consents.c.application_id == _APPLICATION,
        consents.c.organization_id == _ORGANIZATION,
    )
    at = bindparam("at", type_=Moment)
    return {
        "own_consents": found.where(
            consents.c.id > bindparam("after", type_=Identifier),
            or_(constant(0) == _USER, consents.c.user_id == _USER),
            or_(constant(0) == _APPLICATION, consents.c.application_id == _APPLICATION),
        )
        .order_by(consents.c.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
        "own_consent": found.where(consents.c.id == bindparam("consent_id", type_=Identifier)),
        "consent_used": update(consents)
        .where(is_it, or_(consents.c.last_used_at.is_(None), consents.c.last_used_at < at))
        .values(last_used_at=at),
        "consent_withdrawn_by": update(consents)
        .where(is_it, consents.c.revoked_at.is_not(None))
        .values(revoked_by=bindparam("by", type_=Identifier)),
        "consents_withdrawn_for": select(*rows.CONSENT)
        .where(
            consents.c.user_id == _USER,
            consents.c.revoked_by.is_not(None),
            consents.c.revoked_at >= bindparam("since", type_=Moment),
        )
        .order_by(consents.c.revoked_at.desc(), consents.c.application_id),
    }
