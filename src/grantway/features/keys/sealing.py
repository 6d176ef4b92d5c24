"""Sealing of what must be readable again: AES-256-GCM-SIV under the root keys of the settings."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from grantway.core.ports import Entropy

_ID = 4
_NONCE = 12


class SealBroken(Exception):
    """A sealed value cannot be opened: altered, or sealed under a root key that is not configured."""


class Sealer:
    """Seals with the first root key and opens with any of them, so that a root key can be changed."""

    def __init__(self, root_keys: tuple[bytes, ...], entropy: Entropy) -> None:
        if not root_keys or any(len(key) != 32 for key in root_keys):
            raise ValueError("root keys are 32 bytes each, and at least one is needed")
        self._entropy = entropy
        self._current = _identify(root_keys[0])
        self._ciphers = {_identify(key): AESGCMSIV(key) for key in root_keys}

    @property
    def key_id(self) -> str:
        """The name of the root key that seals now. It tells nothing about the key."""
        return self._current.hex()

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value is sealed under the root key that seals now."""
        return sealed[:_ID] == self._current

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """The sealed form; it opens for the same purpose only."""
        nonce = self._entropy.token_bytes(_NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, purpose.encode())
        return self._current + nonce + sealed

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """The plain value. Raises SealBroken."""
        cipher = self._ciphers.get(sealed[:_ID])
        if cipher is None:
            raise SealBroken("no root key for this value")
        try:
            return cipher.decrypt(sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :], purpose.encode())
        except (InvalidTag, ValueError) as failure:
            raise SealBroken("the value was altered or sealed for another purpose") from failure


def _identify(key: bytes) -> bytes:
    return hashlib.sha256(b"grantway root key" + key).digest()[:_ID]
