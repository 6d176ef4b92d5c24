"""How record ids are written for people and machines: eleven base62 characters at most."""

from __future__ import annotations

from functools import lru_cache

from grantway.core.model import Id

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)}

MAXIMUM_ID: Id = 2**53 - 1


@lru_cache(maxsize=4_096)
def to_text(identifier: Id) -> str:
    """The public form of an id."""
    signs = []
    rest = identifier
    while rest > 0:
        rest, digit = divmod(rest, 62)
        signs.append(_ALPHABET[digit])
    return "".join(reversed(signs)) or "0"


def from_text(text: str) -> Id | None:
    """The id of a public form, or None for a text that `to_text` never writes."""
    if not 0 < len(text) <= 11 or text[0] == "0":
        return None
    total = 0
    for sign in text:
        value = _VALUES.get(sign)
        if value is None:
            return None
        total = total * 62 + value
    return total if total <= MAXIMUM_ID else None
