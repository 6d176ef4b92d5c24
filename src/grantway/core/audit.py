"""The audit log: who did what to which record, and what it was before and after.

Lines are added in the transaction of the act they tell of, and never changed or removed. They refer to
records by their ids as text, so that they outlive them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grantway.core.model import Id, Instant

ActorKind: TypeAlias = Literal["user", "service_account", "application", "command_line", "server"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. A user acts through an application, or on our own pages without one.

    `user_id` is the service account's id where that is who acts: no user has the same.
    """

    kind: ActorKind
    user_id: Id | None = None
    application_id: Id | None = None
    address: str | None = None
    request_id: str | None = None


AT_THE_MACHINE = Actor("command_line")
"""Somebody who may run commands where the server runs."""
THE_SERVER = Actor("server")
"""Nobody: a time has come."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log. `before` and `after` are JSON objects without secrets.

    `organization_id` is None for what concerns no organization but the platform as a whole.
    """

    id: Id
    at: Instant
    action: str
    actor_kind: ActorKind
    user_id: Id | None
    application_id: Id | None
    organization_id: Id | None
    target_kind: str
    target_id: str
    before: str | None = None
    after: str | None = None
    address: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which lines, the newest first. `after` is the id of the last line seen; `until` is exclusive."""

    limit: int = 50
    after: Id = 0
    actor: Id | None = None
    action: str | None = None
    target: str | None = None
    since: Instant | None = None
    until: Instant | None = None


class AuditWriter(Protocol):
    """Where acts are told."""

    def record_act(self, entry: AuditEntry) -> None:
        """Queue a line; it is kept or lost with the transaction."""


class AuditReader(Protocol):
    """Where acts are read, as far as a door reaches."""

    def audit(self, query: AuditQuery) -> tuple[AuditEntry, ...]: ...
