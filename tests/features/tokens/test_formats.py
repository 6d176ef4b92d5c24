"""The formats of access tokens: each reads its own whole texts, and nothing else is believed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from grantway.core.model import SECOND, Algorithm
from grantway.core.secrets import OPAQUE_HEX_PREFIX, OPAQUE_PREFIX, decode, encode
from grantway.features.keys.opening import open_keys
from grantway.features.memory.keyring import KeyMissing, Keyring, RefreshFacts
from grantway.features.tokens.envelope import EnvelopeBroken, Envelopes
from grantway.features.tokens.facts import Facts
from tests.core.records import APPLICATION
from tests.features.authorize.remembered import (
    NOW,
    SEALER,
    opened_keys,
    secret_keys,
    services,
    signing_key,
)
from tests.features.tokens.samples import (
    APP,
    MOUNT_OF,
    OTHER,
    SHARED,
    STANDARD,
    Formats,
    claims_of,
    every_kind,
    every_reader,
    facts,
    header_of,
    minting,
    read,
    token,
    world,
)
from tests.kit.counts import count

# RFC 9864 gives the algorithm another name, which few clients know yet.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

FORMATS = ("opaque", "opaque_hex", "jwt", "bare_jwt")
VARIED: dict[str, dict[str, Any]] = {
    "a person": {},
    "a machine": {"subject_kind": "none", "subject": None, "grant": None, "credential": 7, "auth_time": None},
    "a service account": {"subject_kind": "service_account", "auth_time": None},
    "somebody of the client's": {
        "subject_kind": "external",
        "subject": None,
        "subject_reference": "u|1 \u00e4",
    },
    "several audiences": {"audience": ("https://a.example.test", "https://b.example.test")},
    "bound to a key": {"proof_key": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "details": "[]"},
    "many scopes": {"scopes": " ".join(f"scope.number-{number}" for number in range(100))},
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("changes", VARIED.values(), ids=VARIED.keys())
def test_a_token_says_what_was_sealed_into_it(name: str, changes: dict[str, Any]) -> None:
    here = world()
    said = facts(MOUNT_OF[name], **changes)
    form = Formats(here).all[name]
    assert form.name == name
    assert form.read(form.mint(minting(said)), said.mount) == said


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256", "EdDSA"])
def test_a_jwt_has_the_claims_of_rfc_9068(algorithm: Algorithm) -> None:
    here = world()
    text = token(here, "jwt", algorithm=algorithm)
    assert read(Formats(here).all["jwt"], text, STANDARD) == facts()
    assert header_of(text) == {"typ": "at+jwt", "alg": algorithm, "kid": f"standard-{algorithm}-0"}
    shown = claims_of(text)
    assert len(shown.pop("jti")) > 100
    assert shown == {
        "iss": "https://id.example.test",
        "sub": "3F",
        "aud": "https://orders.example.test",
        "client_id": "orders-app",
        "org": "1d",
        "scope": "openid orders.read",
        "iat": NOW // SECOND,
        "exp": NOW // SECOND + 900,
        "auth_time": NOW // SECOND - 60,
    }


def test_a_bare_jwt_shows_little_and_no_key_id() -> None:
    text = token(world(), "bare_jwt")
    assert header_of(text) == {"alg": "HS256", "typ": "JWT"}
    shown = claims_of(text)
    assert set(shown) == {"sub", "name", "jti", "iat", "exp", "apiKey"}
    assert shown["sub"] == shown["name"] == "ada@example.test"
    assert UUID(shown["jti"]).version == 4


def test_an_opaque_token_shows_nothing_and_two_are_never_alike() -> None:
    here = world()
    texts = {token(here, "opaque") for _ in range(20)}
    assert len(texts) == 20
    for text in texts:
        assert text.startswith(OPAQUE_PREFIX)
        sealed = decode(text.removeprefix(OPAQUE_PREFIX))
        assert b"orders" not in sealed
        assert b"standard" not in sealed


# Altered tokens ------------------------------------------------------------------------------------


def alterations(text: str) -> Iterator[str]:
    """Each sign changed, dropped and doubled; each beginning and each end; and something added at both ends."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ~\n"
    for at, old in enumerate(text):
        # A neighbour in the alphabet differs in the last bit: where bits are left over, it would mean the same.
        near = [
            sign for sign in (chr(ord(old) ^ 1), chr(ord(old) + 1), old.swapcase(), ".", "=") if sign != old
        ]
        step = count(bounded=len(alphabet), full=1)
        for sign in {*near, *(sign for sign in alphabet[::step] if sign != old)}:
            yield text[:at] + sign + text[at + 1 :]
        yield text[:at] + text[at + 1 :]
        yield text[:at] + old + text[at:]
        yield text[:at]
        yield text[at + 1 :]
    for sign in alphabet:
        yield text + sign
        yield sign + text
    yield from (text + text, f"{text}.", f"{text}..", f".{text}", text + "\0", f"{text} {text}")


@pytest.mark.parametrize("name", FORMATS)
def test_no_altered_token_is_believed(name: str) -> None:
    """V069: every sign changed, dropped, doubled; every part of it; and everything that is longer."""
    here = world()
    form, text = Formats(here).all[name], token(here, name)
    believed = [
        altered for altered in alterations(text) if altered != text and read(form, altered, MOUNT_OF[name])
    ]
    assert believed == []
    assert read(form, text, MOUNT_OF[name]) == facts(MOUNT_OF[name])


