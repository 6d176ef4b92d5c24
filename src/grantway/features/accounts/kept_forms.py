"""What somebody had filled in when their session ended, kept sealed until the same person is back.

It is kept for the browser and the person that the form was shown to, so that whoever signs in there
as somebody else never reads it. Only a form that was shown to a signed-in person can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from grantway.core.model import HOUR, MINUTE, Artifact, Id, Instant
from grantway.core.networks import network_of
from grantway.core.ports import Attempt
from grantway.core.secrets import digest, encode
from grantway.features.services import Services

KIND = "kept_form"
LIFETIME: Instant = 30 * MINUTE
MOST_PER_NETWORK = 60
"""In an hour."""
_TICKET_BYTES = 12


class KeptForms:
    """Keeps what was filled in, and gives it back once."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def keep(
        self, browser: str, user_id: Id, fields: Mapping[str, tuple[str, ...]], *, address: str
    ) -> str | None:
        """Keep the fields of a form: what it is asked for by. None where too many were kept from there."""
        ticket = encode(self._services.entropy.token_bytes(_TICKET_BYTES))
        now, name = self._services.clock.now(), _name(browser, ticket, user_id)
        sealed = self._services.sealer.seal(_purpose(name), msgspec.msgpack.encode(dict(fields)))
        artifact = Artifact(KIND, name, sealed, now, now + LIFETIME, subject=user_id)
        attempt = Attempt(f"{KIND}:{network_of(address)}", MOST_PER_NETWORK, HOUR)
        with self._services.store.begin() as tx:
            if not tx.gate.count_attempt(attempt, now=now):
                return None
            return ticket if tx.gate.put_artifact(artifact) else None

    def take(self, browser: str, ticket: str, user_id: Id) -> Mapping[str, tuple[str, ...]] | None:
        """What was kept for this person in this browser, once."""
        name = _name(browser, ticket, user_id)
        with self._services.store.begin() as tx:
            found = tx.gate.spend_artifact(KIND, name, now=self._services.clock.now())
        if found is None:
            return None
        plain = self._services.sealer.open(_purpose(name), found.payload)
        return msgspec.msgpack.decode(plain, type=dict[str, tuple[str, ...]])


def _name(browser: str, ticket: str, user_id: Id) -> bytes:
    return digest(f"{browser}|{ticket}|{user_id}")


def _purpose(name: bytes) -> str:
    return f"{KIND}:{name.hex()}"
