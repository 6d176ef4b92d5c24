"""The contract of a token format."""

from __future__ import annotations

from typing import Protocol

from joserfc.errors import JoseError
from msgspec import DecodeError, Struct

from grantway.core.model import Algorithm, Party, TokenFormat
from grantway.features.tokens.facts import Facts

UNREADABLE = (JoseError, DecodeError, ValueError, TypeError, KeyError, RecursionError)
"""What reading a text raises that is no token: it has any shape that its sender likes, nested as deeply."""


class MineButBad(Exception):
    """The text has this format's shape, and is not to be believed."""


class Minting(Struct, frozen=True, gc=False):
    """What a format may write in clear, beside the sealed facts."""

    facts: Facts
    issuer: str
    client_id: str
    subject: str
    organization: str
    algorithm: Algorithm
    email: str | None = None
    party: Party | None = None


class Format(Protocol):
    """One way an access token is written."""

    name: TokenFormat

    def mint(self, minting: Minting) -> str:
        """The token's text."""

    def read(self, text: str, mount: str) -> Facts | None:
        """The facts; None where the text is not of this format. Raises MineButBad."""
