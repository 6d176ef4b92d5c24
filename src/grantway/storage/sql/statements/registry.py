"""Statements of APIs, scopes, applications, credentials and installations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from grantway.storage.sql import rows
from grantway.storage.sql.statements.filters import is_active_organization, is_as_asked, is_named
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.tables.registry import (
    api_introspectors,
    apis,
    application_audience,
    application_origins,
    application_redirects,
    application_scopes,
    applications,
    installations,
    scopes,
    tombstones,
)
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant, is_asked

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_API = bindparam("api_id_", type_=Identifier)
_SCOPE = bindparam("scope_id", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)
_AFTER = bindparam("after", type_=Identifier)
_LIMIT = bindparam("limit", type_=Number)
_NOW = bindparam("now", type_=Moment)
_PATTERN = bindparam("pattern", type_=Words)

# What an update never changes: whose an application is, and how clients know it.
_FIXED = frozenset(
    {"id", "organization_id", "client_id", "creator_id", "created_at", "version", "default_name"}
    # Operators' own: `statements.containment` alone writes it, so that no edge of the life cycle can.
    | {"suspended_at", "suspended_by", "suspension_reason"}
)
_FIXED_IN_INSTALLATIONS = frozenset(
    {"id", "application_id", "owner_organization_id", "organization_id", "created_at", "version"}
)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {
        **_apis(insert),
        **_scopes(insert),
        **_applications(insert),
        **_parts(insert),
        **_installations(insert),
    }


def _values(table: Table) -> dict[str, Any]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.c}


def _apis(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_it = and_(apis.c.id == _API, apis.c.organization_id == _ORGANIZATION)
    of_application = bindparam("application_id", type_=Identifier)
    return {
        "all_apis": select(*rows.API).order_by(apis.c.id),
        "all_scopes": select(*rows.SCOPE).order_by(scopes.c.id),
        "apis": select(*rows.API)
        .where(apis.c.organization_id == _ORGANIZATION, apis.c.id > _AFTER)
        .order_by(apis.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "api": select(*rows.API).where(is_it),
        "insert_api": insert(apis).values(_values(apis)),
        "update_api": update(apis)
        .where(is_it, apis.c.version == _VERSION)
        .values(
            identifier=bindparam("identifier"),
            name=bindparam("name"),
            state=bindparam("state"),
            policy=bindparam("policy"),
            version=apis.c.version + constant(1),
        )
        .returning(apis.c.id),
        "delete_api": delete(apis).where(is_it, apis.c.version == _VERSION).returning(apis.c.id),
        "insert_introspector": insert(api_introspectors).values(
            api_id=bindparam("api_id"), application_id=of_application
        ),
        "delete_introspectors": delete(api_introspectors).where(api_introspectors.c.api_id == _API),
    }


def _scopes(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_ours = exists().where(apis.c.id == _API, apis.c.organization_id == _ORGANIZATION)
    new = select(*(bindparam(column.name, type_=column.type) for column in scopes.c)).where(is_ours)
    is_it = and_(scopes.c.id == _SCOPE, scopes.c.api_id == _API, is_ours)
    names = ("legs", "text", "detail", "risk", "retired_at", "locale", "translations")
    return {
        "scopes": select(*rows.SCOPE).where(scopes.c.api_id == _API, is_ours).order_by(scopes.c.id),
        "insert_scope": insert(scopes)
        .from_select([column.name for column in scopes.c], new)
        .returning(scopes.c.id),
        # A value is never renamed: grants, installations and consents hold it as text.
        "update_scope": update(scopes)
        .where(is_it, scopes.c.version == _VERSION)
        .values({name: bindparam(name) for name in names} | {"version": scopes.c.version + constant(1)})
        .returning(*rows.SCOPE),
        "delete_scope": delete(scopes).where(is_it).returning(scopes.c.id),
        "applications_with_scope": select(application_scopes.c.application_id)
        .join(scopes, scopes.c.value == application_scopes.c.scope)
        .where(scopes.c.id == _SCOPE, scopes.c.api_id == _API, is_ours),
        "applications_with_scope_of_api": select(application_scopes.c.application_id)
        .join(scopes, scopes.c.value == application_scopes.c.scope)
        .where(scopes.c.api_id == _API, is_ours)
        .distinct(),
    }


def _applications(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    is_it = and_(applications.c.id == _APPLICATION, applications.c.organization_id == _ORGANIZATION)
    # The clock of what operators suspended stands still: evidence is not purged from under them.
    is_due = and_(
        applications.c.state == constant("deletion_scheduled"),
        applications.c.purge_at <= _NOW,
        applications.c.suspended_at.is_(None),
        ~exists().where(
            organizations.c.id == applications.c.organization_id, organizations.c.suspended_at.is_not(None)
        ),
    )
    page = select(*rows.APPLICATION).where(
        applications.c.id > _AFTER,
        applications.c.name_folded.like(_PATTERN, escape="\\"),
        is_asked(applications.c.client_id, "client_id_"),
        *(is_asked(applications.c[name], f"{name}_") for name in ("state", "type", "publication", "preset")),
        applications.c.dialects.like(bindparam("dialect_pattern_", type_=Words), escape="\\"),
        is_as_asked("archived_", applications.c.archived_at.is_not(None)),
    )
    owner, scope = bindparam("owner_", type_=Identifier), bindparam("scope_", type_=Words)
    every = (
        page.add_columns(organizations.c.name)
        .join(organizations, organizations.c.id == applications.c.organization_id)
        .where(
            or_(owner == constant(0), applications.c.organization_id == owner),
            or_(
                func.length(scope) == constant(0),
                exists().where(
                    application_scopes.c.application_id == applications.c.id,
                    application_scopes.c.scope == scope,
                ),
            ),
        )
        .order_by(applications.c.id)
        .limit(_LIMIT)
        .offset(constant(0))
    )
    own = (
        page.where(applications.c.organization_id == _ORGANIZATION)
        .order_by(applications.c.id)
        .limit(_LIMIT)
        .offset(constant(0))
    )
    is_free = ~exists().where(
        tombstones.c.kind == constant("client_id"),
        tombstones.c.text == bindparam("client_id", type_=Words),
    )
    new = select(*(bindparam(column.name, type_=column.type) for column in applications.c)).where(is_free)
    changed: dict[str, Any] = {
        column.name: bindparam(column.name) for column in applications.c if column.name not in _FIXED
    }
    return {
        "application_by_client_id": select(*rows.APPLICATION).where(
            applications.c.client_id == bindparam("client_id_", type_=Words)
        ),
        "application": select(*rows.APPLICATION).where(applications.c.id == _APPLICATION),
        "own_application": select(*rows.APPLICATION).where(is_it),
        "own_applications": own,
        "own_applications_named": own.where(is_named(applications.c.id)),
        "applications": every,
        "applications_named": every.where(is_named(applications.c.id)),
        "default_applications": select(*rows.APPLICATION)
        .where(applications.c.organization_id == _ORGANIZATION, applications.c.default_name.is_not(None))
        .order_by(applications.c.id),
        "count_applications": select(func.count())
        .select_from(applications)
        .where(applications.c.organization_id == _ORGANIZATION),
        "insert_application": insert(applications)
        .from_select([column.name for column in applications.c], new)
        .on_conflict_do_nothing()
        .returning(applications.c.id),
        "update_application": update(applications)
        .where(is_it, applications.c.version == _VERSION)
        .values({**changed, "version": applications.c.version + constant(1)})
        .returning(applications.c.id),
        "due_applications": select(applications.c.id)
        .where(is_due)
        .order_by(applications.c.purge_at)
        .limit(_LIMIT)
        .offset(constant(0)),
        # Decides who purges: somebody who enables the application, or another process, is seen here.
        "claim_purge": update(applications)
        .where(applications.c.id == _APPLICATION, is_due)
        .values(version=applications.c.version + constant(1))
        .returning(applications.c.id),
        "delete_application": delete(applications).where(applications.c.id == _APPLICATION),
        "is_known_origin": select(applications.c.id)
        .join(application_origins, application_origins.c.application_id == applications.c.id)
        .join(organizations, organizations.c.id == applications.c.organization_id)
        .where(
            application_origins.c.origin == bindparam("origin_", type_=Words),
            applications.c.state == constant("enabled"),
            applications.c.archived_at.is_(None),
            applications.c.suspended_at.is_(None),
            is_active_organization(),
        )
        .limit(constant(1))
        .offset(constant(0)),
        "insert_tombstone": insert(tombstones).values(
            kind=constant("client_id"), text=bindparam("text"), deleted_at=bindparam("deleted_at")
        ),
    }


def _parts(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    parts = {
        "redirect": application_redirects,
        "origin": application_origins,
        "application_scope": application_scopes,
        "audience_organization": application_audience,
    }
    inserts = {f"insert_{name}": insert(table).values(_values(table)) for name, table in parts.items()}
    deletes = {
        f"delete_{name}s": delete(table).where(table.c.application_id == _APPLICATION)
        for name, table in parts.items()
    }
    return {**inserts, **deletes}


def _installations(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    columns = (column.name for column in installations.c)
    names = [name for name in columns if name not in _FIXED_IN_INSTALLATIONS]
    return {
        "installation": select(*rows.INSTALLATION).where(
            installations.c.application_id == _APPLICATION, installations.c.organization_id == _ORGANIZATION
        ),
        "insert_installation": insert(installations).values(_values(installations)),
        "update_installation": update(installations)
        .where(
            installations.c.id == bindparam("installation_id", type_=Identifier),
            installations.c.organization_id == _ORGANIZATION,
            installations.c.version == _VERSION,
        )
        .values(
            {name: bindparam(name) for name in names} | {"version": installations.c.version + constant(1)}
        )
        .returning(*rows.INSTALLATION),
    }
