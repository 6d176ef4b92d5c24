"""From an event to its deliveries: who is told, and what the event says by the time it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from grantway.core.identifiers import from_text, to_text
from grantway.core.model import HOUR, SECOND, Application, Id, Installation, Organization
from grantway.core.notices import Correspondent, Delivery, Event, Webhook
from grantway.core.ports import Attempt, Tx
from grantway.core.publication import Decision, PublicationStep
from grantway.core.secrets import digest, encode
from grantway.features.notices.confirming import Confirming
from grantway.features.services import Services

MOST_ADMINISTRATORS = 50
"""How many people of one organization are written to."""
MOST_TO_RECIPIENT = 60
"""How many letters go to one address in an hour, whoever causes them."""
MOST_OF_ORGANIZATION = 1_000
"""How many letters one organization causes in an hour, to whomever."""
_REJECTIONS: dict[str, Decision] = {
    "publication.rejected": "rejected",
    "publication.pending_rejected": "pending_rejected",
}
"""Which steps say why, by the event that tells of them."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an event happened, and to which application."""

    event: Event
    organization: Organization | None
    application: Application | None
    installation: Installation | None = None

    @property
    def is_repeated(self) -> bool:
        """Whether a member asks again for what is asked for already: once is told, or it would be spam."""
        if self.event.name != "installation.requested" or self.installation is None:
            return False
        asked_at = self.installation.requested_at
        return asked_at is not None and self.event.at - asked_at > SECOND

    @property
    def owner_id(self) -> Id | None:
        """The organization that makes the application."""
        if self.application is not None:
            return self.application.organization_id
        return self.event.organization_id


class Expanding:
    """Reads who is to be told. What it stores goes with the event's mark in one transaction."""

    def __init__(self, services: Services, *, has_mail: bool) -> None:
        self._services = services
        self._has_mail = has_mail
        self._confirming = Confirming(services)

    def step(self, *, limit: int) -> int:
        """Expand some events; how many. A crash before the commit leaves them as they were."""
        with self._services.store.begin() as tx:
            taken = tx.platform.take_events(limit=limit)
            for event in taken:
                self._expand(tx, event)
            return len(taken)

    def _expand(self, tx: Tx, event: Event) -> None:
        place = _place_of(tx, event)
        if place.is_repeated:
            return
        whole = replace(
            event,
            facts=_told(tx, place),
            application_id=place.application.id if place.application else event.application_id,
        )
        hooks = (self._to_webhook(whole, webhook) for webhook in _webhooks(tx, place))
        people = self._people(tx, place) if self._has_mail else ()
        letters = (self._to_person(whole, one) for one in people if self._is_within(tx, place, one))
        tx.platform.expand(whole, (*hooks, *letters))

    def _people(self, tx: Tx, place: _Place) -> Iterable[Correspondent]:
        """Each address once. Somebody whose language is known comes before those whose is not."""
        event, found = place.event, list[Correspondent]()
        if "administrators" in event.tells and event.organization_id is not None:
            found += tx.platform.administrators(event.organization_id, limit=MOST_ADMINISTRATORS)
        if "operators" in event.tells:
            platform = tx.platform.platform_organization()
            if platform is not None:
                found += tx.platform.administrators(platform.id, limit=MOST_ADMINISTRATORS)
        if "addressee" in event.tells:
            found += (_addressee(tx, address) for address in event.addresses)
        if "makers" in event.tells:
            found += self._makers(tx, place)
        return {one.address.casefold(): one for one in reversed(found)}.values()

    def _makers(self, tx: Tx, place: _Place) -> Iterable[Correspondent]:
        """Addresses of the application that agreed; the owners and admins while none has."""
        event, application = place.event, place.application
        addresses = application.notification_addresses if application else event.addresses
        owner = None if place.owner_id is None else tx.gate.organization_record(place.owner_id)
        if owner is None or not addresses:
            return ()
        about = application.id if application else event.application_id
        agreed = [one for one in addresses if self._confirming.may_write(tx, owner, one, about)]
        if agreed:
            return map(Correspondent, agreed)
        return tx.platform.administrators(owner.id, limit=MOST_ADMINISTRATORS)

    def _is_within(self, tx: Tx, place: _Place, person: Correspondent) -> bool:
        """Whether one more letter may go there in this hour. Counted before it is made (and lost beyond)."""
        now = self._services.clock.now()
        recipient = "mail.to." + encode(digest(person.address.casefold()))
        if not tx.gate.count_attempt(Attempt(recipient, MOST_TO_RECIPIENT, HOUR), now=now):
            return False
        if place.event.organization_id is None:
            return True
        sender = f"mail.of.{place.event.organization_id}"
        return tx.gate.count_attempt(Attempt(sender, MOST_OF_ORGANIZATION, HOUR), now=now)

    def _to_webhook(self, event: Event, webhook: Webhook) -> Delivery:
        return replace(self._blank(event), kind="webhook", webhook_id=webhook.id)

    def _to_person(self, event: Event, person: Correspondent) -> Delivery:
        return replace(self._blank(event), address=person.address, locale=person.locale)

    def _blank(self, event: Event) -> Delivery:
        now = self._services.clock.now()
        return Delivery(
            id=self._services.entropy.new_id(),
            event_id=event.id,
            event=event.name,
            kind="mail",
            state="pending",
            since=now,
            next_at=now,
            created_at=now,
        )


