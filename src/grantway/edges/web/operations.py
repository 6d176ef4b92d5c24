"""The operation table: what a route of the management API declares before it can exist.

Routes, their documentation and the tests of who may do what are made from the same table, so an
operation without a permission or a tenant rule cannot be constructed, and neither can one that changes
something and does not say how the audit log tells it.
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
from grantway.core.messages import Session
from grantway.core.model import Id
from grantway.core.ports import Page, Tx
from grantway.features.access.callers import Caller, Permission
from grantway.features.tokens.verify import VerifiedToken

_METHODS = frozenset({"GET", "POST", "PATCH", "DELETE"})
_PARAMETER = re.compile(r"{(\w+)}")
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
SHOWN_ONCE = frozenset({"secret", "client_secret", "activation_link", "password", "token"})
"""Members of answers that are nobody's to read again: no audited record may have one."""


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
    values: tuple[str, ...] = ()
    """The only ones it takes, where they can be listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request after everything that all operations share: identity, permission, form.

    Somebody at the machine itself has no `token`. Who uses the console acts in a browser's `session`.
    """

    tx: Tx
    caller: Caller
    organization_id: Id
    token: VerifiedToken | None = None
    session: Session | None = None
    ids: Mapping[str, Id] = field(default_factory=dict)
    body: Any = None
    version: int = 0
    page: Page = field(default_factory=Page)
    query: Mapping[str, str] = field(default_factory=dict)
    is_export: bool = False


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
class Audited:
    """How the audit log tells of an operation that changes something.

    `action` is the kind of the target and what is done to it. `target` is what names it: a parameter of
    the path, or else a member of the answer (`id` if there is none of this name). `record` has the members
    that are told of the record; `before` answers it as it was, where the operation changes one. `told_if`
    is a member of the answer that says whether anything was done, where it may be nothing. `untold` are
    members of which the log says that they are other ones now, and not which.
    """

    action: str
    target: str
    record: type[msgspec.Struct] | None = None
    before: Handler | None = None
    told_if: str = ""
    untold: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if _ACTION.fullmatch(self.action) is None:
            raise ValueError(f"{self.action}: an action is a kind and what is done, such as user.create")
        members = self.record.__struct_fields__ if self.record is not None else ()
        if SHOWN_ONCE.intersection(members):
            raise ValueError(f"{self.action}: the record has a member that is shown only once")


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
    is_exportable: bool = False
    """Can be read as one long text of lines, too."""
    audit: Audited | None = None
    is_kept: bool = True
    """Whether the answer of a create is kept for a repetition; not where the request is a secret itself."""
    sample: Mapping[str, Any] | None = None
    """The body that a reader sends first, where it is not the examples of the members that are required."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Members of that body that name a record made before, by the kind and the member of what is meant."""
    leaves_mark: bool = False
    """That it was read is itself remembered, so a GET may write."""

    def __post_init__(self) -> None:
        if not isinstance(self.permission, Permission) or not isinstance(self.tenant, Tenant):
            raise TypeError(f"{self.id}: an operation declares its permission and its tenant rule")
        if self.permission.is_platform != (self.tenant is Tenant.PLATFORM):
            raise TypeError(f"{self.id}: the platform's door, and no other, opens to operators' permissions")
        if self.method not in _METHODS:
            raise ValueError(f"{self.id}: the method is not one of the API")
        if self.tenant is Tenant.PATH and "organization_id" not in self.parameters:
            raise ValueError(f"{self.id}: the path names no organization")
        if self.request is not None and self.method not in {"POST", "PATCH"}:
            raise ValueError(f"{self.id}: this method has no body")
        if (self.audit is None) != (self.method == "GET"):
            raise TypeError(f"{self.id}: what changes something is audited, and nothing else is")
        members = self.answer.__struct_fields__ if self.answer is not None else ()
        if self.audit is not None and self.audit.target not in {"", *self.parameters, *members}:
            raise ValueError(f"{self.id}: nothing names the target of the audited act")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the ids in the path."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def is_create(self) -> bool:
        """Whether it may be repeated under an `Idempotency-Key`."""
        return self.method == "POST" and not self.is_conditional and self.is_kept

    @property
    def has_version(self) -> bool:
        """Whether the answer carries an entity tag."""
        fields = self.answer.__struct_fields__ if self.answer is not None else ()
        return "version" in fields and not self.is_list
