"""Opaque tokens in lower-case hexadecimal digits, for systems whose clients expect no other sign (B25)."""

from __future__ import annotations

import re

from grantway.core.model import TokenFormat
from grantway.core.secrets import OPAQUE_HEX_PREFIX
from grantway.features.memory.keyring import Keyring
from grantway.features.tokens.envelope import LONGEST_TEXT, EnvelopeBroken, Envelopes
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import MineButBad, Minting

_DIGITS = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)


class OpaqueHex:
    """A token that tells its bearer nothing. What is sealed for it opens in no other format."""

    name: TokenFormat = "opaque_hex"

    def __init__(self, keyring: Keyring) -> None:
        self._envelopes = Envelopes(keyring, "opaque_hex")

    def mint(self, minting: Minting) -> str:
        """The token's text. Raises KeyMissing."""
        return OPAQUE_HEX_PREFIX + self._envelopes.seal_bytes(minting.facts).hex()

    def read(self, text: str, mount: str) -> Facts | None:
        """The facts of such a token. Raises MineButBad, for upper case too: one token has one text."""
        if not text.startswith(OPAQUE_HEX_PREFIX):
            return None
        digits = text[len(OPAQUE_HEX_PREFIX) :]
        if len(digits) > LONGEST_TEXT * 3 // 2 or _DIGITS.fullmatch(digits) is None:
            raise MineButBad
        try:
            return self._envelopes.open_bytes(bytes.fromhex(digits), mount)
        except EnvelopeBroken as failure:
            raise MineButBad from failure
