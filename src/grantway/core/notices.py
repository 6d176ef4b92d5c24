"""Notices: what is told to whom when something happens, and the records it is told by.

    act -> event (in the act's transaction) -> deliveries, one for each recipient -> sent, at least once

Which act makes which event is said here, once. An event has no secret in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from grantway.core.model import Id, Instant, Rank

Told: TypeAlias = Literal["organization", "makers", "administrators", "operators", "addressee"]
"""The webhooks of an organization; the makers of an application, by mail and webhook; people, by mail.

The addressee is one person, whom a letter is for and nobody else: it is not told to any webhook.
"""
DeliveryKind: TypeAlias = Literal["mail", "webhook"]
DeliveryState: TypeAlias = Literal["pending", "delivered", "failed"]
Members: TypeAlias = Mapping[str, Any]

DISABLED_BY_FAILURES = "failing"
TEST = "webhook.test"
EVERY_EVENT: tuple[str, ...] = ()
"""The filter of a webhook that is told everything."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an act is told as, and to whom."""

    name: str
    tells: frozenset[Told]


def _told(name: str, *tells: Told) -> Announcement:
    return Announcement(name, frozenset(tells))


_BY_ACTION: dict[str, Announcement] = {
    "application.create": _told("application.created", "organization", "makers"),
    "application.create_default": _told("application.created", "organization", "makers"),
    "application.update": _told("application.updated", "organization", "makers"),
    "application.enable": _told("application.enabled", "organization", "makers"),
    "application.disable": _told("application.disabled", "organization", "makers"),
    "application.archive": _told("application.archived", "organization", "makers"),
    "application.unarchive": _told("application.unarchived", "organization", "makers"),
    "application.delete": _told("application.deletion_scheduled", "organization", "makers"),
    "application.suspend": _told("application.suspended", "organization", "makers"),
    "application.lift": _told("application.suspension_lifted", "organization", "makers"),
    "organization.suspend": _told("organization.suspended", "organization", "administrators"),
    "organization.lift": _told("organization.suspension_lifted", "organization", "administrators"),
    "application.purge": _told("application.purged", "organization", "makers"),
    "application.submit": _told("publication.submitted", "organization", "makers", "operators"),
    "application.withdraw": _told("publication.withdrawn", "organization", "makers"),
    "application.approve": _told("publication.approved", "organization", "makers"),
    "application.reject": _told("publication.rejected", "organization", "makers"),
    # One letter when something begins to wait, whatever is added to it before an operator decides.
    "application.wait": _told("publication.pending", "organization", "makers", "operators"),
    "application.withdraw_pending": _told("publication.pending_withdrawn", "organization", "makers"),
    "application.approve_pending": _told("publication.pending_approved", "organization", "makers"),
    "application.reject_pending": _told("publication.pending_rejected", "organization", "makers"),
    "secret.create": _told("secret.issued", "organization", "makers"),
    "secret.revoke": _told("secret.revoked", "organization", "makers"),
    "secret.reveal": _told("secret.revealed", "organization", "makers"),
    "secret.expire_soon": _told("secret.expiring", "organization", "makers"),
    # One act in the log of each organization that must do something.
    "secret.leaked": _told("secret.leaked", "organization", "administrators"),
    "access_key.create": _told("access_key.issued", "organization"),
    "access_key.update": _told("access_key.updated", "organization"),
    "access_key.delete": _told("access_key.revoked", "organization"),
    "installation.request": _told("installation.requested", "organization", "administrators"),
    "installation.ask": _told("installation.scopes_pending", "organization", "administrators"),
    # The makers are told by an act in their own log, which does not say who decided.
    "installation.grant": _told("installation.granted", "organization"),
    "installation.granted": _told("installation.granted", "organization", "makers"),
    "installation.end": _told("installation.revoked", "organization"),
    "installation.ended": _told("installation.revoked", "organization", "makers"),
    "webhook.give_up": _told("webhook.disabled", "administrators"),
    # Told once in the life of a server: what its organizations were before they had gates.
    "organization.keep_gate": _told("organization.gate_kept", "administrators"),
    "policy.keep_gates": _told("policy.gates_kept", "operators"),
}
_BY_STATE = {
    "enabled": _BY_ACTION["application.enable"],
    "disabled": _BY_ACTION["application.disable"],
}
_UNDONE = _told("application.deletion_undone", "organization", "makers")
_DECLINED = _told("installation.declined", "organization")
_SUSPENDED = _told("installation.suspended", "organization", "makers")
_RESUMED = _told("installation.resumed", "organization", "makers")
_UPDATED = _told("installation.updated", "organization", "makers")

EVENTS: tuple[str, ...] = tuple(
    sorted(
        {one.name for one in (*_BY_ACTION.values(), _UNDONE, _DECLINED, _SUSPENDED, _RESUMED, _UPDATED)}
        - {"webhook.disabled", "organization.gate_kept", "policy.gates_kept"}
    )
)
"""What a webhook can ask to be told."""

