"""PKCE with S256: the published example, and every verifier that does not fit."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core import pkce

# RFC 7636 appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def test_the_published_example_fits() -> None:
    assert pkce.challenge_of(VERIFIER) == CHALLENGE
    assert pkce.is_challenge(CHALLENGE)
    assert pkce.fits(VERIFIER, CHALLENGE)


def plain_challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@given(
    verifier=st.text(UNRESERVED, min_size=43, max_size=128),
    other=st.text(UNRESERVED, min_size=43, max_size=128),
)
def test_a_verifier_proves_its_own_challenge_alone(verifier: str, other: str) -> None:
    challenge = plain_challenge(verifier)
    assert pkce.is_challenge(challenge)
    assert pkce.fits(verifier, challenge)
    assert pkce.fits(other, challenge) is (other == verifier)


WRONG = {
    "empty": "",
    "another": "x" * 43,
    "one short of the least": VERIFIER[:-1],
    "one character more": VERIFIER + "x",
    "one character changed": "e" + VERIFIER[1:],
    "its letter case": VERIFIER.swapcase(),
    "a space before": " " + VERIFIER,
    "a line end": VERIFIER + "\n",
    "a null": VERIFIER + "\0",
    "padding": VERIFIER + "=",
    "the challenge itself": CHALLENGE,
    "the challenge of the challenge": plain_challenge(CHALLENGE),
    "another alphabet": VERIFIER.replace("-", "+").replace("_", "/"),
    "look-alike": VERIFIER.replace("d", "\u0501", 1),
    "the longest and one more": "a" * 129,
    "a million": "a" * 1_000_000,
}


@pytest.mark.parametrize("verifier", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_the_verifier_proves_nothing(verifier: str) -> None:
    """Nothing but the very verifier will do; `plain` is no method, so the challenge is none."""
    assert not pkce.fits(verifier, CHALLENGE)


MALFORMED_VERIFIERS = [
    "a" * 42,
    "a" * 129,
    "a" * 42 + "+",
    "a" * 42 + "/",
    "a" * 42 + " ",
    "a" * 42 + "%",
    "\u00e4" * 43,
]


@pytest.mark.parametrize("verifier", MALFORMED_VERIFIERS)
def test_a_malformed_verifier_proves_nothing_even_where_its_hash_does(verifier: str) -> None:
    """Its length and its signs are those of the standard (RFC 7636 section 4.1)."""
    assert not pkce.fits(verifier, plain_challenge(verifier))


@pytest.mark.parametrize("length", [43, 44, 127, 128])
def test_the_shortest_and_the_longest_verifier_fit(length: int) -> None:
    assert pkce.fits("~" * length, plain_challenge("~" * length))


MALFORMED_CHALLENGES = {
    "empty": "",
    "short": CHALLENGE[:-1],
    "long": CHALLENGE + "A",
    "padded": CHALLENGE + "=",
    "other alphabet": CHALLENGE.replace("-", "+"),
    "line end": CHALLENGE + "\n",
    "space": " " + CHALLENGE[1:],
    "hexadecimal": hashlib.sha256(VERIFIER.encode()).hexdigest(),
    "twice": f"{CHALLENGE},{CHALLENGE}",
    "digits of another script": "\u0661" * 43,
}


@pytest.mark.parametrize("challenge", MALFORMED_CHALLENGES.values(), ids=MALFORMED_CHALLENGES.keys())
def test_a_malformed_challenge_is_none(challenge: str) -> None:
    assert not pkce.is_challenge(challenge)
    assert not pkce.fits(VERIFIER, challenge)


@pytest.mark.parametrize(
    "spelled", [s for s in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" if s != "M"]
)
def test_a_challenge_of_the_same_bytes_in_other_signs_is_another(spelled: str) -> None:
    """The last sign of 43 carries four bits; a challenge that sets the other two is not the one we compute."""
    assert not pkce.fits(VERIFIER, CHALLENGE[:-1] + spelled)
