"""The server's keys as they lie in the database, opened: rings of signing keys, and symmetric keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc.jwk import ECKey, KeyParameters, OctKey, OKPKey, RSAKey

from grantway.core.model import Algorithm, Id, Instant, SecretKey, SigningKey
from grantway.core.ports import Entropy
from grantway.core.secrets import KeyedDigest
from grantway.features.keys.sealing import SealBroken, Sealer

Jwk = ECKey | RSAKey | OKPKey | OctKey

SELECTOR = 4
"""Bytes of an envelope key's id that stand in front of each envelope."""


@dataclass(frozen=True, slots=True)
class OpenedSigningKey:
    """A signing key with its record. Symmetric ones are never published."""

    record: SigningKey
    jwk: Jwk

    def may_sign(self, now: Instant) -> bool:
        """In use: its time has come, and it is neither retired nor withdrawn."""
        record = self.record
        return (
            record.withdrawn_at is None
            and record.use_from <= now
            and (record.retire_at is None or now < record.retire_at)
        )

    def is_published(self, now: Instant) -> bool:
        """Announced before use and kept after it, until retired or withdrawn."""
        record = self.record
        return record.withdrawn_at is None and (record.retire_at is None or now < record.retire_at)


@dataclass(frozen=True, slots=True)
class EnvelopeKey:
    """A key that seals opaque tokens."""

    selector: bytes
    cipher: AESGCMSIV


@dataclass(frozen=True, slots=True)
class OpenedKeys:
    """All keys, newest first in each list. Immutable; replaced as a whole when the feed says so."""

    signing: tuple[OpenedSigningKey, ...] = ()
    peppers: tuple[tuple[Id, bytes], ...] = ()
    refresh: tuple[tuple[Id, bytes], ...] = ()
    envelopes: tuple[EnvelopeKey, ...] = ()
    envelope_by_selector: dict[bytes, EnvelopeKey] = field(default_factory=dict)
    link: bytes = b""
    signing_by_use: dict[tuple[str, Algorithm], list[OpenedSigningKey]] = field(default_factory=dict)
    """The signing keys of each mount's ring and algorithm."""
    pepper_digests: tuple[KeyedDigest, ...] = ()
    """What each pepper makes of a client secret, in the order of `peppers`."""


def open_keys(
    signing: tuple[SigningKey, ...], symmetric: tuple[SecretKey, ...], sealer: Sealer
) -> OpenedKeys:
    """Unseal every key. Raises SealBroken when the root key of the settings does not fit."""
    opened = tuple(
        OpenedSigningKey(record, load_key(record, sealer))
        for record in sorted(signing, key=lambda key: (-key.use_from, key.id))
    )
    by_use: dict[tuple[str, Algorithm], list[OpenedSigningKey]] = {}
    for one in opened:
        by_use.setdefault((one.record.mount, one.record.algorithm), []).append(one)
    by_purpose: dict[str, list[tuple[Id, bytes]]] = {}
    for key in sorted(symmetric, key=lambda item: (-item.created_at, item.id)):
        by_purpose.setdefault(key.purpose, []).append((key.id, sealer.open(key.purpose, key.sealed)))
    envelopes = tuple(
        EnvelopeKey((identifier & 0xFFFFFFFF).to_bytes(SELECTOR, "big"), AESGCMSIV(plain))
        for identifier, plain in by_purpose.get("envelope", [])
    )
    links = by_purpose.get("link", [])
    peppers = tuple(by_purpose.get("pepper", []))
    return OpenedKeys(
        signing=opened,
        peppers=peppers,
        refresh=tuple(by_purpose.get("refresh", [])),
        envelopes=envelopes,
        envelope_by_selector={key.selector: key for key in envelopes},
        link=links[0][1] if links else b"",
        signing_by_use=by_use,
        pepper_digests=tuple(KeyedDigest(pepper) for _, pepper in peppers),
    )


def generate_jwk(algorithm: Algorithm, entropy: Entropy) -> Jwk:
    """A fresh private key: P-256, RSA 2048 bits, Ed25519, or 256 random bits for HS256."""
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", private=True)
    if algorithm == "EdDSA":
        return OKPKey.generate_key("Ed25519", private=True)
    if algorithm == "HS256":
        return OctKey.import_key(entropy.token_bytes(32))
    return RSAKey.generate_key(2048, private=True)


def dump_key(jwk: Jwk) -> bytes:
    """The private form that is sealed into the database."""
    if isinstance(jwk, OctKey):
        return jwk.raw_value
    return jwk.as_bytes(encoding="DER", private=True)


def load_key(record: SigningKey, sealer: Sealer) -> Jwk:
    """The key of a record. Raises SealBroken."""
    data = sealer.open(f"signing:{record.mount}", record.sealed)
    parameters: KeyParameters = {"kid": record.kid, "alg": record.algorithm, "use": "sig"}
    if record.algorithm == "HS256":
        return OctKey.import_key(data, parameters)
    if record.algorithm == "ES256":
        return ECKey.import_key(data, parameters)
    if record.algorithm == "EdDSA":
        return OKPKey.import_key(data, parameters)
    # The seal shows that nobody altered the key, so its factors are not proved again: that takes longer
    # than a hundred signatures, at each start and whenever the memory has run out.
    private = load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, RSAPrivateKey):
        raise SealBroken("the record's algorithm is not the key's")
    return RSAKey(private, private, parameters)
