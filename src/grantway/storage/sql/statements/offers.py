"""Statements of what is offered to an organization."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, exists, func, or_, select

from grantway.storage.sql import rows
from grantway.storage.sql.statements.filters import is_active_organization
from grantway.storage.sql.tables.oversight import publications
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.tables.registry import application_audience, applications, installations
from grantway.storage.sql.types import Identifier, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_AFTER = bindparam("after", type_=Identifier)
_LIMIT = bindparam("limit", type_=Number)
_PATTERN = bindparam("pattern", type_=Words)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    reviewed = (
        select(func.max(publications.c.at))
        .where(
            publications.c.application_id == applications.c.id,
            publications.c.decision.in_([constant("approved"), constant("pending_approved")]),
            applications.c.publication == constant("approved"),
        )
        .correlate(applications)
        .scalar_subquery()
    )
    is_listed = exists().where(
        application_audience.c.application_id == applications.c.id,
        application_audience.c.organization_id == _ORGANIZATION,
    )
    own_installation = and_(
        installations.c.application_id == applications.c.id, installations.c.organization_id == _ORGANIZATION
    )
    offered = (
        select(*rows.APPLICATION, organizations.c.name, reviewed, installations.c.id, installations.c.state)
        .select_from(
            applications.join(organizations, organizations.c.id == applications.c.organization_id).outerjoin(
                installations, own_installation
            )
        )
        .where(
            or_(
                and_(
                    applications.c.publication == constant("approved"),
                    applications.c.audience_effective == constant("any_organization"),
                ),
                and_(applications.c.audience_effective == constant("listed_organizations"), is_listed),
            ),
            applications.c.organization_id != _ORGANIZATION,
            applications.c.state == constant("enabled"),
            applications.c.archived_at.is_(None),
            applications.c.suspended_at.is_(None),
            is_active_organization(),
        )
    )
    return {
        "offered_applications": offered.where(
            applications.c.id > _AFTER, applications.c.name_folded.like(_PATTERN, escape="\\")
        )
        .order_by(applications.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "offered_application": offered.where(applications.c.id == _APPLICATION),
    }
