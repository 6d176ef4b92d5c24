"""The services of one process whose memory holds everything, over a store that must not be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, NoReturn

import msgspec
from joserfc.jws import JWSRegistry

from grantway.core.model import (
    DAY,
    SECOND,
    Algorithm,
    Application,
    Change,
    Instant,
    Organization,
    SecretKey,
    SigningKey,
)
from grantway.core.ports import Tx
from grantway.core.secrets import encode
from grantway.features.keys.opening import Jwk, OpenedKeys, dump_key, generate_jwk, open_keys
from grantway.features.keys.sealing import Sealer
from grantway.features.memory.directory import Directory
from grantway.features.memory.following import ApplicationEntry, Memory
from grantway.features.memory.keyring import Keyring
from grantway.features.services import Services
from grantway.system import SystemEntropy
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.hashing_pool import HashingPool
from tests.core import records

ISSUER = "https://id.example.test"
NOW: Instant = 1_800_000_000 * SECOND
ENTROPY = SystemEntropy()
SEALER = Sealer((bytes(range(32)),), ENTROPY)


class StillClock:
    """A clock that stands until a test sets it. What is remembered stays fresh."""

    def __init__(self, now: Instant = NOW) -> None:
        self.at = now

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return 0.0


class AbsentStore:
    """A database that nobody should need."""

    def read(self) -> AbstractContextManager[Tx]:
        raise AssertionError("the database was asked")

    def begin(self) -> AbstractContextManager[Tx]:
        raise AssertionError("the database was asked")

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        raise AssertionError("the database was asked")

    def close(self) -> None:
        """There is nothing to close."""


class AbsentPasswords:
    """Hashing that nobody should need."""

    def hash(self, password: str) -> NoReturn:
        raise AssertionError("a password was hashed")

    def verify(self, phc: str | None, password: str) -> NoReturn:
        raise AssertionError("a password was verified")


def services(
    *applications: Application,
    organizations: Iterable[Organization] = (records.organization(),),
    keys: OpenedKeys | None = None,
    clock: StillClock | None = None,
) -> Services:
    """What a use-case is built with, knowing these records and no others."""
    memory = Memory()
    memory.valid_until = 1.0
    memory.catalogue = records.catalogue()
    memory.keys = keys or ordinary_keys()
    for application in applications:
        memory.applications.put(application.id, ApplicationEntry(application))
        memory.client_ids.put(application.client_id, application.id)
    for organization in organizations:
        memory.organizations.put(organization.id, organization)
    clock, store = clock or StillClock(), AbsentStore()
    directory = Directory(memory, store, clock, SEALER)
    return Services(
        store=store,
        directory=directory,
        clock=clock,
        entropy=ENTROPY,
        passwords=AbsentPasswords(),
        foreign=SystemForeignHashes(HashingPool()),
        sealer=SEALER,
        keyring=Keyring(directory, clock, ENTROPY),
        issuer=ISSUER,
        issuers={"other": "https://other.example.test"},
    )


def private_key(mount: str, algorithm: Algorithm, number: int = 0) -> Jwk:
    """The same key whenever the same one is asked for: making them takes long."""
    return _made(mount, algorithm, number)


@cache
def _made(mount: str, algorithm: Algorithm, number: int) -> Jwk:
    del mount, number
    return generate_jwk(algorithm, ENTROPY)


def signing_key(
    mount: str,
    algorithm: Algorithm,
    number: int = 0,
    *,
    use_from: Instant = NOW - DAY,
    retire_at: Instant | None = None,
    withdrawn_at: Instant | None = None,
) -> SigningKey:
    """A record as it lies in the database, sealed."""
    plain = dump_key(private_key(mount, algorithm, number))
    return SigningKey(
        id=1_000 + number,
        mount=mount,
        kid=f"{mount}-{algorithm}-{number}",
        algorithm=algorithm,
        sealed=SEALER.seal(f"signing:{mount}", plain),
        announced_at=use_from - DAY,
        use_from=use_from,
        retire_at=retire_at,
        withdrawn_at=withdrawn_at,
    )


@cache
def secret_keys(server: int = 0) -> tuple[SecretKey, ...]:
    """One secret key of each purpose; another server has others of the same ids."""
    del server
    purposes: tuple[tuple[int, str], ...] = ((1, "pepper"), (2, "refresh"), (3, "envelope"), (4, "link"))
    return tuple(
        SecretKey(
            id=number,
            purpose=purpose,  # type: ignore[arg-type]
            sealed=SEALER.seal(purpose, ENTROPY.token_bytes(32)),
            created_at=NOW - DAY,
        )
        for number, purpose in purposes
    )


def signed(header: dict[str, Any] | bytes, claims: dict[str, Any] | bytes, key: Jwk, algorithm: str) -> str:
    """A compact JWS with whatever header one likes, which no proper library would write."""
    parts = [part if isinstance(part, bytes) else msgspec.json.encode(part) for part in (header, claims)]
    text = ".".join(map(encode, parts))
    signature: bytes = JWSRegistry.algorithms[algorithm].sign(text.encode(), key)
    return f"{text}.{encode(signature)}"


STANDARD_RING: tuple[Algorithm, ...] = ("ES256", "RS256", "PS256", "EdDSA")


@cache
def standard_keys() -> tuple[SigningKey, ...]:
    """The rings of three mounts: all algorithms in the common one, ES256 in another, HS256 in a third."""
    common = tuple(signing_key("standard", algorithm) for algorithm in STANDARD_RING)
    return (*common, signing_key("other", "ES256"), signing_key("shared", "HS256"))


def opened_keys(*signing: SigningKey, server: int = 0) -> OpenedKeys:
    """These keys, and one secret key of each purpose, opened as a process opens them."""
    return open_keys(signing, secret_keys(server), SEALER)


@cache
def ordinary_keys() -> OpenedKeys:
    """The keys of a server at rest. Opening an RSA key takes long, so this is done once."""
    return opened_keys(*standard_keys())
