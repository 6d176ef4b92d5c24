"""Secrets that another server made: in which forms they come, and how dear their hashes may be.

A hash is read once, when it is imported, and kept in one spelling (the PHC string format); `system` computes
them. A secret of ours has 256 random bits and can be looked up by one fast hash. One from elsewhere may be a
word somebody thought of: whoever guesses at it is counted first (`features.guesses`).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from grantway.core.secrets import Secret

ForeignKind: TypeAlias = Literal["plain", "bcrypt", "pbkdf2", "argon2id"]
"""In which form a secret came. It stays known until the secret is revoked."""

MOST_FOREIGN_HASHES = 4
"""Hashes of one application that nobody used yet: each costs a wrong guess one slow computation."""
BCRYPT_READS = 72
"""Bytes of a secret that bcrypt looks at. What follows never meant anything, and does not here."""
LONGEST_SECRET = 512
SHORT_SECRET = 22
"""Characters: fewer than these hold less than 128 bits, whatever they are."""

_LONGEST_TEXT = 1_024
_BCRYPT_COSTS = (4, 13)
_BCRYPT_WEAK = 10
_PBKDF2_ROUNDS = (1_000, 2_000_000)
_PBKDF2_WEAK = 100_000
_PBKDF2_DIGESTS = frozenset({"sha1", "sha256", "sha512"})
_KEY_BYTES = (16, 64)
_SALT_BYTES = (1, 64)
_ARGON2_MEMORY = (8, 131_072)
_ARGON2_PASSES = (1, 16)
_ARGON2_LANES = (1, 4)
_ARGON2_WORK = 524_288
"""KiB that all passes together go through: about a second."""
_ARGON2_WEAK = 14_336

_BCRYPT = re.compile(r"\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}")
_OF_DJANGO = re.compile(
    r"pbkdf2_(sha1|sha256)\$(\d{1,8})\$([\x21-\x23\x25-\x7e]{1,64})\$([A-Za-z0-9+/]+={0,2})"
)
_OF_HYDRA = re.compile(
    r"\$pbkdf2-(sha1|sha256|sha512)\$i=(\d{1,8}),l=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
_ARGON2ID = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
_LIKE_A_HASH = re.compile(
    r"\$(?:2[abxy]?|argon2\w*|pbkdf2[\w-]*|scrypt|s[0-9]|[156y]|bcrypt-sha256)\$.*"
    r"|(?:pbkdf2|bcrypt|argon2|scrypt|md5|sha1|unsalted_\w+)(?:_\w+)?\$.*|\{[A-Za-z0-9-]{3,20}\}.*",
    re.DOTALL,
)
"""What somebody's hash begins with. A text like this is never taken for a secret itself."""
_PREFIXES_OF_DJANGO = {"bcrypt$": "", "argon2$": "$"}
"""What Django writes before hashes that it has from elsewhere."""


class NotUsable(Exception):
    """A hash that is not taken over, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class ForeignHash:
    """A hash in the one spelling that is kept, and whether less work stands behind it than today's advice."""

    kind: ForeignKind
    text: str
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class ForeignSecret:
    """A secret as an import has it: the text itself, or a hash of it."""

    kind: ForeignKind
    text: Secret
    is_weak: bool = False
    """A hash that is quickly tried out; a text that is short."""

    @property
    def is_hash(self) -> bool:
        """Whether the secret itself is unknown."""
        return self.kind != "plain"


def read_secret(text: str) -> ForeignSecret:
    """The secret of a text: a hash where it looks like one, else the secret itself. Raises NotUsable."""
    if is_hash(text):
        return of_hash(read_hash(text))
    if not 0 < len(text) <= LONGEST_SECRET or not text.isprintable():
        raise NotUsable(f"A secret has 1 to {LONGEST_SECRET} visible characters.")
    return ForeignSecret("plain", Secret(text), len(text) < SHORT_SECRET)


def of_hash(found: ForeignHash) -> ForeignSecret:
    """The secret of a hash that was read."""
    return ForeignSecret(found.kind, Secret(found.text), found.is_weak)


class ForeignHashes(Protocol):
    """Comparing with hashes of others, in the bounded pool in which passwords are hashed."""

    def turn(self) -> AbstractContextManager[None]:
        """A place in the pool, in which `fits` is asked. Raises Unavailable where there is none."""

    def fits(self, text: str, secret: str) -> bool:
        """Whether a secret is the one of a hash. Slow: asked within a turn and outside of transactions."""


def is_hash(text: str) -> bool:
    """Whether a text looks like somebody's hash."""
    return _LIKE_A_HASH.fullmatch(text) is not None


