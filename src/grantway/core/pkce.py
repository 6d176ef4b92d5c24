"""Proof Key for Code Exchange with S256, the only method there is (RFC 7636, RFC 9700 §2.1.1)."""

from __future__ import annotations

import hashlib
import re

from grantway.core import secrets

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Whether the text has the form of an S256 challenge (RFC 7636 §4.2)."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return secrets.encode(hashlib.sha256(verifier.encode("ascii")).digest())


def fits(verifier: str, challenge: str) -> bool:
    """Whether a presented verifier is well-formed and proves the challenge."""
    return _VERIFIER.fullmatch(verifier) is not None and secrets.same(challenge_of(verifier), challenge)
