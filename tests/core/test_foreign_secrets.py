"""Hashes of other servers: in which spellings they come, and which of them cost too much or too little."""

from __future__ import annotations

import base64
import hashlib

import bcrypt
import pytest
from argon2.low_level import Type, hash_secret

from grantway.core.foreign_secrets import NotUsable, is_hash, read_hash, read_keycloak, read_secret
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.hashing_pool import HashingPool

SECRET = "correct-horse-battery"


def pbkdf2(rounds: int = 1_000, name: str = "sha256", salt: bytes = b"0123456789abcdef") -> bytes:
    return hashlib.pbkdf2_hmac(name, SECRET.encode(), salt, rounds)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


DJANGO = f"pbkdf2_sha256$1000$0123456789abcdef${b64(pbkdf2())}"
HYDRA = f"$pbkdf2-sha256$i=1000,l=32${b64(b'0123456789abcdef').rstrip('=')}${b64(pbkdf2()).rstrip('=')}"
BCRYPT = bcrypt.hashpw(SECRET.encode(), b"$2b$04$abcdefghijklmnopqrstuu").decode()
ARGON2 = hash_secret(SECRET.encode(), bytes(16), 1, 8, 1, 32, Type.ID).decode()


@pytest.mark.parametrize(
    "text",
    [
        DJANGO,
        HYDRA,
        BCRYPT,
        ARGON2,
        "bcrypt$" + BCRYPT,
        "argon2" + ARGON2,
        "$2y$" + BCRYPT[4:],
    ],
)
def test_hashes_are_kept_in_one_spelling(text: str) -> None:
    found = read_hash(text)
    assert SystemForeignHashes(HashingPool()).fits(found.text, SECRET)
    assert not SystemForeignHashes(HashingPool()).fits(found.text, SECRET + "x")
    assert not SystemForeignHashes(HashingPool()).fits(found.text, "\x00")


@pytest.mark.parametrize("name", ["pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512"])
def test_keycloak_writes_a_hash_in_two_objects(name: str) -> None:
    digest = {"pbkdf2": "sha1"}.get(name, name.partition("-")[2])
    value = pbkdf2(2_000, digest)
    found = read_keycloak(
        {"value": b64(value), "salt": b64(b"0123456789abcdef"), "additionalParameters": {}},
        {"hashIterations": 2_000, "algorithm": name, "additionalParameters": {}},
    )
    assert SystemForeignHashes(HashingPool()).fits(found.text, SECRET)


def test_keycloak_writes_argon2_the_same_way() -> None:
    _, _, _, _, salt, value = ARGON2.split("$")
    more = {"hashLength": ["32"], "memory": ["8"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}
    found = read_keycloak(
        {"value": value + "=", "salt": salt + "=="},
        {"hashIterations": 1, "algorithm": "argon2", "additionalParameters": more},
    )
    assert SystemForeignHashes(HashingPool()).fits(found.text, SECRET)
    with pytest.raises(NotUsable):
        read_keycloak({}, {"algorithm": "argon2"})


@pytest.mark.parametrize(
    "text",
    [
        BCRYPT.replace("$04$", "$15$"),
        BCRYPT.replace("$04$", "$03$"),
        BCRYPT[:-1],
        DJANGO.replace("$1000$", "$999$"),
        DJANGO.replace("$1000$", "$2000001$"),
        HYDRA.replace("l=32", "l=31"),
        ARGON2.replace("m=8", "m=1048576"),
        ARGON2.replace("t=1", "t=17"),
        ARGON2.replace("p=1", "p=64"),
        ARGON2.replace("m=8,t=1", "m=131072,t=16"),
        ARGON2.replace("argon2id", "argon2i"),
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
        "scrypt:32768:8:1$salt$00",
        "bcrypt_sha256$$2b$12$abc",
        "$5$rounds=5000$salt$value",
        "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr",
    ],
)
def test_what_costs_too_much_too_little_or_is_unknown_is_refused(text: str) -> None:
    if not text.startswith("scrypt:"):
        assert is_hash(text), "it is never taken for a secret itself"
        with pytest.raises(NotUsable):
            read_secret(text)


@pytest.mark.parametrize("text", ["", "x" * 513, "a\nb", "a\x00b"])
def test_a_secret_has_visible_characters(text: str) -> None:
    with pytest.raises(NotUsable):
        read_secret(text)


def test_weak_hashes_and_short_secrets_are_known_for_it() -> None:
    assert read_secret(BCRYPT).is_weak
    assert read_secret("short").is_weak
    assert not read_secret("x" * 22).is_weak
    assert not read_secret(DJANGO.replace("$1000$", "$600000$")).is_weak
