"""How a request to a webhook is signed, so that whoever gets it knows that it is ours and how old it is.

The form is that of Standard Webhooks, so that its libraries verify it: HMAC-SHA256 over
`id.timestamp.body`. The secret is 36 bytes, of which the first three only make its text known to those
who look for leaked secrets; 33 are random.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable

from grantway.core.model import HOUR, SECOND, Id, Instant
from grantway.core.notices import SealedSigning, signing_purpose
from grantway.core.ports import Entropy
from grantway.core.secrets import WEBHOOK_SECRET_PREFIX, Secret
from grantway.features.keys.sealing import SealBroken, Sealer

OVERLAP: Instant = 24 * HOUR
"""How long the former secret signs beside the new one after a rotation."""
_RANDOM = 33
_SCHEME = "whsec_"


def new_secret(entropy: Entropy) -> Secret:
    """The text of a fresh secret."""
    return Secret(WEBHOOK_SECRET_PREFIX + b64encode(entropy.token_bytes(_RANDOM)).decode("ascii"))


def seal(sealer: Sealer, webhook_id: Id, secret: Secret) -> bytes:
    """The sealed form: we must sign with it, so a hash would not do."""
    return sealer.seal(signing_purpose(webhook_id), secret.reveal().encode())


def secrets_of(sealer: Sealer, signing: SealedSigning, *, now: Instant) -> tuple[Secret, ...]:
    """The secrets that sign now, the present one first. Raises SealBroken for that one."""
    purpose = signing_purpose(signing.webhook_id)
    found = [Secret(sealer.open(purpose, signing.sealed).decode())]
    if signing.former is not None and signing.former_until is not None and now < signing.former_until:
        try:
            found.append(Secret(sealer.open(purpose, signing.former).decode()))
        except SealBroken:
            return tuple(found)
    return tuple(found)


def signed_headers(secrets: Iterable[Secret], *, message_id: str, at: Instant, body: bytes) -> dict[str, str]:
    """The headers that prove a body. `message_id` is the same in every attempt, `at` is not."""
    seconds = str(at // SECOND)
    content = f"{message_id}.{seconds}.".encode() + body
    proofs = (b64encode(hmac.digest(_key(one), content, "sha256")).decode("ascii") for one in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{proof}" for proof in proofs),
    }


def _key(secret: Secret) -> bytes:
    return b64decode(secret.reveal().removeprefix(_SCHEME))
