"""The envelope: facts sealed with AES-256-GCM-SIV, so that only this server reads or writes them."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag

from grantway.core import secrets
from grantway.features.keys.opening import SELECTOR
from grantway.features.memory.keyring import Keyring
from grantway.features.tokens.facts import Facts

_NONCE = 12
_SHORTEST = SELECTOR + _NONCE + 16
LONGEST_TEXT = 6_000
"""Signs of an envelope in base64url. Nobody is handed a longer one."""


class EnvelopeBroken(ValueError):
    """The text is not an envelope of this server for this use: altered, foreign or of another mount."""


class Envelopes:
    """Seals and opens facts. `use` (the format) and the mount are authenticated with them."""

    def __init__(self, keyring: Keyring, use: str) -> None:
        self._keyring = keyring
        self._context = lru_cache(maxsize=64)(lambda mount: f"{use}:{mount}".encode())
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Facts).decode

    def seal(self, facts: Facts) -> str:
        """The text of the envelope. Raises KeyMissing."""
        return secrets.encode(self.seal_bytes(facts))

    def seal_bytes(self, facts: Facts) -> bytes:
        """The envelope as it is, for a format that spells it itself. Raises KeyMissing."""
        key = self._keyring.envelope_key()
        nonce = self._keyring.nonce()
        sealed = key.cipher.encrypt(nonce, self._encode(facts), self._context(facts.mount))
        return key.selector + nonce + sealed

    def open(self, text: str, mount: str) -> Facts:
        """The facts. Raises EnvelopeBroken for anything that `seal` did not write for this mount."""
        if len(text) > LONGEST_TEXT:
            raise EnvelopeBroken("too long")
        try:
            data = secrets.decode(text)
        except ValueError as failure:
            raise EnvelopeBroken("not base64url") from failure
        return self.open_bytes(data, mount)

    def open_bytes(self, data: bytes, mount: str) -> Facts:
        """The facts of an envelope as it is. Raises EnvelopeBroken as `open` does."""
        key = self._keyring.envelope_key_of(data[:SELECTOR])
        if key is None or len(data) < _SHORTEST:
            raise EnvelopeBroken("unknown key or too short")
        nonce = data[SELECTOR : SELECTOR + _NONCE]
        try:
            plain = key.cipher.decrypt(nonce, data[SELECTOR + _NONCE :], self._context(mount))
            return self._decode(plain)
        except (InvalidTag, msgspec.DecodeError) as failure:
            raise EnvelopeBroken("altered") from failure