@pytest.mark.parametrize("name", FORMATS)
def test_no_mixture_of_two_tokens_is_believed(name: str) -> None:
    """V069: what is cut out of one token and put into another is of neither."""
    here = world()
    form, one, other = Formats(here).all[name], token(here, name), token(here, name, organization=999)
    for number in range(count(bounded=300, full=100_000)):
        mark = hashlib.sha256(f"{name}{number}".encode()).digest()
        low, high = sorted(int.from_bytes(mark[at : at + 4], "big") % len(one) for at in (0, 4))
        mixed = one[:low] + other[low:high] + one[high:]
        assert mixed in {one, other} or read(form, mixed, MOUNT_OF[name]) is None, mixed


def test_a_refresh_token_is_whole_or_nothing() -> None:
    """V069: and the one spelling of it is the only one."""
    keyring = world().keyring
    said = RefreshFacts(501, 12, APPLICATION)
    text = keyring.refresh_text(keyring.current_refresh_key(), said)
    assert keyring.read_refresh(text) == said
    assert [
        altered for altered in alterations(text) if altered != text and keyring.read_refresh(altered)
    ] == []


@pytest.mark.parametrize(
    "text", ["", "gwo_", "gwo_A", "gwo_" + "A" * 100_000, "A" * 100_000, "." * 1_000, "..", "a.b.c"]
)
def test_what_is_no_token_is_refused_soon(text: str) -> None:
    assert not any(believes(text) for believes in every_reader(world()).values())


# Kinds, mounts and servers -------------------------------------------------------------------------


def test_each_kind_is_good_in_its_own_place_only() -> None:
    """V068: every text that the server hands out, given to everything that takes one."""
    here = world()
    kinds, readers = every_kind(here), every_reader(here)
    believed = {
        (kind, place) for kind, text in kinds.items() for place, reads in readers.items() if reads(text)
    }
    assert believed == {(place, place) for place in readers}


def test_an_envelope_is_good_in_its_own_format_only() -> None:
    """V068: what is sealed for one format does not open in another, whatever is written round it."""
    here = world()
    forms = Formats(here).all
    jwt, bare, opaque = token(here, "jwt"), token(here, "bare_jwt"), token(here, "opaque")
    inner = {
        "jwt": claims_of(jwt)["jti"],
        "bare": claims_of(bare)["apiKey"],
        "opaque": opaque[len(OPAQUE_PREFIX) :],
    }
    opened = {name for name, text in inner.items() if read(forms["opaque"], OPAQUE_PREFIX + text, STANDARD)}
    assert opened == {"opaque"}
    # Nor does it open in another spelling of itself.
    respelled = OPAQUE_HEX_PREFIX + decode(opaque[len(OPAQUE_PREFIX) :]).hex()
    assert read(forms["opaque_hex"], respelled, STANDARD) is None


@pytest.mark.parametrize("name", FORMATS)
def test_a_token_is_good_at_its_own_mount_only(name: str) -> None:
    """V073: also where both mounts sign with the same ring."""
    here = world()
    form = Formats(here).all[name]
    for home in (STANDARD, OTHER, SHARED) if name != "bare_jwt" else (SHARED,):
        text = token(here, name, mount=home)
        found = [mount for mount in (STANDARD, OTHER, SHARED, "third") if read(form, text, mount)]
        assert found == [home]


SIGNERS: tuple[tuple[str, Algorithm, str], ...] = (
    ("jwt", "ES256", "standard-ES256-0"),
    ("bare_jwt", "HS256", "shared-HS256-0"),
)


@pytest.mark.parametrize("name", FORMATS)
def test_a_token_of_another_server_is_refused(name: str) -> None:
    """V073: two servers with keys of their own and the same names for them."""
    theirs = [replace(signing_key(MOUNT_OF[form], algorithm, 9), kid=kid) for form, algorithm, kid in SIGNERS]
    strangers = services(APP, keys=opened_keys(*theirs, server=1))
    assert read(Formats(strangers).all[name], token(strangers, name), MOUNT_OF[name]) is not None
    here, form = world(), Formats(world()).all[name]
    assert read(form, token(here, name), MOUNT_OF[name]) is not None
    assert read(Formats(strangers).all[name], token(here, name), MOUNT_OF[name]) is None


# What is sealed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", FORMATS)
def test_sealed_facts_lack_none(use: str) -> None:
    """V070, V078: each fact dropped in turn and sealed with our own key; without its end a token is none."""
    keyring = world().keyring
    envelopes = Envelopes(keyring, use)
    whole: list[Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(facts()))
    required = [*Facts.__struct_fields__].index("auth_time")
    assert envelopes.open(sealed(keyring, use, whole), STANDARD) == facts()
    for at in range(required):
        for broken in (whole[:at], whole[:at] + whole[at + 1 :], [*whole[:at], {}, *whole[at + 1 :]]):
            with pytest.raises(EnvelopeBroken):
                envelopes.open(sealed(keyring, use, broken), STANDARD)


def sealed(keyring: Keyring, use: str, content: list[Any]) -> str:
    """An envelope with whatever inside, sealed with the server's own key."""
    key, nonce = keyring.envelope_key(), keyring.nonce()
    cipher = key.cipher.encrypt(nonce, msgspec.msgpack.encode(content), f"{use}:{STANDARD}".encode())
    return encode(key.selector + nonce + cipher)


def test_an_envelope_under_a_key_that_is_gone_does_not_open() -> None:
    here = world()
    text = token(here, "opaque")
    assert read(Formats(here).all["opaque"], text, STANDARD) is not None
    fewer = tuple(key for key in secret_keys() if key.purpose != "envelope")
    without = services(APP, keys=open_keys((), fewer, SEALER))
    assert read(Formats(without).all["opaque"], text, STANDARD) is None
    with pytest.raises(KeyMissing):
        token(without, "opaque")
