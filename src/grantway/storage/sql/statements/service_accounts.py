"""Statements of service accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, func, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.service_accounts import service_account_applications, service_accounts
from grantway.storage.sql.types import Identifier, Number, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_ACCOUNT = bindparam("service_account_id_", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    accounts, listed = service_accounts.c, service_account_applications.c
    is_here = accounts.organization_id == _ORGANIZATION
    is_it = and_(accounts.id == _ACCOUNT, is_here)
    names = ("name", "role", "state", "epoch", "created_by", "stopped_by_rank")
    return {
        "service_account": select(*rows.SERVICE_ACCOUNT).where(accounts.id == _ACCOUNT),
        "own_service_account": select(*rows.SERVICE_ACCOUNT).where(is_it),
        "service_accounts": select(*rows.SERVICE_ACCOUNT)
        .where(is_here, accounts.id > bindparam("after", type_=Identifier))
        .order_by(accounts.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
        "count_service_accounts": select(func.count()).select_from(service_accounts).where(is_here),
        "insert_service_account": insert(service_accounts).values(
            {column.name: bindparam(column.name) for column in accounts}
        ),
        "update_service_account": update(service_accounts)
        .where(is_it, accounts.version == _VERSION)
        .values({name: bindparam(name) for name in names} | {"version": accounts.version + constant(1)})
        .returning(accounts.id),
        "delete_service_account": delete(service_accounts)
        .where(is_it, accounts.version == _VERSION)
        .returning(accounts.id),
        "list_application": insert(service_account_applications).values(
            service_account_id=bindparam("service_account_id"), application_id=bindparam("application_id")
        ),
        "unlist_applications": delete(service_account_applications).where(
            listed.service_account_id == _ACCOUNT
        ),
        "unlist_application": delete(service_account_applications)
        .where(
            listed.application_id == bindparam("application_id_", type_=Identifier),
            exists().where(accounts.id == listed.service_account_id, is_here),
        )
        .returning(listed.service_account_id),
    }
