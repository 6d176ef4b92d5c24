"""The webhooks of an organization: where it wants to be told, of what, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_NOT_FOUND,
    RECORD_TOO_MANY,
    WEBHOOK_DISABLED,
    WEBHOOK_EVENT,
    WEBHOOK_URL,
    Conflict,
    NotFound,
    PreconditionFailed,
    Reason,
)
from grantway.core.identifiers import to_text
from grantway.core.model import Id
from grantway.core.notices import EVENTS, TEST, Delivery, Event, SealedSigning, Webhook
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.secrets import Secret
from grantway.features import fields
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE
from grantway.features.access.ranks import rank_of_change
from grantway.features.fields import Findings
from grantway.features.notices.signing import OVERLAP, new_secret, seal
from grantway.features.services import Services

MOST_WEBHOOKS = 20
"""For everything, and for each application: each event goes to all of them."""
LONGEST_URL = 2_000
STATES = ("enabled", "disabled")


@dataclass(frozen=True, slots=True)
class WebhookDraft:
    """What a caller says about a webhook. No `events` means all of them."""

    url: str
    events: tuple[str, ...] = ()
    label: str = ""
    state: str = "enabled"
    application_id: Id | None = None


@dataclass(frozen=True, slots=True)
class NewSigning:
    """A webhook at the one moment when the text of its secret is known."""

    webhook: Webhook
    secret: Secret


class Webhooks:
    """What developers of an organization register. Nothing here sends anything."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(self, tx: Tx, caller: Caller, organization_id: Id) -> tuple[Webhook, ...]:
        """All of them, in the order of their ids."""
        return enter(tx, caller, APPLICATIONS_READ, organization_id).webhooks()

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, webhook_id: Id) -> Webhook:
        """One of them. Raises NotFound."""
        return _require(enter(tx, caller, APPLICATIONS_READ, organization_id), webhook_id)

    def create(self, tx: Tx, caller: Caller, organization_id: Id, draft: WebhookDraft) -> NewSigning:
        """Register a webhook, with a secret of our choice. Raises Invalid and Conflict."""
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        findings = self._judged(draft)
        if draft.application_id is not None and door.application(draft.application_id) is None:
            findings.add("application_id", fields.no_such("an application of the organization by its id"))
        findings.raise_if_any()
        alike = [one for one in door.webhooks() if one.application_id == draft.application_id]
        if len(alike) >= MOST_WEBHOOKS:
            raise Conflict(RECORD_TOO_MANY)
        webhook = Webhook(
            id=self._services.entropy.new_id(),
            organization_id=organization_id,
            url=draft.url,
            events=tuple(sorted(draft.events)),
            state=cast("Any", draft.state),
            version=1,
            application_id=draft.application_id,
            label=draft.label,
            created_by=caller.user_id,
            created_at=self._services.clock.now(),
        )
        secret, signing = self._signing(webhook.id)
        door.insert_webhook(webhook, signing, seal_key_id=self._services.sealer.key_id)
        return NewSigning(webhook, secret)

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        webhook_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> Webhook:
        """Change `url`, `events`, `label` or `state`. Raises NotFound, Invalid and PreconditionFailed."""
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        before = _require(door, webhook_id)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        draft = WebhookDraft(before.url, before.events, before.label, before.state, before.application_id)
        draft = replace(draft, **changes)
        self._judged(draft).raise_if_any()
        wanted = replace(
            before,
            url=draft.url,
            events=tuple(sorted(draft.events)),
            label=draft.label,
            state=cast("Any", draft.state),
            stopped_by_rank=rank_of_change(caller, APPLICATIONS_WRITE, before, changes),
        )
        if draft.state == "enabled" or draft.url != before.url:
            # Whoever enables it believes that it answers again.
            wanted = replace(wanted, disabled_reason=None, failures=0, failing_since=None)
        written = door.update_webhook(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def remove(self, tx: Tx, caller: Caller, organization_id: Id, *, webhook_id: Id, version: int) -> None:
        """Remove a webhook, with what was still to be sent to it. Raises NotFound, PreconditionFailed."""
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        _require(door, webhook_id)
        if not door.delete_webhook(webhook_id, version=version):
            raise PreconditionFailed(RECORD_CHANGED)

    def rotate(self, tx: Tx, caller: Caller, organization_id: Id, *, webhook_id: Id) -> NewSigning:
        """A new secret. The former one signs beside it for a day. Raises NotFound, PreconditionFailed."""
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        before, now = _require(door, webhook_id), self._services.clock.now()
        secret, signing = self._signing(webhook_id)
        written = door.rotate_webhook(
            replace(signing, former_until=now + OVERLAP),
            version=before.version,
            seal_key_id=self._services.sealer.key_id,
            now=now,
        )
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return NewSigning(written, secret)

    def test(self, tx: Tx, caller: Caller, organization_id: Id, *, webhook_id: Id) -> Delivery:
        """Ask for a test event to be sent to this webhook alone. Raises NotFound and Conflict."""
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        webhook = _require_enabled(door, webhook_id)
        new_id, now = self._services.entropy.new_id, self._services.clock.now()
        event = Event(
            id=new_id(),
            at=now,
            name=TEST,
            tells=frozenset(),
            organization_id=organization_id,
            application_id=webhook.application_id,
            target_id=to_text(webhook_id),
            facts={"organization_id": to_text(organization_id), "webhook_id": to_text(webhook_id)},
        )
        delivery = Delivery(
            id=new_id(),
            event_id=event.id,
            event=TEST,
            kind="webhook",
            state="pending",
            since=now,
            next_at=now,
            created_at=now,
            webhook_id=webhook_id,
        )
        door.insert_delivery(event, delivery)
        return delivery

    def deliveries(
        self, tx: Tx, caller: Caller, organization_id: Id, *, webhook_id: Id, page: Page
    ) -> tuple[Delivery, ...]:
        """What was or is to be sent to a webhook, the newest first. Raises NotFound."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        _require(door, webhook_id)
        return door.deliveries(webhook_id, after=page.after, limit=page.limit)

    def replay(
        self, tx: Tx, caller: Caller, organization_id: Id, *, webhook_id: Id, delivery_id: Id
    ) -> Delivery:
        """Send something once more, under the id it had. Raises NotFound and Conflict."""
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        _require_enabled(door, webhook_id)
        now = self._services.clock.now()
        replayed = door.replay_delivery(webhook_id, delivery_id, now=now)
        if replayed is None:
            raise NotFound(RECORD_NOT_FOUND)
        return replayed

    def _signing(self, webhook_id: Id) -> tuple[Secret, SealedSigning]:
        secret = new_secret(self._services.entropy)
        return secret, SealedSigning(webhook_id, seal(self._services.sealer, webhook_id, secret))

    def _judged(self, draft: WebhookDraft) -> Findings:
        findings = Findings()
        findings.add("url", self._url_problem(draft.url))
        findings.add("label", fields.line_problem(draft.label))
        findings.add("state", fields.one_of(draft.state, STATES))
        findings.check_each("events", draft.events, lambda name: None if name in EVENTS else WEBHOOK_EVENT)
        return findings

    def _url_problem(self, url: str) -> Reason | None:
        """Https everywhere; without TLS only this very machine, and only where operators allow it."""
        if len(url) > LONGEST_URL:
            return fields.too_long(LONGEST_URL)
        is_plain = url.startswith("http:")
        if fields.url_problem(url) is not None or (is_plain and not self._services.may_call_loopback):
            return WEBHOOK_URL
        return None


def _require(door: OrganizationDoor, webhook_id: Id) -> Webhook:
    webhook = door.webhook(webhook_id)
    if webhook is None:
        raise NotFound(RECORD_NOT_FOUND)
    return webhook


def _require_enabled(door: OrganizationDoor, webhook_id: Id) -> Webhook:
    webhook = _require(door, webhook_id)
    if webhook.state != "enabled":
        raise Conflict(WEBHOOK_DISABLED)
    return webhook
