"""Webhooks for tests, and what is to be sent to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.core.model import Organization
from grantway.core.notices import EVERY_EVENT, Delivery, Event, SealedSigning, Webhook
from grantway.core.secrets import Secret
from grantway.features.notices.signing import new_secret, seal
from tests.kit.changes import Changes


class Hooks(Changes):
    """Makes records of notices. Each method is one transaction."""

    def webhook(
        self,
        organization: Organization,
        url: str = "https://hooks.example.test/",
        *,
        secret: Secret | None = None,
        **changes: Any,
    ) -> Webhook:
        """An address that an organization is told at, of everything if nothing else is said."""
        webhook = Webhook(
            id=self._services.entropy.new_id(),
            organization_id=organization.id,
            url=url,
            events=EVERY_EVENT,
            state="enabled",
            version=1,
            created_at=self._services.clock.now(),
        )
        webhook = replace(webhook, **changes)
        sealer = self._services.sealer
        text = secret or new_secret(self._services.entropy)
        signing = SealedSigning(webhook.id, seal(sealer, webhook.id, text))
        with self._services.store.begin() as tx:
            tx.organization(organization.id).insert_webhook(webhook, signing, seal_key_id=sealer.key_id)
        return webhook

    def delivery(self, webhook: Webhook, name: str = "secret.issued", **changes: Any) -> Delivery:
        """Something that is to be sent to a webhook."""
        now = self._services.clock.now()
        event = Event(
            self._services.entropy.new_id(),
            now,
            name,
            frozenset(),
            webhook.organization_id,
            webhook.application_id,
            "7tKdZ2",
            {},
        )
        delivery = Delivery(
            self._services.entropy.new_id(),
            event.id,
            name,
            "webhook",
            "pending",
            now,
            now,
            now,
            webhook_id=webhook.id,
        )
        delivery = replace(delivery, **changes)
        with self._services.store.begin() as tx:
            tx.organization(webhook.organization_id).insert_delivery(event, delivery)
        return delivery