def _place_of(tx: Tx, event: Event) -> _Place:
    organization = application = installation = None
    if event.organization_id is not None:
        organization = tx.gate.organization_record(event.organization_id)
    if event.application_id is not None:
        application = tx.gate.application(event.application_id)
    elif event.name.startswith("installation.") and event.organization_id is not None:
        installation_id = from_text(event.target_id) or 0
        found = tx.organization(event.organization_id).installed_application(installation_id)
        if found is not None:
            application, installation = found.application, found.installation
    return _Place(event, organization, application, installation)


def _webhooks(tx: Tx, place: _Place) -> Iterable[Webhook]:
    """Each webhook once, whichever of its reasons to be told there are."""
    event, found = place.event, dict[Id, Webhook]()
    application_id = place.application.id if place.application else event.application_id
    if "organization" in event.tells and event.organization_id is not None:
        is_home = event.organization_id == place.owner_id
        about = application_id if is_home else None
        found |= {one.id: one for one in tx.platform.listening(event.organization_id, about)}
    if "makers" in event.tells and place.owner_id is not None:
        found |= {one.id: one for one in tx.platform.listening(place.owner_id, application_id)}
    return (one for one in found.values() if not one.events or event.name in one.events)


def _addressee(tx: Tx, address: str) -> Correspondent:
    """In the language of whoever has the address; nobody but them learns by that that there is somebody."""
    known = tx.gate.password_of(address)
    return Correspondent(address, None if known is None else known.user.locale)


def _told(tx: Tx, place: _Place) -> dict[str, Any]:
    """What an event says: ids and names, what changed, and nothing about who did it."""
    event, application = place.event, place.application
    told = {**event.facts}
    kind = event.name.partition(".")[0]
    if kind in {"application", "publication"}:
        told.setdefault("application_id", event.target_id)
    else:
        told.setdefault(f"{kind}_id", event.target_id)
    name = told.pop("name", None)
    if application is not None:
        told |= {"application_id": to_text(application.id), "client_id": application.client_id}
        name = application.name
    if name is not None and kind != "organization":
        told["application_name"] = name
    organization = _organization_of(tx, place, told)
    if organization is not None:
        told |= {"organization_id": to_text(organization.id), "organization_name": organization.name}
    if kind == "publication" and application is not None:
        told |= _of_steps(
            event, tx.organization(application.organization_id).publication_steps(application.id)
        )
    return told


def _of_steps(event: Event, steps: tuple[PublicationStep, ...]) -> dict[str, Any]:
    """The number to quote in mail, which is that of the request (C28), and why it was rejected."""
    told: dict[str, Any] = {}
    requests = [one for one in steps if one.decision == "submitted"]
    if requests:
        told["reference"] = to_text(requests[-1].id)
    rejections = [one for one in steps if one.decision == _REJECTIONS.get(event.name)]
    if rejections:
        told |= {"reasons": list(rejections[-1].reasons), "text": rejections[-1].text}
    return told


def _organization_of(tx: Tx, place: _Place, told: dict[str, Any]) -> Organization | None:
    """The organization that it is about: of an installation the one that grants, whoever is told."""
    about = from_text(told.get("organization_id", ""))
    if about is None or place.organization is None or about == place.organization.id:
        return place.organization
    return tx.gate.organization_record(about)
