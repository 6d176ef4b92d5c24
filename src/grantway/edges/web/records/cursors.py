"""Where a listing goes on: an opaque text that only we can write, good for its own list (V167)."""

from __future__ import annotations

import hmac

from grantway.core.errors import RECORD_CURSOR, DomainError
from grantway.core.identifiers import MAXIMUM_ID
from grantway.core.model import Id
from grantway.core.secrets import decode, encode, same

_PLACE = 7
_PROOF = 16


def write(key: bytes, listing: str, last: Id) -> str:
    """The cursor after the record `last` of a listing, which names the list, its filters and its reader."""
    place = last.to_bytes(_PLACE, "big")
    return encode(place + _proof(key, listing, place))


def read(key: bytes, listing: str, text: str) -> Id:
    """The last record of a cursor. Raises DomainError for a text that was not written for this listing."""
    try:
        data = decode(text)
    except ValueError:
        data = b""
    place, proof = data[:_PLACE], data[_PLACE:]
    last = int.from_bytes(place, "big")
    if not same(proof, _proof(key, listing, place)) or last > MAXIMUM_ID:
        raise DomainError(RECORD_CURSOR)
    return last


def _proof(key: bytes, listing: str, place: bytes) -> bytes:
    return hmac.digest(key, b"cursor|" + place + listing.encode(), "sha256")[:_PROOF]
