"""Secret values that do not print, their shape, and the one way to compare them."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode


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


def encode(data: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of base64url without padding.

    Raises ValueError for any text that `encode` would not have written, so that two texts never
    mean the same bytes.
    """
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data


CLIENT_SECRET_PREFIX = "gws_"
REFRESH_PREFIX = "gwr_"
OPAQUE_PREFIX = "gwo_"
CODE_PREFIX = "gwc_"
