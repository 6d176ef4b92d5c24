"""Which key does what now: signing, publishing, sealing tokens, hashing secrets, signing links."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from grantway.core import secrets
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Algorithm, Grant, Id
from grantway.core.ports import Clock, Entropy, WouldBlock
from grantway.core.secrets import REFRESH_PREFIX, Secret, keyed_digest, same
from grantway.features.keys.opening import EnvelopeKey, OpenedSigningKey
from grantway.features.memory.directory import Directory

_SLOW = frozenset({"RS256", "PS256"})

COMMON_RING = "standard"
"""Mounts without an issuer of their own sign with this ring.

Those that have one sign with their own keys alone: whoever fetches what an issuer publishes must find there
every key that signs for it, and no other issuer's.
"""


class KeyMissing(Exception):
    """No key in use for what is asked: the server was not set up, or all keys were withdrawn."""


class SigningKeyMissing(KeyMissing):
    """No key of an algorithm may sign at a mount: an application asks for what cannot be served there."""


@dataclass(frozen=True, slots=True)
class RefreshFacts:
    """What a genuine refresh token says. Whether it is still good, the grant knows."""

    grant_id: Id
    generation: int
    application_id: Id


class Keyring:
    """The keys in their uses. Reads them through the directory's memory."""

    def __init__(
        self,
        directory: Directory,
        clock: Clock,
        entropy: Entropy,
        *,
        may_take_long: bool = True,
        alone: frozenset[str] = frozenset(),
    ) -> None:
        """`alone` are the mounts that have an issuer of their own."""
        self._directory = directory
        self._clock = clock
        self._entropy = entropy
        self._may_take_long = may_take_long
        self._alone = alone | {COMMON_RING}

    # Signing ---------------------------------------------------------------------------------------
    def signing_key(self, mount: str, algorithm: Algorithm) -> OpenedSigningKey:
        """The newest key of the mount's ring that may sign now.

        Raises SigningKeyMissing; and WouldBlock for RSA on the event loop, which a signature would hold up
        for about a millisecond.
        """
        if algorithm in _SLOW and not self._may_take_long:
            raise WouldBlock
        keys = self._directory.keys()
        now = self._clock.now()
        for key in keys.signing_by_use.get((mount, algorithm), ()):
            if key.may_sign(now):
                return key
        if mount not in self._alone:
            return self.signing_key(COMMON_RING, algorithm)
        raise SigningKeyMissing(f"no {algorithm} key in use")

    def verifying_keys(self, mount: str, algorithm: Algorithm) -> tuple[OpenedSigningKey, ...]:
        """Keys whose signatures are still believed: those published, newest first."""
        now = self._clock.now()
        keys = self._directory.keys().signing
        own = tuple(
            key
            for key in keys
            if key.record.mount == mount and key.record.algorithm == algorithm and key.is_published(now)
        )
        if own or mount in self._alone:
            return own
        return self.verifying_keys(COMMON_RING, algorithm)

    def verifying_key(self, mount: str, kid: str) -> OpenedSigningKey | None:
        """The published asymmetric key of this id that signs at the mount."""
        key = self.hint_key(mount, kid)
        return key if key is not None and key.is_published(self._clock.now()) else None

    def hint_key(self, mount: str, kid: str) -> OpenedSigningKey | None:
        """The same, also one that was retired and is still kept; never one that was withdrawn."""
        rings = self._rings(mount)
        for key in self._directory.keys().signing:
            record = key.record
            if (
                record.kid == kid
                and record.mount in rings
                and record.algorithm != "HS256"
                and record.withdrawn_at is None
            ):
                return key
        return None

    def public_keys(self, mount: str) -> list[dict[str, object]]:
        """The public keys of a mount's ring as JSON Web Keys (RFC 7517), newest first.

        While the database is away: those that were published last.
        """
        now = self._clock.now()
        return [
            dict(key.jwk.as_dict(private=False))
            for key in self._directory.published_keys().signing
            if key.record.mount == mount and key.record.algorithm != "HS256" and key.is_published(now)
        ]

    def algorithms(self, mount: str) -> tuple[str, ...]:
        """The asymmetric algorithms a mount can sign with now, by the keys that are published."""
        now, rings = self._clock.now(), self._rings(mount)
        found = {
            key.record.algorithm
            for key in self._directory.published_keys().signing
            if key.record.mount in rings and key.record.algorithm != "HS256" and key.may_sign(now)
        }
        return tuple(sorted(found))

    def _rings(self, mount: str) -> tuple[str, ...]:
        """Whose keys sign at a mount."""
        return (mount,) if mount in self._alone else (mount, COMMON_RING)

    # Sealing tokens --------------------------------------------------------------------------------
    def envelope_key(self) -> EnvelopeKey:
        """The key that seals new opaque tokens. Raises KeyMissing."""
        keys = self._directory.keys().envelopes
        if not keys:
            raise KeyMissing("no envelope key")
        return keys[0]

    def envelope_key_of(self, selector: bytes) -> EnvelopeKey | None:
        """The key that sealed a token."""
        return self._directory.keys().envelope_by_selector.get(selector)

    def nonce(self) -> bytes:
        """A fresh nonce for one envelope."""
        return self._entropy.token_bytes(12)

    # Client secrets --------------------------------------------------------------------------------
    def secret_digests(self, secret: Secret) -> tuple[bytes, ...]:
        """The stored forms a presented client secret may have, one per pepper, newest first."""
        text = secret.reveal()
        return tuple([digest(text) for digest in self._directory.keys().pepper_digests])

    def hash_secret(self, secret: Secret) -> tuple[Id, bytes]:
        """The pepper's id and the stored form of a new client secret. Raises KeyMissing."""
        peppers = self._directory.keys().peppers
        if not peppers:
            raise KeyMissing("no pepper")
        identifier, pepper = peppers[0]
        return identifier, keyed_digest(pepper, secret.reveal())

    # Refresh tokens: deterministic, so that a retry gets the same text (data model §5) ----------------
    def current_refresh_key(self) -> Id:
        """The key under which new grants write their refresh tokens. Raises KeyMissing."""
        keys = self._directory.keys().refresh
        if not keys:
            raise KeyMissing("no refresh key")
        return keys[0][0]

    def refresh_of(self, grant: Grant) -> str:
        """The refresh token of the generation that a grant is in. Raises KeyMissing."""
        facts = RefreshFacts(grant.id, grant.generation, grant.application_id)
        return self.refresh_text(grant.refresh_key_id, facts)

    def refresh_text(self, key_id: Id, facts: RefreshFacts) -> str:
        """The refresh token of one generation of a grant. Raises KeyMissing."""
        for identifier, key in self._directory.keys().refresh:
            if identifier == key_id:
                mac = secrets.encode(_refresh_mac(key, facts))
                grant = to_text(facts.grant_id)
                application = to_text(facts.application_id)
                return f"{REFRESH_PREFIX}{grant}.{facts.generation}.{application}.{mac}"
        raise KeyMissing("the grant's refresh key is gone")

    def read_refresh(self, text: str) -> RefreshFacts | None:
        """The facts of a genuine refresh token, else None. No database is asked."""
        if not text.startswith(REFRESH_PREFIX) or len(text) > 200:
            return None
        parts = text[len(REFRESH_PREFIX) :].split(".")
        if len(parts) != 4:
            return None
        grant, generation, application, mac = parts
        grant_id, application_id = from_text(grant), from_text(application)
        if grant_id is None or application_id is None or not generation.isascii():
            return None
        if not generation.isdigit() or len(generation) > 12 or generation != str(int(generation)):
            return None
        facts = RefreshFacts(grant_id, int(generation), application_id)
        for _, key in self._directory.keys().refresh:
            if same(secrets.encode(_refresh_mac(key, facts)), mac):
                return facts
        return None

    # Links and forms -------------------------------------------------------------------------------
    def link_key(self) -> bytes:
        """The key that signs what a browser holds: forms, cursors, device cookies. Raises KeyMissing."""
        key = self._directory.keys().link
        if not key:
            raise KeyMissing("no link key")
        return key


def _refresh_mac(key: bytes, facts: RefreshFacts) -> bytes:
    message = f"{facts.grant_id}|{facts.generation}|{facts.application_id}".encode()
    return hmac.digest(key, message, "sha256")
