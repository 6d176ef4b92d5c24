"""What the store keeps of notices: the parts of its doors that write events, and that see them delivered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from grantway.core.model import Id, Instant
from grantway.core.notices import (
    AddressFilter,
    AddressStanding,
    AskedAddress,
    Correspondent,
    Delivery,
    Event,
    ExpiringSecret,
    SealedSigning,
    Webhook,
)


class NoticeWriter(Protocol):
    """Where events are written, in the transaction of the act."""

    def announce(self, event: Event) -> None:
        """Queue an event; it is kept or lost with the transaction."""


class NoticeDoor(Protocol):
    """The webhooks of one organization."""

    def webhooks(self) -> tuple[Webhook, ...]: ...
    def webhook(self, webhook_id: Id) -> Webhook | None: ...
    def insert_webhook(self, webhook: Webhook, signing: SealedSigning, *, seal_key_id: str) -> None: ...
    def update_webhook(self, webhook: Webhook, *, version: int) -> Webhook | None: ...
    def delete_webhook(self, webhook_id: Id, *, version: int) -> bool: ...
    def rotate_webhook(
        self, signing: SealedSigning, *, version: int, seal_key_id: str, now: Instant
    ) -> Webhook | None:
        """Put a new secret in place; the present one becomes the former. None for another version."""

    def deliveries(self, webhook_id: Id, *, after: Id, limit: int) -> tuple[Delivery, ...]:
        """What was or is to be sent to a webhook, the newest first."""

    def replay_delivery(self, webhook_id: Id, delivery_id: Id, *, now: Instant) -> Delivery | None:
        """Ask for it once more. None where there is none."""

    def insert_delivery(self, event: Event, delivery: Delivery) -> None:
        """An event for one webhook of this organization alone. Raises NotFound for another's."""


class AddressDoor(Protocol):
    """The addresses that were asked whether the letters of one organization may come."""

    def notify_addresses(self, only: AddressFilter, *, after: Id, limit: int) -> tuple[AskedAddress, ...]: ...
    def notify_address(self, address_id: Id) -> AskedAddress | None: ...
    def standings_of(self, addresses: Iterable[str]) -> dict[str, AddressStanding]:
        """Whether letters may go to each of these."""

    def ask_address_again(self, address_id: Id, *, before: Instant, now: Instant) -> bool:
        """Count one that has not answered as asked now. False unless it was asked before that time."""

    def remove_address(self, address_id: Id, *, before: Instant) -> bool:
        """Forget one that agreed, or that was asked before that time. One that refused stays: False."""


class NoticeDesk(Protocol):
    """What the process that sends does. No step waits for the network."""

    def is_event_new(self) -> bool: ...
    def is_letter_due(self, *, now: Instant) -> bool: ...
    def is_webhook_due(self, *, now: Instant) -> bool: ...
    def waiting_notices(self) -> tuple[int, Instant | None]:
        """How many events and deliveries wait, and since when the oldest does."""

    def take_events(self, *, limit: int) -> tuple[Event, ...]:
        """Events that nobody expanded; they count as expanded if this unit commits.

        The first one of each organization comes before the second one of any.
        """

    def expand(self, event: Event, recipients: tuple[Delivery, ...]) -> None:
        """Store what an event says by now, and whom it goes to."""

    def listening(self, organization_id: Id, application_id: Id | None) -> tuple[Webhook, ...]:
        """The enabled webhooks of an organization for everything, and for one application."""

    def administrators(self, organization_id: Id, *, limit: int) -> tuple[Correspondent, ...]:
        """The enabled owners and admins with verified addresses."""

    def claim_letters(
        self, *, now: Instant, until: Instant, limit: int
    ) -> tuple[tuple[Delivery, Event], ...]:
        """Hold letters that are due until then, each for one claimant: one conditional update.

        The first one of each organization comes before the second one of any.
        """

    def claim_webhooks(
        self, *, now: Instant, until: Instant, limit: int, share: int, failing: int
    ) -> tuple[tuple[Delivery, Event], ...]:
        """Hold webhooks until then, each for one claimant, with the first that is due to each.

        No organization has more than `share` held at once, and of those that fail no more than `failing`
        are taken.
        """

    def target_of(self, webhook_id: Id) -> tuple[Webhook, SealedSigning] | None: ...
    def finish_delivery(self, delivery: Delivery, *, held: Delivery) -> bool:
        """Store an outcome. False where the claim was lost: the stored one is not `held` any more."""

    def webhook_answered(self, webhook_id: Id, *, now: Instant) -> None: ...
    def release_webhook(self, webhook_id: Id, *, held_until: Instant) -> None:
        """Let another be sent there, unless somebody else holds it by now."""

    def rest_webhook(self, webhook_id: Id, *, until: Instant) -> None:
        """Leave a webhook alone until then."""

    def webhook_failed(self, webhook_id: Id, *, now: Instant) -> Webhook | None: ...
    def disable_webhook(self, webhook_id: Id, *, reason: str) -> bool:
        """False where it is not enabled, so of several that try one tells of it."""

    def give_up_deliveries(self, *, before: Instant) -> int:
        """End what waits since before then, such as what waits for a webhook that stays disabled."""

    def delete_events(self, *, before: Instant, limit: int) -> int:
        """Forget events with all their deliveries, of which none is pending."""

    def delete_orphaned_webhooks(self) -> int:
        """Remove the webhooks of purged applications to which nothing is on its way."""

    def claim_expiring(
        self, *, now: Instant, within: Instant, days: int, limit: int
    ) -> tuple[ExpiringSecret, ...]:
        """Secrets that end within that time and of which nobody was told so, each for one claimant."""

    def standing_of_address(self, organization_id: Id, address: str) -> AddressStanding: ...
    def ask_address(self, asked: AskedAddress, *, most_waiting: int, most: int) -> bool:
        """Remember that an address is asked. False where it was, or where there are so many already."""

    def asked_address(self, address_id: Id) -> AskedAddress | None: ...
    def confirm_address(self, address_id: Id, *, now: Instant) -> bool: ...
    def refuse_address(self, address_id: Id, *, now: Instant) -> bool: ...
    def delete_unconfirmed_addresses(self, *, before: Instant, limit: int) -> int: ...

    def signing_sealed_otherwise(self, seal_key_id: str, *, limit: int) -> tuple[SealedSigning, ...]: ...
    def reseal_signing(self, signing: SealedSigning, *, before: SealedSigning, seal_key_id: str) -> bool: ...
