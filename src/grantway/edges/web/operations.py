"""The operation table: what a route of the management API declares before it can exist.

Routes, their documentation and the tests of who may do what are made from the same table, so an
operation without a permission or a tenant rule cannot be constructed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec

from grantway.core.errors import Reason
from grantway.core.model import Id
from grantway.core.ports import Page, Tx
from grantway.features.callers import Caller, Permission
from grantway.features.tokens.verify import VerifiedToken

_METHODS = frozenset({"GET", "POST", "PATCH", "DELETE"})
_PARAMETER = re.compile(r"{(\w+)}")


class Tenant(StrEnum):
    """Whose records an operation is about."""

    PATH = "path"
    """Those of the organization in the path, which must be the caller's own; operators reach all."""
    PLATFORM = "platform"
    """The platform's: operators only, whatever the path names."""
    SELF = "self"
    """Those of the organization that the token acts for."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of the address."""

    name: str
    description: str
    example: str
    longest: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request after everything that all operations share: identity, permission, form."""

    tx: Tx
    token: VerifiedToken
    caller: Caller
    organization_id: Id
    ids: Mapping[str, Id] = field(default_factory=dict)
    body: Any = None
    version: int = 0
    page: Page = field(default_factory=Page)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers. `version` becomes the entity tag, `location` the new record's address."""

    body: Any = None
    version: int | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Records in listing order with their ids. The pipeline asked for one more than it will show."""

    items: tuple[msgspec.Struct, ...]
    keys: tuple[Id, ...]

    @staticmethod
    def of_all(records: Iterable[tuple[msgspec.Struct, Id]], page: Page) -> Listing:
        """A page of a list that is always read as a whole, because it is short."""
        later = sorted(((key, item) for item, key in records if key > page.after), key=itemgetter(0))
        shown = later[: page.limit]
        return Listing(tuple(item for _, item in shown), tuple(key for key, _ in shown))


Handler: TypeAlias = Callable[[Any, Call], Reply | Listing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path, with who may call it, for whose records, and what it takes and gives."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    permission: Permission
    tenant: Tenant
    handler: Handler
    request: type[msgspec.Struct] | None = None
    answer: type[msgspec.Struct] | None = None
    status: int = 200
    errors: tuple[Reason, ...] = ()
    queries: tuple[Query, ...] = ()
    is_list: bool = False
    """Answers a page of `answer` records, and takes `limit` and `cursor`."""
    is_conditional: bool = False
    """Takes `If-Match` and refuses to go on without."""

    def __post_init__(self) -> None:
        if not isinstance(self.permission, Permission) or not isinstance(self.tenant, Tenant):
            raise TypeError(f"{self.id}: an operation declares its permission and its tenant rule")
        if self.method not in _METHODS:
            raise ValueError(f"{self.id}: the method is not one of the API")
        if self.tenant is Tenant.PATH and "organization_id" not in self.parameters:
            raise ValueError(f"{self.id}: the path names no organization")
        if self.request is not None and self.method not in {"POST", "PATCH"}:
            raise ValueError(f"{self.id}: this method has no body")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the ids in the path."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def is_create(self) -> bool:
        """Whether it may be repeated under an `Idempotency-Key`."""
        return self.method == "POST"

    @property
    def has_version(self) -> bool:
        """Whether the answer carries an entity tag."""
        fields = self.answer.__struct_fields__ if self.answer is not None else ()
        return "version" in fields and not self.is_list
