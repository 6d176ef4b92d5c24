"""Statements about what bears the names of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, func, or_, select, update

from grantway.storage.sql.statements.filters import is_named
from grantway.storage.sql.tables.people import memberships, organizations, users
from grantway.storage.sql.tables.protocol import grants
from grantway.storage.sql.tables.registry import applications, credentials, installations
from grantway.storage.sql.tables.service_accounts import service_accounts
from grantway.storage.sql.types import Identifier, Moment, Number, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_USER = bindparam("user_id_", type_=Identifier)
_NOW = bindparam("now", type_=Moment)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    del insert
    return {**_traces(), **_people(), **_handing_over()}


def _traces() -> dict[str, ClauseElement]:
    made = applications.c
    is_live = and_(
        credentials.c.revoked_at.is_(None),
        or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > _NOW),
    )
    return {
        "made_applications": select(
            made.id, made.name, made.version, made.creator_id, made.owner_email, made.notification_addresses
        )
        .where(made.organization_id == _ORGANIZATION)
        .order_by(made.id),
        "seen_secrets": select(
            credentials.c.id,
            credentials.c.application_id,
            credentials.c.organization_id,
            credentials.c.hint,
            credentials.c.label,
            credentials.c.created_by,
            credentials.c.revealed_by,
            made.settings,
        )
        .join(applications, made.id == credentials.c.application_id)
        .where(
            made.organization_id == _ORGANIZATION,
            is_live,
            or_(credentials.c.created_by.is_not(None), credentials.c.revealed_by.is_not(None)),
        )
        .order_by(credentials.c.id),
        "asked_installations": select(installations.c.id, made.name, installations.c.requested_by)
        .join(applications, made.id == installations.c.application_id)
        .where(
            installations.c.organization_id == _ORGANIZATION,
            installations.c.state == constant("requested"),
            installations.c.requested_by.is_not(None),
        )
        .order_by(installations.c.id),
        "made_service_accounts": select(
            service_accounts.c.id, service_accounts.c.name, service_accounts.c.created_by
        )
        .where(
            service_accounts.c.organization_id == _ORGANIZATION, service_accounts.c.created_by.is_not(None)
        )
        .order_by(service_accounts.c.id),
    }


def _people() -> dict[str, ClauseElement]:
    places = memberships.join(users, users.c.id == memberships.c.user_id)
    is_live = and_(memberships.c.state == constant("enabled"), users.c.state == constant("enabled"))
    return {
        # Operators make things in organizations that they are no members of, and are not gone by that.
        "live_people": select(memberships.c.user_id)
        .select_from(places.join(organizations, organizations.c.id == memberships.c.organization_id))
        .where(
            or_(organizations.c.id == _ORGANIZATION, organizations.c.kind == constant("platform")), is_live
        ),
        "suspended_people": select(memberships.c.user_id)
        .select_from(places)
        .where(memberships.c.organization_id == _ORGANIZATION, ~is_live),
        "standing_grants": select(grants.c.subject_id, func.count())
        .where(
            is_named(grants.c.subject_id),
            grants.c.subject_kind == constant("user"),
            grants.c.organization_id == _ORGANIZATION,
            grants.c.state == constant("live"),
            grants.c.expires_at > _NOW,
        )
        .group_by(grants.c.subject_id),
    }


def _handing_over() -> dict[str, ClauseElement]:
    return {
        "hand_over_application": update(applications)
        .where(
            applications.c.id == bindparam("application_id_", type_=Identifier),
            applications.c.organization_id == _ORGANIZATION,
            applications.c.version == bindparam("version_", type_=Number),
        )
        .values(
            creator_id=bindparam("creator_id"),
            owner_email=bindparam("owner_email"),
            notification_addresses=bindparam("notification_addresses"),
            version=applications.c.version + constant(1),
        )
        .returning(applications.c.id),
        "hand_over_requests": update(installations)
        .where(
            installations.c.organization_id == _ORGANIZATION,
            installations.c.state == constant("requested"),
            installations.c.requested_by == _USER,
        )
        .values(requested_by=bindparam("to", type_=Identifier), version=installations.c.version + constant(1))
        .returning(installations.c.application_id),
    }
