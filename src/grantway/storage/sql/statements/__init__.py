"""Every statement of the program, as named SQLAlchemy Core expressions.

Each module has one function that builds its statements, given the `insert` of the database's dialect:
it is the one construct whose `on conflict` the two dialects each have for themselves. Nothing here
runs anything. A statement's parameters are its named binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import ClauseElement
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from grantway.storage.sql.statements import (
    access_keys,
    accounts,
    activity,
    addresses,
    budgets,
    consents,
    containment,
    credentials,
    decisions,
    deliveries,
    devices,
    grants,
    installations,
    invitations,
    keys,
    leaving,
    member_consents,
    notices,
    offers,
    oversight,
    people,
    registry,
    reviewing,
    service_accounts,
    sessions,
    sign_ins,
    vouchers,
)

BUILDERS = (
    access_keys.build,
    accounts.build,
    activity.build,
    addresses.build,
    budgets.build,
    consents.build,
    containment.build,
    credentials.build,
    decisions.build,
    deliveries.build,
    devices.build,
    grants.build,
    installations.build,
    invitations.build,
    keys.build,
    leaving.build,
    member_consents.build,
    notices.build,
    offers.build,
    oversight.build,
    people.build,
    registry.build,
    reviewing.build,
    service_accounts.build,
    sessions.build,
    sign_ins.build,
    vouchers.build,
)

Statements: TypeAlias = Mapping[str, "Statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as text for one driver; with its parameters in order, where the text numbers them."""

    name: str
    text: str
    is_write: bool
    parameters: tuple[tuple[str, TypeEngine[Any]], ...]


def compile_all(dialect: Dialect, insert: Callable[..., Any]) -> Statements:
    """Compile every statement for one kind of database; all stores of a process share what comes out."""
    compiled: dict[str, Statement] = {}
    for build in BUILDERS:
        for name, expression in build(insert).items():
            if name in compiled:
                raise ValueError(name)
            compiled[name] = _compile(name, expression, dialect)
    return MappingProxyType(compiled)


def _compile(name: str, expression: ClauseElement, dialect: Dialect) -> Statement:
    compiled: Any = expression.compile(dialect=dialect)
    hidden = [key for key, value in compiled.params.items() if value is not None]
    if hidden:
        # A value that is always the same belongs into the text: see `types.constant`.
        raise ValueError(name, hidden)
    is_write = bool(compiled.isinsert or compiled.isupdate or compiled.isdelete)
    return Statement(
        name=name,
        text=str(compiled),
        is_write=is_write,
        parameters=tuple((key, compiled.binds[key].type) for key in compiled.positiontup or ()),
    )
