"""Statements of routes, limits of requests, and counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, Table, and_, bindparam, delete, exists, or_, select, tuple_, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.decisions import api_routes, request_counts, request_limits
from grantway.storage.sql.tables.registry import apis
from grantway.storage.sql.types import Identifier, Moment, Number, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_API = bindparam("api_id_", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)
_ID = bindparam("id_", type_=Identifier)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {
        "all_routes": select(*rows.ROUTE).order_by(api_routes.c.id),
        "all_limits": select(*rows.REQUEST_LIMIT).order_by(request_limits.c.id),
        **_of_api(insert, "route", api_routes, rows.ROUTE, "scopes"),
        **_of_api(insert, "limit", request_limits, rows.REQUEST_LIMIT, "per_minute"),
        **_counts(insert),
    }


def _of_api(
    insert: Callable[..., Any], kind: str, table: Table, columns: rows.Columns, changed: str
) -> dict[str, ClauseElement]:
    """What one record of an API needs: each is reached only through the API of the door's organization."""
    is_ours = exists().where(apis.c.id == _API, apis.c.organization_id == _ORGANIZATION)
    new = select(*(bindparam(column.name, type_=column.type) for column in table.c)).where(is_ours)
    is_it = and_(table.c.id == _ID, table.c.api_id == _API, is_ours)
    return {
        f"{kind}s_of_api": select(*columns).where(table.c.api_id == _API, is_ours).order_by(table.c.id),
        f"insert_{kind}": insert(table)
        .from_select([column.name for column in table.c], new)
        .returning(table.c.id),
        f"update_{kind}": update(table)
        .where(is_it, table.c.version == _VERSION)
        .values({changed: bindparam(changed), "version": table.c.version + constant(1)})
        .returning(*columns),
        f"delete_{kind}": delete(table).where(is_it).returning(table.c.id),
    }


def _counts(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    counts = request_counts.c
    key = [counts.api_id, counts.application_id, counts.organization_id, counts.window_start]
    count = insert(request_counts).values(
        {column.name: bindparam(column.name, type_=column.type) for column in counts}
    )
    old = (
        select(*key)
        .where(counts.window_start < bindparam("before", type_=Moment))
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0))
    )
    return {
        "add_requests": count.on_conflict_do_update(
            index_elements=key, set_={"count": counts.count + count.excluded.count}
        ).returning(counts.count),
        "requests_of": select(*key, counts.count)
        .where(
            counts.application_id == _APPLICATION,
            or_(constant(0) == _ORGANIZATION, counts.organization_id == _ORGANIZATION),
            counts.window_start >= bindparam("since", type_=Moment),
        )
        .order_by(*key),
        "delete_requests": delete(request_counts).where(tuple_(*key).in_(old)).returning(counts.api_id),
    }
