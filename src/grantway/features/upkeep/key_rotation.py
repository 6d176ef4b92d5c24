"""Signing keys over time: announced before they sign, published after they stop, withdrawn at once.

A new key is published for the time of its announcement, so that every resource server has fetched it
before the first token that needs it. The former key stays published until the longest token it can
have signed has expired. Several processes may do this at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from grantway.core.audit import AT_THE_MACHINE, THE_SERVER, Actor
from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import DAY, MINUTE, SECOND, Algorithm, Instant, SigningKey
from grantway.core.policy import LONGEST_ACCESS_TOKEN
from grantway.core.ports import Attempt, Tx
from grantway.features.audit import Act, AuditLog
from grantway.features.keys.opening import Jwk, dump_key, generate_jwk
from grantway.features.services import Services
from grantway.features.upkeep.signing_keys import in_order

_MARGIN: Instant = MINUTE
_KEPT_AFTER_END: Instant = 30 * DAY
_FOREVER: Instant = 1_000 * 365 * DAY


@dataclass(frozen=True, slots=True)
class RotationPolicy:
    """How long keys live. Seconds, but for `every_days`, where 0 means that no key is rotated by itself."""

    announcement: int = 600
    overlap: int = LONGEST_ACCESS_TOKEN
    every_days: int = 90


class KeyRotation:
    """Makes, replaces, withdraws and clears away signing keys."""

    def __init__(self, services: Services, policy: RotationPolicy) -> None:
        self._services = services
        self._policy = policy
        self._log = AuditLog(services)

    def listed(self) -> tuple[SigningKey, ...]:
        """Every signing key, in the order of rings and algorithms, the newest of each first."""
        with self._services.store.read() as tx:
            return in_order(tx.gate.signing_keys())

    def rotate(self, mount: str, algorithm: Algorithm) -> SigningKey:
        """Announce a new key, and set the end of those in use. Raises NotFound for an empty ring."""
        jwk = generate_jwk(algorithm, self._services.entropy)
        with self._services.store.begin() as tx:
            lock(tx, "keys", now=self._services.clock.now())
            ring = _ring(tx, mount, algorithm)
            if not ring:
                raise NotFound(RECORD_NOT_FOUND, "no such ring")
            return self._replace(tx, ring, jwk, by=AT_THE_MACHINE)

    def withdraw(self, kid: str) -> SigningKey | None:
        """End a key now: nothing it signed is believed any more, here and at whoever fetches the keys.

        Where no other key could sign instead, a new one is made that signs at once; it is returned.
        Raises NotFound.
        """
        services = self._services
        with services.store.read() as tx:
            known = _of_kid(tx.gate.signing_keys(), kid)
        jwk = generate_jwk(known.algorithm, services.entropy)
        with services.store.begin() as tx:
            now = services.clock.now()
            lock(tx, "keys", now=now)
            key = _of_kid(tx.gate.signing_keys(), kid)
            tx.platform.update_signing_key(replace(key, withdrawn_at=now))
            self._tell(tx, "key.withdraw", key, by=AT_THE_MACHINE)
            others = [other for other in _ring(tx, key.mount, key.algorithm) if other.kid != kid]
            if any(_may_sign(other, now) for other in others):
                return None
            fresh = new_signing_key(key.mount, key.algorithm, jwk, services=services, use_from=now)
            tx.platform.insert_signing_key(fresh)
            self._tell(tx, "key.create", fresh, by=AT_THE_MACHINE)
            return fresh

    def rotate_aged(self) -> tuple[SigningKey, ...]:
        """Rotate one key whose time has come, if there is one: a bounded step of the housekeeping."""
        for mount, algorithm in self._aged_rings():
            jwk = generate_jwk(algorithm, self._services.entropy)
            with self._services.store.begin() as tx:
                lock(tx, "keys", now=self._services.clock.now())
                ring = _ring(tx, mount, algorithm)
                # Another process may have done it while the key was made.
                if self._is_aged(ring):
                    return (self._replace(tx, ring, jwk, by=THE_SERVER),)
        return ()

    def delete_ended(self) -> int:
        """Delete the keys that were retired or withdrawn long ago."""
        oldest = self._services.clock.now() - _KEPT_AFTER_END
        with self._services.store.read() as tx:
            ended = [key for key in tx.gate.signing_keys() if _end_of(key) < oldest]
        if ended:
            with self._services.store.begin() as tx:
                for key in ended:
                    tx.platform.delete_signing_key(key.id)
        return len(ended)

    def _replace(self, tx: Tx, ring: tuple[SigningKey, ...], jwk: Jwk, *, by: Actor) -> SigningKey:
        now = self._services.clock.now()
        use_from = now + self._policy.announcement * SECOND
        retire_at = use_from + self._policy.overlap * SECOND + _MARGIN
        for key in ring:
            if key.retire_at is None:
                tx.platform.update_signing_key(replace(key, retire_at=retire_at))
        newest = ring[0]
        fresh = new_signing_key(
            newest.mount, newest.algorithm, jwk, services=self._services, use_from=use_from
        )
        tx.platform.insert_signing_key(fresh)
        self._tell(tx, "key.rotate", fresh, by=by)
        return fresh

    def _tell(self, tx: Tx, action: str, key: SigningKey, *, by: Actor) -> None:
        after = {"mount": key.mount, "algorithm": key.algorithm}
        self._log.record(tx, by, Act(action, key.kid, after=after))

    def _aged_rings(self) -> list[tuple[str, Algorithm]]:
        with self._services.store.read() as tx:
            keys = tx.gate.signing_keys()
        names = sorted({(key.mount, key.algorithm) for key in keys})
        return [name for name in names if self._is_aged(_of_ring(keys, *name))]

    def _is_aged(self, ring: tuple[SigningKey, ...]) -> bool:
        """Whether the newest key of a ring is older than the policy wants.

        HS256 keys stay: they are not published, so whoever holds one has to be given the next by hand.
        """
        if not self._policy.every_days or not ring or ring[0].algorithm == "HS256":
            return False
        return ring[0].use_from + self._policy.every_days * DAY <= self._services.clock.now()


def new_signing_key(
    mount: str, algorithm: Algorithm, jwk: Jwk, *, services: Services, use_from: Instant
) -> SigningKey:
    """A record of a fresh key, announced now.

    Its name is of hexadecimal digits: it is typed at the command line, where a leading `-` means an option.
    """
    return SigningKey(
        id=services.entropy.new_id(),
        mount=mount,
        kid=services.entropy.token_bytes(8).hex(),
        algorithm=algorithm,
        sealed=services.sealer.seal(f"signing:{mount}", dump_key(jwk)),
        announced_at=services.clock.now(),
        use_from=use_from,
    )


def lock(tx: Tx, name: str, *, now: Instant) -> None:
    """Wait until no other process is in the part of this name; it ends with the transaction.

    Counting is one upsert of one row, and a row that is written stays locked until the commit.
    """
    tx.gate.count_attempt(Attempt(f"lock.{name}", 2**31 - 1, _FOREVER), now=now)


def _ring(tx: Tx, mount: str, algorithm: Algorithm) -> tuple[SigningKey, ...]:
    return _of_ring(tx.gate.signing_keys(), mount, algorithm)


def _of_ring(keys: Iterable[SigningKey], mount: str, algorithm: Algorithm) -> tuple[SigningKey, ...]:
    """The keys of a ring that were not withdrawn, newest first."""
    found = (key for key in keys if (key.mount, key.algorithm) == (mount, algorithm))
    return tuple(sorted((key for key in found if key.withdrawn_at is None), key=lambda key: -key.use_from))


def _of_kid(keys: Iterable[SigningKey], kid: str) -> SigningKey:
    for key in keys:
        if key.kid == kid:
            return key
    raise NotFound(RECORD_NOT_FOUND, "no key of this id")


def _may_sign(key: SigningKey, now: Instant) -> bool:
    return key.use_from <= now and (key.retire_at is None or now < key.retire_at)


def _end_of(key: SigningKey) -> Instant:
    ends = [end for end in (key.retire_at, key.withdrawn_at) if end is not None]
    return min(ends, default=_FOREVER)
