"""Letters to one person, with a link that works once and reached nobody but the mailbox.

No secret stands in an event: it has a number drawn at random, from which the link is computed by a key of
the server when the letter is sent. What is stored of the link is its hash, as of every link.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grantway.core.model import HOUR, Artifact, Id, Instant
from grantway.core.notices import Event
from grantway.core.outgoing import NotSent
from grantway.core.ports import Attempt, Tx
from grantway.core.secrets import digest, encode
from grantway.features.services import Services

LINK = "letter"
"""The member of an event's facts from which its link is computed."""
MOST_TO_ONE_ADDRESS = 3
"""How many letters go to one address in an hour, whoever asks for them."""
_OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Personal:
    """A letter to be sent: what its link is for, and what stands in it. `facts` has no secret."""

    name: str
    to: str
    path: str
    kind: str
    subject: Id
    payload: bytes
    expires_at: Instant
    organization_id: Id | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class PersonalLetters:
    """Puts letters to people into the outbox."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def send(self, tx: Tx, letter: Personal) -> None:
        """Make the link, in place of earlier ones, and let it go out.

        Nobody can fill a mailbox through this server: beyond the limit nothing is sent, and nobody is
        told so, because it would tell that others write there.
        """
        now = self._services.clock.now()
        bucket = f"letters.{letter.kind}." + encode(digest(letter.to.casefold()))
        if not tx.gate.count_attempt(Attempt(bucket, MOST_TO_ONE_ADDRESS, HOUR), now=now):
            return
        nonce = encode(self._services.entropy.token_bytes(16))
        tx.gate.delete_artifacts_of_subject(letter.kind, letter.subject)
        key = digest(self._token(letter.kind, nonce))
        tx.gate.put_artifact(
            Artifact(letter.kind, key, letter.payload, now, letter.expires_at, subject=letter.subject)
        )
        link = {"kind": letter.kind, "nonce": nonce, "path": letter.path}
        tx.gate.announce(
            Event(
                id=self._services.entropy.new_id(),
                at=now,
                name=letter.name,
                tells=frozenset({"addressee"}),
                organization_id=letter.organization_id,
                application_id=None,
                target_id="",
                facts={**letter.facts, LINK: link},
                addresses=(letter.to,),
            )
        )

    def written(self, tx: Tx, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """What stands in a letter, with the link. Raises NotSent for one that does not work any more."""
        made = facts.get(LINK)
        if made is None:
            return facts
        token = self._token(made["kind"], made["nonce"])
        if tx.gate.artifact(made["kind"], digest(token), now=self._services.clock.now()) is None:
            raise NotSent(_OVERTAKEN, is_final=True)
        others = {name: value for name, value in facts.items() if name != LINK}
        return {**others, "link": f"{self._services.issuer}{made['path']}?token={token}"}

    def _token(self, kind: str, nonce: str) -> str:
        message = f"letter|{kind}|{nonce}".encode()
        return encode(hmac.digest(self._services.keyring.link_key(), message, "sha256"))
