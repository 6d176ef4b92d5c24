"""The audit log: every act that changes a record is told here, in the transaction that changes it.

If the line cannot be written, the act does not happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from grantway.core import errors
from grantway.core.audit import Actor, ActorKind, AuditEntry, AuditQuery
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import DAY, Id, Instant
from grantway.core.notices import Event, announcement_of, facts_of
from grantway.core.ports import Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter, enter_platform
from grantway.features.access.permissions import AUDIT_READ
from grantway.features.fields import Findings
from grantway.features.services import Services

LONGEST_WINDOW: Instant = 31 * DAY
"""How much time one export may span."""

_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done. The target's kind is the part of `action` before the dot.

    `before` and `after` are members of the record as answers show it, so secrets are never among them.
    """

    action: str
    target: Id | str
    organization_id: Id | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    application_id: Id | None = None
    """The application that the target belongs to, where it is none itself."""


class AuditLog:
    """Tells acts, and reads what was told."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def record(self, tx: Tx, actor: Actor, act: Act) -> None:
        """Add a line, which is kept or lost with the transaction, and what is to be told of it."""
        self._announce(tx, act)
        tx.gate.record_act(
            AuditEntry(
                id=self._services.entropy.new_id(),
                at=self._services.clock.now(),
                action=act.action,
                actor_kind=actor.kind,
                user_id=actor.user_id,
                application_id=actor.application_id,
                organization_id=act.organization_id,
                target_kind=act.action.partition(".")[0],
                target_id=act.target if isinstance(act.target, str) else to_text(act.target),
                before=_text(act.before),
                after=_text(act.after),
                address=actor.address,
                request_id=actor.request_id,
            )
        )

    def _announce(self, tx: Tx, act: Act) -> None:
        """Every act goes through here, so none that is to be told can be forgotten."""
        announcement = announcement_of(act.action, act.before, act.after)
        if announcement is None:
            return
        target = act.target if isinstance(act.target, str) else to_text(act.target)
        facts = facts_of(act.before, act.after)
        if facts.get("changed") == []:
            # Asked for, and so already: the log tells it, and nobody needs a letter about it.
            return
        tx.gate.announce(
            Event(
                id=self._services.entropy.new_id(),
                at=self._services.clock.now(),
                name=announcement.name,
                tells=announcement.tells,
                organization_id=act.organization_id,
                application_id=act.application_id or _application_of(act, target, facts),
                target_id=target,
                facts=facts,
                addresses=_addresses_of(act),
            )
        )

    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, query: AuditQuery, is_export: bool = False
    ) -> tuple[AuditEntry, ...]:
        """What was done in an organization, the newest first. Raises Invalid."""
        door = enter(tx, caller, AUDIT_READ, organization_id)
        return door.audit(_judged(query, is_export=is_export))

    def listed_everywhere(
        self, tx: Tx, caller: Caller, *, query: AuditQuery, is_export: bool = False
    ) -> tuple[AuditEntry, ...]:
        """What was done on the whole platform, the newest first. Raises Invalid."""
        door = enter_platform(tx, caller, AUDIT_READ.for_all)
        return door.audit(_judged(query, is_export=is_export))


def actor_of(caller: Caller, *, address: str | None = None, request_id: str | None = None) -> Actor:
    """A caller as the log names it."""
    kind: ActorKind = "application" if caller.user_id is None else "user"
    who = caller.user_id
    if caller.service_account_id is not None:
        kind, who = "service_account", caller.service_account_id
    return Actor(kind, who, caller.application_id, address, request_id)


def difference(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """Of a record that was changed, the members that differ; of one made or removed, all."""
    if before is None or after is None:
        return before, after
    missing = object()
    changed = [name for name in {**before, **after} if before.get(name, missing) != after.get(name, missing)]
    return (
        {name: before[name] for name in changed if name in before},
        {name: after[name] for name in changed if name in after},
    )


def _application_of(act: Act, target: str, facts: Mapping[str, Any]) -> Id | None:
    is_one = act.action.startswith("application.")
    return from_text(target if is_one else facts.get("application_id", ""))


def _addresses_of(act: Act) -> tuple[str, ...]:
    """Where the makers were to be written to. Only what is purged has to be asked now."""
    is_last = act.action == "application.purge" and act.before is not None
    return tuple((act.before or {}).get("notification_addresses", ())) if is_last else ()


def _judged(query: AuditQuery, *, is_export: bool) -> AuditQuery:
    """An export names the time it is about, because it comes as a whole."""
    if is_export:
        findings = Findings()
        for name in ("since", "until"):
            if getattr(query, name) is None:
                findings.add(name, errors.FIELD_REQUIRED)
        if query.since is not None and query.until is not None:
            findings.add("until", fields.within(query.until - query.since, 0, LONGEST_WINDOW))
        findings.raise_if_any()
    return query


def _text(members: Mapping[str, Any] | None) -> str | None:
    return None if members is None else _encode(members).decode()
