"""Statements of pending versions. What was written in one is replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, exists, select

from grantway.storage.sql import rows
from grantway.storage.sql.tables.registry import applications
from grantway.storage.sql.tables.reviewing import pending_versions
from grantway.storage.sql.types import Identifier, Number, constant, is_asked

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_FIRST, _LAST = bindparam("first", type_=Identifier), bindparam("last", type_=Identifier)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    is_ours = exists().where(
        applications.c.id == _APPLICATION, applications.c.organization_id == _ORGANIZATION
    )
    values = {column.name: bindparam(column.name, type_=column.type) for column in pending_versions.c}
    saved = insert(pending_versions).from_select(list(values), select(*values.values()).where(is_ours))
    named = {name: saved.excluded[name] for name in values if name != "application_id"}
    found = select(*rows.PENDING_VERSION).join(
        applications, applications.c.id == pending_versions.c.application_id
    )
    ranged = found.where(
        pending_versions.c.application_id >= _FIRST, pending_versions.c.application_id <= _LAST
    )
    return {
        "pending_version": found.where(
            pending_versions.c.application_id == _APPLICATION,
            applications.c.organization_id == _ORGANIZATION,
        ),
        "pending_versions": ranged.where(applications.c.organization_id == _ORGANIZATION),
        "pending_of_all": ranged.where(is_asked(applications.c.publication, "publication")),
        "keep_pending_version": saved.on_conflict_do_update(
            index_elements=["application_id"], set_=named
        ).returning(pending_versions.c.application_id),
        "drop_pending_version": delete(pending_versions).where(
            pending_versions.c.application_id == _APPLICATION, is_ours
        ),
        "waiting_applications": select(*rows.APPLICATION)
        .join(pending_versions, pending_versions.c.application_id == applications.c.id)
        .where(applications.c.id > bindparam("after", type_=Identifier))
        .order_by(applications.c.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
    }
