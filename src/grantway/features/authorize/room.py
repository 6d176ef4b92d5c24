"""How many authorization requests may wait: strangers begin them, so they must not fill the disk.

A request is counted when it begins, in kilobytes: for the network that it comes from and for all, or for
the person who is signed in, whom no stranger can crowd out. What a person finished is taken out of the
count; what nobody signed in to stays in it until its window is over, and is forgotten by then. So what
waits is at most two windows of each count, and no request is put out for the sake of another.
"""

from __future__ import annotations

import hmac

from msgspec import structs

from grantway.core import errors
from grantway.core.errors import PageError
from grantway.core.messages import Session
from grantway.core.model import Id
from grantway.core.networks import wide_network_of
from grantway.core.ports import Attempt, Tx
from grantway.core.secrets import encode
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.pending import WAITING, Pending
from grantway.features.services import Services

NETWORK = 2_048
"""Kilobytes of a /24 or /48 in a window of a quarter of an hour. A usual request is one."""
PERSON = 512
"""Kilobytes of somebody who is signed in."""
EVERYWHERE = 131_072
"""Kilobytes of all who are not."""
EVERYBODY = "waiting"
"""The name of the count of all who are not signed in."""


class Room:
    """Lets requests wait as long as there is room."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def take(self, tx: Tx, handle: str, pending: Pending, *, address: str, session: Session | None) -> None:
        """Store a request that waits for a person, in one round trip. Raises PageError where it is full."""
        bucket = self.of_network(address) if session is None else of_person(session.user_id)
        weight = 1 + len(waiting.encode(pending)) // 1_024
        counted = structs.replace(pending, bucket=bucket, weight=weight)
        artifact, shares = waiting.artifact_of(handle, counted), _shares(counted)
        full = tx.gate.put_artifact_within(artifact, shares, now=pending.created_at)
        if full is not None:
            reason = errors.WAITING_EVERYWHERE if full.bucket == EVERYBODY else errors.WAITING_NETWORK
            raise PageError(reason, "no room to wait")

    def of_network(self, address: str) -> str:
        """The name of the count of a network, which discloses no address."""
        message = f"waiting|{wide_network_of(address)}".encode()
        return encode(hmac.digest(self._services.keyring.link_key(), message, "sha256")[:16])


def of_person(user_id: Id) -> str:
    """The name of the count of somebody."""
    return f"{EVERYBODY}.{user_id}"


def give_back(tx: Tx, pending: Pending) -> None:
    """A request of somebody who is signed in is over. Strangers' stay counted: they could begin for ever."""
    if pending.session_id is not None:
        tx.gate.uncount_attempts(_shares(pending), at=pending.created_at)


def _shares(pending: Pending) -> tuple[Attempt, ...]:
    if pending.bucket is None:
        return ()
    is_person = pending.bucket.startswith(f"{EVERYBODY}.")
    own = Attempt(pending.bucket, PERSON if is_person else NETWORK, WAITING, pending.weight)
    return (own,) if is_person else (own, Attempt(EVERYBODY, EVERYWHERE, WAITING, pending.weight))
