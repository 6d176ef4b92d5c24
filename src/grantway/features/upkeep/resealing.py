"""Bringing everything sealed under the first root key, while the server runs.

Once nothing is left to do, a root key that stands behind the first one can be taken out of the settings.
"""

from __future__ import annotations

from dataclasses import replace

from grantway.core.installing import SealedSecret, seal_purpose
from grantway.core.model import HOUR, Instant
from grantway.core.notices import signing_purpose
from grantway.core.ports import Page, Tx
from grantway.features.keys.sealing import SealBroken
from grantway.features.services import Services
from grantway.features.upkeep.key_rotation import lock

BATCH = 200
IDLE: Instant = HOUR
"""How long nothing is looked for after nothing was found. A new root key comes with a restart."""


class Resealing:
    """One bounded step at a time. What no configured root key opens is left as it is."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._from: Instant = 0
        self._page = Page(limit=BATCH)

    def step(self) -> int:
        """Seal some values anew; how many. Raises Unavailable."""
        now = self._services.clock.now()
        if now < self._from:
            return 0
        with self._services.store.begin() as tx:
            done = self._reseal_keys(tx) + self._reseal_secrets(tx) + self._reseal_webhooks(tx)
        if not done and not self._page.after:
            self._from = now + IDLE
        return done

    def _reseal_secrets(self, tx: Tx) -> int:
        sealer, done = self._services.sealer, 0
        found = tx.platform.sealed_otherwise(sealer.key_id, self._page)
        # What cannot be opened is found again and again: the place in the list leads past it.
        self._page = Page(BATCH, found[-1].credential_id if len(found) == BATCH else 0)
        for kept in found:
            sealed = self._sealed_anew(seal_purpose(kept.credential_id), kept.sealed)
            if sealed is not None:
                fresh = SealedSecret(kept.credential_id, kept.organization_id, sealed)
                done += tx.platform.reseal_secret(fresh, former=kept.sealed, seal_key_id=sealer.key_id)
        return done

    def _reseal_webhooks(self, tx: Tx) -> int:
        sealer, done = self._services.sealer, 0
        for kept in tx.platform.signing_sealed_otherwise(sealer.key_id, limit=BATCH):
            purpose = signing_purpose(kept.webhook_id)
            sealed = self._sealed_anew(purpose, kept.sealed)
            if sealed is None:
                continue
            # A former secret that cannot be opened has no other use either.
            former = self._sealed_anew(purpose, kept.former) if kept.former is not None else None
            fresh = replace(kept, sealed=sealed, former=former)
            done += tx.platform.reseal_signing(fresh, before=kept, seal_key_id=sealer.key_id)
        return done

    def _reseal_keys(self, tx: Tx) -> int:
        is_current, done = self._services.sealer.is_current, 0
        values = [key.sealed for key in tx.gate.signing_keys()]
        values += [key.sealed for key in tx.gate.secret_keys()]
        if all(map(is_current, values)):
            return 0
        lock(tx, "keys", now=self._services.clock.now())
        for key in tx.gate.signing_keys():
            sealed = self._sealed_anew(f"signing:{key.mount}", key.sealed)
            if sealed is not None:
                tx.platform.update_signing_key(replace(key, sealed=sealed))
                done += 1
        for secret in tx.gate.secret_keys():
            sealed = self._sealed_anew(secret.purpose, secret.sealed)
            if sealed is not None:
                tx.platform.reseal_secret_key(replace(secret, sealed=sealed))
                done += 1
        return done

    def _sealed_anew(self, purpose: str, sealed: bytes) -> bytes | None:
        """None where it is under the first root key already, or cannot be opened."""
        sealer = self._services.sealer
        if sealer.is_current(sealed):
            return None
        try:
            return sealer.seal(purpose, sealer.open(purpose, sealed))
        except SealBroken:
            return None