def read_hash(text: str) -> ForeignHash:
    """The hash of a text, in its kept spelling. Raises NotUsable."""
    if len(text) > _LONGEST_TEXT:
        raise NotUsable("This hash is too long.")
    for prefix, instead in _PREFIXES_OF_DJANGO.items():
        if text.startswith(prefix):
            text = instead + text.removeprefix(prefix)
    for pattern, read in _READERS:
        found = pattern.fullmatch(text)
        if found is not None:
            return read(found)
    raise NotUsable("This hash is of a kind that is not taken, or is cut short. Taken are " + TAKEN + ".")


def read_keycloak(secret_data: Mapping[str, Any], credential_data: Mapping[str, Any]) -> ForeignHash:
    """The hash of a credential of Keycloak, whose parts stand in two objects. Raises NotUsable."""
    try:
        algorithm, rounds = credential_data["algorithm"], credential_data["hashIterations"]
        value, salt = _bytes(secret_data["value"]), _bytes(secret_data["salt"])
        if algorithm == "argon2":
            more = credential_data["additionalParameters"]
            if more["type"] != ["id"] or more["version"] != ["1.3"]:
                raise NotUsable("Of Argon2 only argon2id, version 1.3, is taken.")
            return _argon2id(int(more["memory"][0]), int(rounds), int(more["parallelism"][0]), (salt, value))
        return _pbkdf2(_OF_KEYCLOAK[algorithm], int(rounds), salt, value)
    except (KeyError, TypeError, ValueError, IndexError):
        raise NotUsable("These are not the two objects that Keycloak writes of a hash.") from None


TAKEN = "bcrypt, PBKDF2 as Django, Hydra and Keycloak write it, and argon2id"
_OF_KEYCLOAK = {"pbkdf2": "sha1", "pbkdf2-sha256": "sha256", "pbkdf2-sha512": "sha512"}


def compared(kind: ForeignKind, secret: str) -> str:
    """What of a secret is compared, whoever hashes it."""
    if kind != "bcrypt":
        return secret
    return secret.encode("utf-8", "surrogatepass")[:BCRYPT_READS].decode("utf-8", "ignore")


def _of_bcrypt(found: re.Match[str]) -> ForeignHash:
    cost = int(found[1])
    _within("cost", cost, _BCRYPT_COSTS)
    return ForeignHash("bcrypt", found[0], cost < _BCRYPT_WEAK)


def _of_django(found: re.Match[str]) -> ForeignHash:
    return _pbkdf2(found[1], int(found[2]), found[3].encode(), _bytes(found[4]))


def _of_hydra(found: re.Match[str]) -> ForeignHash:
    value = _bytes(found[5])
    if len(value) != int(found[3]):
        raise NotUsable("This hash is cut short.")
    return _pbkdf2(found[1], int(found[2]), _bytes(found[4]), value)


def _of_argon2id(found: re.Match[str]) -> ForeignHash:
    memory, passes, lanes = (int(found[place]) for place in (1, 2, 3))
    return _argon2id(memory, passes, lanes, (_bytes(found[4]), _bytes(found[5])))


def _pbkdf2(name: str, rounds: int, salt: bytes, value: bytes) -> ForeignHash:
    _within("iterations", rounds, _PBKDF2_ROUNDS)
    _within("bytes of the hash", len(value), _KEY_BYTES)
    _within("bytes of the salt", len(salt), _SALT_BYTES)
    text = f"$pbkdf2-{name}$i={rounds},l={len(value)}${_unpadded(salt)}${_unpadded(value)}"
    return ForeignHash("pbkdf2", text, rounds < _PBKDF2_WEAK)


def _argon2id(memory: int, passes: int, lanes: int, parts: tuple[bytes, bytes]) -> ForeignHash:
    salt, value = parts
    _within("KiB of memory", memory, _ARGON2_MEMORY)
    _within("passes", passes, _ARGON2_PASSES)
    _within("lanes", lanes, _ARGON2_LANES)
    _within("KiB of all passes together", memory * passes, (8, _ARGON2_WORK))
    _within("bytes of the hash", len(value), _KEY_BYTES)
    _within("bytes of the salt", len(salt), (8, _SALT_BYTES[1]))
    text = f"$argon2id$v=19$m={memory},t={passes},p={lanes}${_unpadded(salt)}${_unpadded(value)}"
    return ForeignHash("argon2id", text, memory * passes < _ARGON2_WEAK)


def _within(what: str, value: int, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise NotUsable(f"The {what} of this hash are {value}. Taken are {low} to {high}.")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise NotUsable("This hash is not well-formed base64.") from None


def _unpadded(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode("ascii")


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], ForeignHash]], ...] = (
    (_BCRYPT, _of_bcrypt),
    (_OF_DJANGO, _of_django),
    (_OF_HYDRA, _of_hydra),
    (_ARGON2ID, _of_argon2id),
)
