"""Writes signed JWTs in compact form (RFC 7515 §7.1) with one key's own algorithm.

The signature itself is cryptography's. Only writing is here: the header of a key never changes, so it is
encoded once, and what a general library would look up on every token is known. Reading is joserfc's.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from grantway.core.secrets import encode
from grantway.features.keys.opening import OpenedSigningKey
from grantway.features.memory.bounded import Bounded

Sign = Callable[[bytes], bytes]

_KEYS = 100
_SHA256 = hashes.SHA256()
_ECDSA = ec.ECDSA(_SHA256)
_PKCS1 = padding.PKCS1v15()
_PSS = padding.PSS(mgf=padding.MGF1(_SHA256), salt_length=32)


class CompactWriter:
    """Writes JWTs of one type. `with_kid` says whether the header names the key."""

    def __init__(self, token_type: str, *, with_kid: bool = True) -> None:
        self._type = token_type
        self._with_kid = with_kid
        self._known: Bounded[int, tuple[OpenedSigningKey, str, Sign]] = Bounded(_KEYS)
        self._encode = msgspec.json.Encoder().encode

    def write(self, key: OpenedSigningKey, claims: dict[str, Any]) -> str:
        """The signed text."""
        known = self._known.get(key.record.id)
        if known is None or known[0] is not key:
            known = (key, self._head(key), signer_of(key))
            self._known.put(key.record.id, known)
        text = known[1] + encode(self._encode(claims))
        return f"{text}.{encode(known[2](text.encode('ascii')))}"

    def _head(self, key: OpenedSigningKey) -> str:
        header = {"alg": key.record.algorithm, "typ": self._type}
        if self._with_kid:
            header["kid"] = key.record.kid
        return encode(self._encode(header)) + "."


def signer_of(key: OpenedSigningKey) -> Sign:
    """What signs with a key, in the form of RFC 7518 §3 and RFC 8037 §3.1."""
    algorithm, jwk = key.record.algorithm, key.jwk
    if algorithm == "HS256":
        raw: bytes = jwk.raw_value  # type: ignore[assignment]
        return lambda data: hmac.digest(raw, data, "sha256")
    private: Any = jwk.private_key
    if algorithm == "ES256":
        return lambda data: raw_pair(private.sign(data, _ECDSA))
    if algorithm == "RS256":
        return lambda data: bytes(private.sign(data, _PKCS1, _SHA256))
    if algorithm == "PS256":
        return lambda data: bytes(private.sign(data, _PSS, _SHA256))
    return lambda data: bytes(private.sign(data))


def raw_pair(der: bytes) -> bytes:
    """An ECDSA signature as r and s side by side (RFC 7518 §3.4).

    Read by hand, for the signature is our own and short: SEQUENCE, its length in one byte, and two
    INTEGERs, each with a zero in front where the first bit would be a sign and without zeros else.
    """
    end = 4 + der[3]
    return der[4:end].lstrip(b"\0").rjust(32, b"\0") + der[end + 2 :].lstrip(b"\0").rjust(32, b"\0")
