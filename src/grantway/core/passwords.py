"""What of a typed password is compared: the OpaqueString of RFC 8265 §4.2.

One word can be typed in several ways: an é is one character on one keyboard and two on another, and a
blank of a Japanese keyboard is as wide as a letter. Case and width of letters count, because they are chosen.
"""

from __future__ import annotations

import unicodedata

_NOT_TYPED = frozenset({"Cc", "Cs", "Cn", "Co"})


def prepared(typed: str) -> str:
    """The text that is hashed: blanks of all kinds are one, and what is composed is so in one way (NFC)."""
    if typed.isascii():
        return typed
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in typed)
    return unicodedata.normalize("NFC", spaced)


def can_be_typed(text: str) -> bool:
    """Whether every character is one that a keyboard gives and Unicode has assigned.

    Control characters and halves of characters are none, and what is not assigned yet may be composed in
    another way one day. Joiners and selectors stay, which RFC 8264 forbids: half of all emoji have one.
    """
    return not any(unicodedata.category(sign) in _NOT_TYPED for sign in text)
