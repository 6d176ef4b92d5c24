"""A plan in the making: what happens to which record, what was refused, and what the audit log is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any

import msgspec

from grantway.core.audit import AT_THE_MACHINE, AuditQuery
from grantway.core.errors import DomainError, FieldError, Invalid
from grantway.core.identifiers import from_text, to_text
from grantway.core.listing import OrganizationFilter
from grantway.core.model import Application, Id, Instant, Organization
from grantway.core.ports import Page, Tx
from grantway.features.access.callers import Caller
from grantway.features.audit import Act, AuditLog

_IN_ORDER = frozenset({"redirect_uris"})
"""Lists in which the place of an item means something."""
_TOLD_ACTS = 20
"""How many of the newest acts about a record are looked at for who changed it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a record, with its values as JSON has them.

    `drifted_at` is when somebody else than a command changed it last. One that `waits`
    becomes so when an operator has approved it.
    """

    name: str
    before: Any
    after: Any
    drifted_at: Instant | None = None
    drifted_by: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one record: `create`, `change` or `remove`."""

    action: str
    kind: str
    name: str
    id: Id
    members: tuple[Member, ...] = ()


@dataclass(slots=True)
class Plan:
    """What brings an organization to its declaration."""

    organization: str
    organization_id: Id
    steps: list[Step] = field(default_factory=list)
    unchanged: int = 0
    unmanaged: list[tuple[str, str]] = field(default_factory=list)
    """Records that the file does not name, by kind and name. They are left alone."""
    created: list[Application] = field(default_factory=list)


def organization_of(tx: Tx, text: str) -> Organization | None:
    """The organization of a short name or an id."""
    found = tx.platform.organizations(Page(limit=1), OrganizationFilter(slug=text)) if text else ()
    identifier = from_text(text)
    if found or identifier is None:
        return next(iter(found), None)
    return tx.organization(identifier).read()


@dataclass
class Work:
    """One declaration on its way into the database."""

    tx: Tx
    caller: Caller
    organization: Organization
    plan: Plan
    log: AuditLog
    problems: list[FieldError] = field(default_factory=list)

    @contextmanager
    def at(self, path: str, place: Callable[[str], str] = str) -> Iterator[None]:
        """Note a refusal under the path of its record, and go on with the next one.

        `place` says where in the record a file has a member of the draft.
        """
        try:
            yield
        except Invalid as invalid:
            self.problems += [FieldError(f"{path}.{place(one.field)}", one.reason) for one in invalid.errors]
        except DomainError as refused:
            self.problems.append(FieldError(path, refused.reason))

    def application_of(self, text: str) -> Application | None:
        """The application of a client id, or of a name within the organization."""
        found = self.tx.gate.application_by_client_id(text)
        return found or next((one for one in own_applications(self) if one.name == text), None)

    def created(self, kind: str, name: str, identifier: Id, values: Mapping[str, Any]) -> None:
        """Tell of a record that is new."""
        members = tuple(Member(key, None, _plain(value)) for key, value in values.items())
        self.plan.steps.append(Step("create", kind, name, identifier, members))
        self._tell(f"{kind}.create", identifier, None, values)

    def removed(self, kind: str, name: str, identifier: Id, action: str = "delete") -> None:
        """Tell of a record that is gone."""
        self.plan.steps.append(Step("remove", kind, name, identifier))
        self._tell(f"{kind}.{action}", identifier, {"name": name}, None)

    def changed(
        self,
        kind: str,
        name: str,
        identifier: Id,
        changes: Mapping[str, tuple[Any, Any]],
        *,
        waits: frozenset[str] = frozenset(),
    ) -> None:
        """Tell of members that have other values now."""
        drifts = self._drifts(identifier)
        members = tuple(
            replace(Member(key, *map(_plain, pair), *drifts.get(key, (None, None))), waits=key in waits)
            for key, pair in changes.items()
        )
        self.plan.steps.append(Step("change", kind, name, identifier, members))
        before, after = ({key: pair[at] for key, pair in changes.items()} for at in (0, 1))
        if waits:
            after["pending"] = sorted(waits)
        self._tell(f"{kind}.update", identifier, before, after)

    def _drifts(self, identifier: Id) -> dict[str, tuple[Instant, str]]:
        """The members that were changed last by somebody who is no command, with when and by whom."""
        acts = self.tx.platform.audit(AuditQuery(limit=_TOLD_ACTS, target=to_text(identifier)))
        found: dict[str, tuple[Instant, str] | None] = {}
        for act in acts:
            names = msgspec.json.decode(act.after or "{}")
            by = next((to_text(one) for one in (act.user_id, act.application_id) if one), act.actor_kind)
            is_ours = act.actor_kind == AT_THE_MACHINE.kind or act.before is None
            for name in names:
                found.setdefault(name, None if is_ours else (act.at, by))
        return {name: drift for name, drift in found.items() if drift is not None}

    def _tell(
        self,
        action: str,
        target: Id,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        act = Act(action, target, self.organization.id, before=before, after=after)
        self.log.record(self.tx, AT_THE_MACHINE, act)


def own_applications(work: Work) -> tuple[Application, ...]:
    return tuple(every(work.tx.organization(work.organization.id).applications))


def every(listed: Any) -> Iterator[Any]:
    """Every record of a list, page by page."""
    page = Page(limit=500)
    while True:
        batch = listed(page)
        yield from batch
        if len(batch) < page.limit:
            return
        page = replace(page, after=batch[-1].id)


def differing(former: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a draft that have other values. The order of most lists means nothing."""
    known = {one.name for one in fields(former)}
    return {
        name: value
        for name, value in values.items()
        if name in known and not _is_same(name, getattr(former, name), value)
    }


def _is_same(name: str, before: Any, after: Any) -> bool:
    if isinstance(before, tuple) and isinstance(after, tuple) and name not in _IN_ORDER:
        return sorted(map(str, before)) == sorted(map(str, after))
    return bool(before == after)


def _plain(value: Any) -> Any:
    """A member as a plan shows it: of texts, numbers and lists alone, whatever the record has."""
    return msgspec.to_builtins(value)
