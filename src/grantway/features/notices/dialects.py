"""What a dialect is told to make its own form of a notice from."""

from __future__ import annotations

from grantway.core.installing import seal_purpose
from grantway.core.model import Application
from grantway.core.notices import Event
from grantway.core.outgoing import NoticeEvent
from grantway.core.ports import Tx
from grantway.core.secrets import Secret
from grantway.features.keys.sealing import SealBroken
from grantway.features.services import Services


def notice_event(tx: Tx, services: Services, application: Application, event: Event) -> NoticeEvent:
    """An event of an application, with the secret that its dialect may sign with (G39)."""
    return NoticeEvent(
        name=event.name,
        client_id=application.client_id,
        organization=str(event.facts.get("organization_id", "")),
        values={name: value for name, value in event.facts.items() if isinstance(value, str)},
        at=event.at,
        secret=_home_secret(tx, services, application),
        sent_at=services.clock.now(),
    )


def _home_secret(tx: Tx, services: Services, application: Application) -> Secret | None:
    """The newest live secret of the application itself, where a copy is kept that opens."""
    door, now = tx.organization(application.organization_id), services.clock.now()
    live = [
        one
        for one in door.credentials(application.id)
        if one.organization_id == application.organization_id
        and one.revoked_at is None
        and (one.expires_at is None or now < one.expires_at)
        and one.seal_key_id is not None
    ]
    for credential in reversed(live):
        kept = door.sealed_secret(application.id, credential.id)
        try:
            if kept is not None:
                return Secret(services.sealer.open(seal_purpose(credential.id), kept.sealed).decode())
        except SealBroken:
            continue
    return None
