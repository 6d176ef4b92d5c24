"""Secret values that do not print, their shape, and the one way to compare them."""

from __future__ import annotations

import hashlib
import hmac
from binascii import a2b_base64, b2a_base64

_BLOCK = 64
_INNER = bytes(sign ^ 0x36 for sign in range(256))
_OUTER = bytes(sign ^ 0x5C for sign in range(256))
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_PADDING = (b"", b"=", b"==", b"===")


class Secret:
    """A text that must not reach a log. It prints as `***`; `reveal` is the only way to the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and same(self._text, other._text)

    def __hash__(self) -> int:
        return hash(self._text)


def same(left: str | bytes, right: str | bytes) -> bool:
    """Compare in constant time. Texts are compared as UTF-8."""
    left_bytes = left.encode("utf-8", "surrogatepass") if isinstance(left, str) else left
    right_bytes = right.encode("utf-8", "surrogatepass") if isinstance(right, str) else right
    return hmac.compare_digest(left_bytes, right_bytes)


def digest(text: str) -> bytes:
    """The key under which an unguessable text is stored: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def keyed_digest(pepper: bytes, text: str) -> bytes:
    """The stored form of a client secret: fast, because the secret is random (256 bits)."""
    return hmac.digest(pepper, text.encode("utf-8", "surrogatepass"), "sha256")


class KeyedDigest:
    """`keyed_digest` under one pepper, whose half of the work is done once (RFC 2104 §4)."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, pepper: bytes) -> None:
        key = pepper if len(pepper) <= _BLOCK else hashlib.sha256(pepper).digest()
        block = key.ljust(_BLOCK, b"\x00")
        self._inner = hashlib.sha256(block.translate(_INNER))
        self._outer = hashlib.sha256(block.translate(_OUTER))

    def __call__(self, text: str) -> bytes:
        """The stored form of a client secret."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.digest()


def encode(data: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return b2a_base64(data, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of base64url without padding.

    Raises ValueError for any text that `encode` would not have written, so that two texts never
    mean the same bytes.
    """
    data = a2b_base64(bytes(text, "ascii").translate(_STANDARD) + _PADDING[-len(text) % 4])
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data


CLIENT_SECRET_PREFIX = "gws_"
REFRESH_PREFIX = "gwr_"
OPAQUE_PREFIX = "gwo_"
OPAQUE_HEX_PREFIX = "67776f5f"
"""The same four signs in hexadecimal digits."""
CODE_PREFIX = "gwc_"
ACCESS_KEY_PREFIX = "gwk_"
LAUNCH_PREFIX = "gwl_"
WEBHOOK_SECRET_PREFIX = "whsec_gwh0"
"""What libraries of Standard Webhooks expect, and four signs by which ours are known."""
