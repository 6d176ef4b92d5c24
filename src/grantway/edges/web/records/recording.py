"""Tells the audit log of every operation that changes something, in the operation's own transaction.

What is told follows from the table of operations: a handler can neither forget it nor add to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from grantway.core.audit import Actor
from grantway.core.errors import NotFound
from grantway.core.identifiers import to_text
from grantway.core.model import Id
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import id_of
from grantway.features.access.permissions import BY_SCOPE
from grantway.features.audit import Act, difference

_EVERY_SCOPE = frozenset(BY_SCOPE)


class Recorder:
    """Does an operation, and tells what it did."""

    def __init__(self, features: RecordFeatures) -> None:
        self._features = features

    def perform(self, operation: Operation, call: Call, actor: Actor) -> Reply | Listing:
        """The outcome of an operation. What cannot be told is not done: the transaction ends with it.

        `actor` is who the log says did it.
        """
        audited = operation.audit
        if audited is None:
            return operation.handler(self._features, call)
        before = self._before(audited, call)
        outcome = operation.handler(self._features, call)
        if isinstance(outcome, Listing):
            raise TypeError(f"{operation.id}: what changes something answers one record")
        if audited.told_if and not getattr(outcome.body, audited.told_if):
            return outcome
        target = _target_of(audited, call, outcome)
        former, present = _told(audited, *difference(before, _members(audited, outcome.body)))
        place, application_id = _place_of(operation, call, target), call.ids.get("application_id")
        act = Act(audited.action, target, place, former, present, application_id)
        self._features.audit.record(call.tx, actor, act)
        return outcome

    def _before(self, audited: Audited, call: Call) -> Mapping[str, Any] | None:
        """The record as it was. It is read for the log, whether or not the caller may read it."""
        if audited.before is None:
            return None
        reader = replace(call, caller=replace(call.caller, scopes=_EVERY_SCOPE))
        try:
            found = audited.before(self._features, reader)
        except NotFound:
            # The handler says so, too, in its own order of questions.
            return None
        return _members(audited, found.body) if isinstance(found, Reply) else None


def _members(audited: Audited, body: msgspec.Struct | None) -> Mapping[str, Any] | None:
    """The members of an answer that the log may tell."""
    if body is None or audited.record is None:
        return None
    known = {name: getattr(body, name) for name in audited.record.__struct_fields__}
    members: Mapping[str, Any] = msgspec.to_builtins(known)
    return members


def _told(
    audited: Audited, former: Mapping[str, Any] | None, present: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """The same without what the log keeps to itself: of a change its names, of the rest nothing."""
    if not audited.untold:
        return former, present
    both = former is not None and present is not None
    changed = sorted(audited.untold & (former or {}).keys()) if both else []
    sides = [
        side and {name: value for name, value in side.items() if name not in audited.untold}
        for side in (former, present)
    ]
    return sides[0], {**(sides[1] or {}), "changed": changed} if changed else sides[1]


def _target_of(audited: Audited, call: Call, outcome: Reply) -> str:
    if not audited.target:
        return audited.action.partition(".")[0]
    if audited.target in call.ids:
        return to_text(call.ids[audited.target])
    name: str = getattr(outcome.body, audited.target)
    return name


def _place_of(operation: Operation, call: Call, target: str) -> Id | None:
    """The organization that an act belongs to; None for the platform as a whole."""
    if operation.tenant is not Tenant.PLATFORM or "organization_id" in call.ids:
        return call.organization_id
    is_organization = operation.audit is not None and operation.audit.action.startswith("organization.")
    return id_of(target) if is_organization else None
