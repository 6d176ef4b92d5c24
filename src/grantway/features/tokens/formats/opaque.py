"""Opaque tokens: a prefix that scanners know, and the envelope."""

from __future__ import annotations

from grantway.core.model import TokenFormat
from grantway.core.secrets import OPAQUE_PREFIX
from grantway.features.memory.keyring import Keyring
from grantway.features.tokens.envelope import EnvelopeBroken, Envelopes
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import MineButBad, Minting


class Opaque:
    """A token that tells its bearer nothing."""

    name: TokenFormat = "opaque"

    def __init__(self, keyring: Keyring) -> None:
        self._envelopes = Envelopes(keyring, "opaque")

    def mint(self, minting: Minting) -> str:
        """The token's text. Raises KeyMissing."""
        return OPAQUE_PREFIX + self._envelopes.seal(minting.facts)

    def read(self, text: str, mount: str) -> Facts | None:
        """The facts of an opaque token. Raises MineButBad."""
        if not text.startswith(OPAQUE_PREFIX):
            return None
        try:
            return self._envelopes.open(text[len(OPAQUE_PREFIX) :], mount)
        except EnvelopeBroken as failure:
            raise MineButBad from failure
