"""Events, webhooks and deliveries, as the doors reach them."""

from __future__ import annotations

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Id, Instant
from grantway.core.notices import (
    Correspondent,
    Delivery,
    Event,
    ExpiringSecret,
    SealedSigning,
    Webhook,
)
from grantway.storage.sql import notice_rows, rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.notices import deliveries, webhooks

_LATEST: Instant = 2**62
_HIGHEST: Id = 2**62
_SIGNING = len(notice_rows.WEBHOOK)
_NO_APPLICATION: Id = 0


class NoticeWriting(Door):
    """Implements `core.noticing.NoticeWriter`."""

    def announce(self, event: Event) -> None:
        """Queue an event; it is kept or lost with the transaction."""
        self._unit.queue("insert_event", notice_rows.values_of_event(event, state="new"))


class OwnNotices(Door):
    """Implements `core.noticing.NoticeDoor`."""

    _id: Id

    def webhooks(self) -> tuple[Webhook, ...]:
        """The webhooks of this organization, by id. There are few."""
        return tuple(map(notice_rows.webhook, self._unit.rows("webhooks", organization_id_=self._id)))

    def webhook(self, webhook_id: Id) -> Webhook | None:
        """One of them."""
        row = self._unit.row("webhook", webhook_id_=webhook_id, organization_id_=self._id)
        return None if row is None else notice_rows.webhook(row)

    def insert_webhook(self, webhook: Webhook, signing: SealedSigning, *, seal_key_id: str) -> None:
        """Insert a webhook of this organization."""
        if webhook.organization_id != self._id:
            raise ValueError("the record belongs to another organization than the door")
        sealed = {"sealed": signing.sealed, "former": None, "former_until": None, "seal_key_id": seal_key_id}
        free = {"held_until": None, "rests_until": None}
        self._unit.queue("insert_webhook", {**rows.values_of(webhook, webhooks), **sealed, **free})

    def update_webhook(self, webhook: Webhook, *, version: int) -> Webhook | None:
        """Update what people change about a webhook. None where the version is not the stored one."""
        row = self._unit.row(
            "update_webhook",
            webhook_id_=webhook.id,
            organization_id_=self._id,
            version_=version,
            url=webhook.url,
            events=rows.to_json(webhook.events),
            label=webhook.label,
            state=webhook.state,
            disabled_reason=webhook.disabled_reason,
            failures=webhook.failures,
            failing_since=webhook.failing_since,
            stopped_by_rank=webhook.stopped_by_rank,
        )
        return None if row is None else notice_rows.webhook(row)

    def delete_webhook(self, webhook_id: Id, *, version: int) -> bool:
        """Delete a webhook and what was to be sent to it."""
        it = {"webhook_id_": webhook_id, "organization_id_": self._id, "version_": version}
        return bool(self._unit.rows("delete_webhook", **it))

    def rotate_webhook(
        self, signing: SealedSigning, *, version: int, seal_key_id: str, now: Instant
    ) -> Webhook | None:
        """Put a new secret in place; the present one becomes the former."""
        row = self._unit.row(
            "rotate_webhook",
            webhook_id_=signing.webhook_id,
            organization_id_=self._id,
            version_=version,
            sealed=signing.sealed,
            former_until=signing.former_until,
            seal_key=seal_key_id,
        )
        return None if row is None else notice_rows.webhook(row)

    def deliveries(self, webhook_id: Id, *, after: Id, limit: int) -> tuple[Delivery, ...]:
        """What was or is to be sent to a webhook of this organization, the newest first."""
        before_at, before_id = _LATEST, _HIGHEST
        here = {"webhook_id_": webhook_id, "organization_id_": self._id}
        if after:
            row = self._unit.row("delivery_time", **here, delivery_id=after)
            if row is not None:
                before_at, before_id = row[0], after
        found = self._unit.rows("deliveries", **here, before_at=before_at, before_id=before_id, limit=limit)
        return tuple(Delivery(*row) for row in found)

    def replay_delivery(self, webhook_id: Id, delivery_id: Id, *, now: Instant) -> Delivery | None:
        """Ask for a delivery once more. None where there is none."""
        here = {"webhook_id_": webhook_id, "organization_id_": self._id}
        row = self._unit.row("replay_delivery", **here, delivery_id=delivery_id, now=now)
        if row is None:
            return None
        self._unit.queue("rest_webhook", {"webhook_id_": webhook_id, "until": now})
        return Delivery(*row)

    def insert_delivery(self, event: Event, delivery: Delivery) -> None:
        """An event for one webhook of this organization alone. Raises NotFound for another's."""
        if delivery.webhook_id is None or self.webhook(delivery.webhook_id) is None:
            raise NotFound(RECORD_NOT_FOUND, "webhook")
        self._unit.queue("insert_event", notice_rows.values_of_event(event, state="expanded"))
        self._unit.queue("insert_delivery", rows.values_of(delivery, deliveries))
        # Somebody waits for it: a webhook that fails is asked now all the same.
        self._unit.queue("rest_webhook", {"webhook_id_": delivery.webhook_id, "until": delivery.since})