# The members of records that an event repeats. Names and texts of people are not among them.
_REPEATED = (
    "organization_id",
    "application_id",
    "client_id",
    "name",
    "state",
    "publication",
    "scopes",
    "scopes_pending",
    "label",
    "hint",
    "url",
    "expires_at",
    "purge_at",
    # What operators say to those whom they stop.
    "suspension_reason",
)
# What changes with every write says nothing about it.
_UNREMARKABLE = frozenset({"version", "updated_at"})


def announcement_of(action: str, before: Members | None, after: Members | None) -> Announcement | None:
    """How an act is told; None for one that is nobody's business."""
    former, present = (before or {}).get("state"), (after or {}).get("state")
    if action == "application.enable" and former == "deletion_scheduled":
        return _UNDONE
    if action == "installation.end" and former == "requested":
        return _DECLINED
    if action == "application.update" and present is not None:
        return _UNDONE if former == "deletion_scheduled" else _BY_STATE.get(present, _BY_ACTION[action])
    if action != "installation.update":
        return _BY_ACTION.get(action)
    if former == "requested":
        return _BY_ACTION["installation.grant"]
    if former == "active" and present == "suspended":
        return _SUSPENDED
    return _RESUMED if former == "suspended" and present == "active" else _UPDATED


def facts_of(before: Members | None, after: Members | None) -> dict[str, Any]:
    """What an event repeats of the record, and the names of the members that were changed."""
    seen = {**(before or {}), **(after or {})}
    facts = {name: seen[name] for name in _REPEATED if seen.get(name) is not None}
    if isinstance(seen.get("application"), Mapping):
        facts |= {name: seen["application"][name] for name in ("client_id", "name")}
    if before is not None and after is not None:
        facts["changed"] = sorted((before.keys() | after.keys()) - _UNREMARKABLE)
    return facts


def time_text(instant: Instant) -> str:
    """A time as notices write it (RFC 3339)."""
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return time.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as it is told. `facts` becomes the data of what is sent.

    `addresses` are where the makers were to be written to, of an application that is gone with the act.
    """

    id: Id
    at: Instant
    name: str
    tells: frozenset[Told]
    organization_id: Id | None
    application_id: Id | None
    target_id: str
    facts: Members
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that an organization wants to be told at. Its secret is sealed beside the record.

    With an `application_id` it is told of that application only. `failures` are those since the last
    success; `disabled_reason` says why the server, and not a person, disabled it.
    """

    id: Id
    organization_id: Id
    url: str
    events: tuple[str, ...]
    state: Literal["enabled", "disabled"]
    version: int
    application_id: Id | None = None
    label: str = ""
    disabled_reason: str | None = None
    failures: int = 0
    failing_since: Instant | None = None
    created_by: Id | None = None
    created_at: Instant = 0
    stopped_by_rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class SealedSigning:
    """The sealed secret of a webhook, and the former one while it signs too."""

    webhook_id: Id
    sealed: bytes
    former: bytes | None = None
    former_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one recipient.

    `attempts` counts all; `failures` counts those since it was last asked for, at `since`. A claim is
    nothing but a `next_at` that lies ahead: who is killed holding one loses it when that comes.
    """

    id: Id
    event_id: Id
    event: str
    kind: DeliveryKind
    state: DeliveryState
    since: Instant
    next_at: Instant
    created_at: Instant
    webhook_id: Id | None = None
    address: str | None = None
    locale: str | None = None
    attempts: int = 0
    failures: int = 0
    last_status: int | None = None
    last_problem: str | None = None
    delivered_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ExpiringSecret:
    """A secret that was claimed to be warned of."""

    credential_id: Id
    application_id: Id
    owner_id: Id
    label: str
    hint: str
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody whom mail can be sent to, and in which language."""

    address: str
    locale: str | None = None


AddressStanding: TypeAlias = Literal["confirmed", "asked", "refused", "unknown"]
"""Of an address in an organization: a member's verified one or one that agreed; one that has not answered."""
ADDRESS_STATES = ("member", "agreed", "asked", "refused")
"""What became of an address that was asked: it is a member's by now, or has answered, or has not."""


@dataclass(frozen=True, slots=True)
class AskedAddress:
    """An address outside of an organization that was asked whether it wants its letters."""

    id: Id
    organization_id: Id
    address: str
    asked_at: Instant
    confirmed_at: Instant | None = None
    refused_at: Instant | None = None
    is_members: bool = False

    @property
    def state(self) -> str:
        """One of `ADDRESS_STATES`. A member's gets letters, whatever was answered before."""
        if self.is_members:
            return "member"
        if self.refused_at is not None:
            return "refused"
        return "asked" if self.confirmed_at is None else "agreed"


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """Addresses that contain a text, in a state at a time."""

    email: str | None = None
    state: str | None = None


EVERY_ADDRESS = AddressFilter()


def signing_purpose(webhook_id: Id) -> str:
    """What the sealed secrets of a webhook are bound to."""
    return f"webhook:{webhook_id}"
