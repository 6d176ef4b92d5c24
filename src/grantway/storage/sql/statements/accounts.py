"""Statements of organizations and their members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, func, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.statements.filters import is_named
from grantway.storage.sql.statements.people import USERS
from grantway.storage.sql.tables.people import memberships, organizations, user_emails, users
from grantway.storage.sql.tables.registry import apis, applications
from grantway.storage.sql.types import Identifier, Number, Words, constant, is_asked

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_USER = bindparam("user_id_", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)
_AFTER = bindparam("after", type_=Identifier)
_LIMIT = bindparam("limit", type_=Number)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_organizations(insert), **_memberships(insert)}


def _organizations(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    names = ("parent_id", "name", "name_folded", "slug", "state", "epoch", "time_zone", "gate")
    children = organizations.alias("children")
    is_empty = and_(
        ~exists().where(applications.c.organization_id == organizations.c.id),
        ~exists().where(apis.c.organization_id == organizations.c.id),
        ~exists().where(memberships.c.organization_id == organizations.c.id),
        ~exists().where(children.c.parent_id == organizations.c.id),
    )
    page = (
        select(*rows.ORGANIZATION)
        .where(
            organizations.c.id > _AFTER,
            organizations.c.name_folded.like(bindparam("pattern", type_=Words), escape="\\"),
            is_asked(organizations.c.state, "state_"),
            is_asked(organizations.c.gate, "gate_"),
        )
        .order_by(organizations.c.id)
        .limit(_LIMIT)
        .offset(constant(0))
    )
    inserted = insert(organizations).values(
        {column.name: bindparam(column.name) for column in organizations.c}
    )
    return {
        "organization": select(*rows.ORGANIZATION).where(organizations.c.id == _ORGANIZATION),
        "organizations": page,
        # A statement of its own, so that the unique index on short names finds it.
        "organizations_of_slug": page.where(organizations.c.slug == bindparam("slug_", type_=Words)),
        "platform_organization": select(*rows.ORGANIZATION).where(
            organizations.c.kind == constant("platform")
        ),
        "insert_organization": inserted,
        "insert_organization_if_free": inserted.on_conflict_do_nothing(index_elements=["slug"]).returning(
            organizations.c.id
        ),
        "update_organization": update(organizations)
        .where(organizations.c.id == _ORGANIZATION, organizations.c.version == _VERSION)
        .values(
            {name: bindparam(name) for name in names} | {"version": organizations.c.version + constant(1)}
        )
        .returning(*rows.ORGANIZATION),
        "delete_organization": delete(organizations)
        .where(organizations.c.id == _ORGANIZATION, organizations.c.version == _VERSION, is_empty)
        .returning(organizations.c.id),
        # Whoever counts owners waits for whoever did so before, so that two cannot remove the last two.
        "lock_organization": select(organizations.c.id)
        .where(organizations.c.id == _ORGANIZATION)
        .with_for_update(),
    }


def _memberships(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_here = memberships.c.organization_id == _ORGANIZATION
    with_user = select(*rows.USER, *rows.MEMBERSHIP).select_from(
        USERS.join(memberships, memberships.c.user_id == users.c.id)
    )
    names = ("role", "state", "epoch", "stopped_by_rank")
    page = (
        with_user.where(
            is_here,
            memberships.c.user_id > _AFTER,
            # The same for what is joined: PostgreSQL does not conclude it, and would read from the start.
            users.c.id > _AFTER,
            user_emails.c.user_id > _AFTER,
            user_emails.c.folded.like(bindparam("pattern", type_=Words), escape="\\"),
            is_asked(memberships.c.role, "role_"),
            is_asked(memberships.c.state, "state_"),
        )
        .order_by(memberships.c.user_id)
        .limit(_LIMIT)
        .offset(constant(0))
    )
    return {
        "members": page,
        "members_named": page.where(is_named(memberships.c.user_id)),
        "member": with_user.where(is_here, memberships.c.user_id == _USER),
        "insert_membership": insert(memberships)
        .values({column.name: bindparam(column.name) for column in memberships.c})
        .on_conflict_do_nothing()
        .returning(memberships.c.user_id),
        "update_membership": update(memberships)
        .where(is_here, memberships.c.user_id == _USER, memberships.c.version == _VERSION)
        .values({name: bindparam(name) for name in names} | {"version": memberships.c.version + constant(1)})
        .returning(*rows.MEMBERSHIP),
        "delete_membership": delete(memberships)
        .where(is_here, memberships.c.user_id == _USER)
        .returning(memberships.c.user_id),
        "owners": select(func.count())
        .select_from(memberships.join(users, users.c.id == memberships.c.user_id))
        .where(
            is_here,
            memberships.c.role == constant("owner"),
            memberships.c.state == constant("enabled"),
            users.c.state == constant("enabled"),
        ),
    }