class NoticeSending(Door):
    """Implements `core.noticing.NoticeDesk`."""

    def is_event_new(self) -> bool:
        """Whether there is anything to expand."""
        return self._unit.row("new_event") is not None

    def is_letter_due(self, *, now: Instant) -> bool:
        """Whether there is any letter to send."""
        return self._unit.row("due_letter", now=now) is not None

    def is_webhook_due(self, *, now: Instant) -> bool:
        """Whether anything may be due to a webhook."""
        return self._unit.row("due_to_webhook", now=now) is not None

    def waiting_notices(self) -> tuple[int, Instant | None]:
        """How many events and deliveries wait, and since when the oldest does: one round trip."""
        found = [found[0] for found in self._unit.together((("outbox_waiting", {}), ("events_waiting", {})))]
        oldest = [row[1] for row in found if row[1] is not None]
        return sum(int(row[0]) for row in found), min(oldest) if oldest else None

    def take_events(self, *, limit: int) -> tuple[Event, ...]:
        """Events that nobody expanded; they count as expanded if this unit commits."""
        found = map(notice_rows.event, self._unit.rows("take_events", limit=limit))
        return tuple(sorted(found, key=lambda event: (event.at, event.id)))

    def expand(self, event: Event, recipients: tuple[Delivery, ...]) -> None:
        """Store what an event says by now, and whom it goes to."""
        self._unit.queue(
            "update_event",
            {
                "event_id": event.id,
                "facts": rows.to_json(event.facts),
                "organization_id": event.organization_id,
                "application_id": event.application_id,
            },
        )
        for delivery in recipients:
            self._unit.queue("insert_delivery", rows.values_of(delivery, deliveries))

    def listening(self, organization_id: Id, application_id: Id | None) -> tuple[Webhook, ...]:
        """The enabled webhooks of an organization for everything, and for one application."""
        found = self._unit.rows(
            "listening", organization_id_=organization_id, application_id_=application_id or _NO_APPLICATION
        )
        return tuple(map(notice_rows.webhook, found))

    def administrators(self, organization_id: Id, *, limit: int) -> tuple[Correspondent, ...]:
        """The enabled owners and admins with verified addresses."""
        found = self._unit.rows("administrators", organization_id_=organization_id, limit=limit)
        return tuple(Correspondent(*row) for row in found)

    def claim_letters(
        self, *, now: Instant, until: Instant, limit: int
    ) -> tuple[tuple[Delivery, Event], ...]:
        """Hold letters that are due until then, each for one claimant."""
        claimed = self._unit.rows("claim_letters", now=now, until=until, limit=limit)
        return self._with_events([Delivery(*row) for row in claimed])

    def claim_webhooks(
        self, *, now: Instant, until: Instant, limit: int, share: int, failing: int
    ) -> tuple[tuple[Delivery, Event], ...]:
        """Hold webhooks until then, each for one claimant, with the first that is due to each."""
        held = self._unit.rows(
            "claim_webhooks", now=now, until=until, limit=limit, share=share, failing=failing
        )
        asked = [("claim_of_webhook", {"webhook_id_": row[0], "now": now, "until": until}) for row in held]
        claimed = [row for rows_ in self._unit.together(asked) for row in rows_] if asked else []
        return self._with_events([Delivery(*row) for row in claimed])

    def _with_events(self, claimed: list[Delivery]) -> tuple[tuple[Delivery, Event], ...]:
        asked = [("event", {"event_id": one.event_id}) for one in claimed]
        found = self._unit.together(asked) if asked else []
        return tuple((one, notice_rows.event(event[0])) for one, event in zip(claimed, found, strict=True))

    def target_of(self, webhook_id: Id) -> tuple[Webhook, SealedSigning] | None:
        """A webhook with its sealed secrets."""
        row = self._unit.row("target_of", webhook_id_=webhook_id)
        return None if row is None else (notice_rows.webhook(row[:_SIGNING]), SealedSigning(*row[_SIGNING:]))

    def finish_delivery(self, delivery: Delivery, *, held: Delivery) -> bool:
        """Store an outcome. False where the claim was lost."""
        finished = self._unit.rows(
            "finish_delivery",
            delivery_id=delivery.id,
            attempts=held.attempts,
            held_until=held.next_at,
            state=delivery.state,
            next_at=delivery.next_at,
            failures=delivery.failures,
            last_status=delivery.last_status,
            last_problem=delivery.last_problem,
            delivered_at=delivery.delivered_at,
        )
        return bool(finished)

    def webhook_answered(self, webhook_id: Id, *, now: Instant) -> None:
        """Forget the failures of a webhook."""
        self._unit.queue("webhook_answered", {"webhook_id_": webhook_id, "now": now})

    def release_webhook(self, webhook_id: Id, *, held_until: Instant) -> None:
        """Let another be sent there, unless somebody else holds it by now."""
        self._unit.queue("release_webhook", {"webhook_id_": webhook_id, "held_until_": held_until})

    def rest_webhook(self, webhook_id: Id, *, until: Instant) -> None:
        """Leave a webhook alone until then."""
        self._unit.queue("rest_webhook", {"webhook_id_": webhook_id, "until": until})

    def webhook_failed(self, webhook_id: Id, *, now: Instant) -> Webhook | None:
        """Count a failure of a webhook."""
        row = self._unit.row("webhook_failed", webhook_id_=webhook_id, now=now)
        return None if row is None else notice_rows.webhook(row)

    def disable_webhook(self, webhook_id: Id, *, reason: str) -> bool:
        """False where it is not enabled, so of several that try one tells of it."""
        return bool(self._unit.rows("disable_webhook", webhook_id_=webhook_id, reason=reason))

    def give_up_deliveries(self, *, before: Instant) -> int:
        """End what waits since before then."""
        return len(self._unit.rows("give_up_deliveries", before=before))

    def delete_events(self, *, before: Instant, limit: int) -> int:
        """Forget events with all their deliveries, of which none is pending."""
        return len(self._unit.rows("delete_events", before=before, limit=limit))

    def delete_orphaned_webhooks(self) -> int:
        """Remove the webhooks of purged applications to which nothing is on its way."""
        return len(self._unit.rows("delete_orphaned_webhooks"))

    def claim_expiring(
        self, *, now: Instant, within: Instant, days: int, limit: int
    ) -> tuple[ExpiringSecret, ...]:
        """Secrets that end within that time and of which nobody was told so, each for one claimant."""
        until = now + within
        claimed = self._unit.rows(
            "claim_expiring", now=now, until=until, within=within, days=days, limit=limit
        )
        asked = [("expiring_secret", {"credential_id": row[0]}) for row in claimed]
        found = self._unit.together(asked) if asked else []
        return tuple(ExpiringSecret(*secret[0]) for secret in found)

    def signing_sealed_otherwise(self, seal_key_id: str, *, limit: int) -> tuple[SealedSigning, ...]:
        """Webhooks whose secrets are not under this root key."""
        found = self._unit.rows("signing_sealed_otherwise", seal_key=seal_key_id, limit=limit)
        return tuple(SealedSigning(*row) for row in found)

    def reseal_signing(self, signing: SealedSigning, *, before: SealedSigning, seal_key_id: str) -> bool:
        """Put sealed secrets in place of the former ones. False where those are gone."""
        resealed = self._unit.rows(
            "reseal_signing",
            webhook_id_=signing.webhook_id,
            present=before.sealed,
            sealed=signing.sealed,
            former=signing.former,
            former_until=signing.former_until,
            seal_key=seal_key_id,
        )
        return bool(resealed)
