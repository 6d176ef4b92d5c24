"""The answers given before or instead of the application: constants that never repeat any input.

They tell nothing about anybody, so scripts of every origin may read them: else a full server looks to a
browser as if there were none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.edges.web.cors import EVERYONE
from grantway.edges.web.limits import MAXIMUM_HEADER_BYTES, MAXIMUM_HEADERS, MAXIMUM_PATH


@dataclass(frozen=True, slots=True)
class FixedAnswer:
    """A whole answer, in the form in which the server takes it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class TurnedAway(Exception):
    """A request is answered before the application saw it."""

    def __init__(self, answer: FixedAnswer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _answer(status: int, reason: Reason, *headers: tuple[str, str], expected: str = "") -> FixedAnswer:
    described = f"{reason.text} Expected: {expected}." if expected else reason.text
    text = {"error": reason.code, "error_description": described, "error_id": reason.id}
    fields = [("content-type", "application/json"), ("cache-control", "no-store"), *EVERYONE, *headers]
    return FixedAnswer(status, fields, json.dumps(text).encode())


_CLOSE = ("connection", "close")
_LATER = ("retry-after", "1")

# What is answered before the body was read closes the connection, so that the rest of the body cannot be
# taken for another request.
MALFORMED = _answer(400, errors.HTTP_MALFORMED, _CLOSE)
BAD_HOST = _answer(400, errors.HTTP_HOST, _CLOSE)
BODY_TOO_SLOW = _answer(408, errors.HTTP_TOO_SLOW, _CLOSE)
NO_ROOM_FOR_BODY = _answer(503, errors.HTTP_BUSY, _LATER, _CLOSE)
BUSY = _answer(503, errors.HTTP_BUSY, _LATER)
HEADERS_TOO_LARGE = _answer(
    431,
    errors.HTTP_HEADERS,
    _CLOSE,
    expected=f"at most {MAXIMUM_HEADERS} headers and {MAXIMUM_HEADER_BYTES} bytes",
)
TARGET_TOO_LONG = _answer(
    414, errors.HTTP_TARGET, _CLOSE, expected=f"a path of at most {MAXIMUM_PATH} characters"
)
BODY_BROKEN = _answer(400, errors.HTTP_BROKEN, _CLOSE)
UNEXPECTED = _answer(500, errors.HTTP_UNEXPECTED)


def body_too_large(limit: int) -> FixedAnswer:
    """The refusal of a body over this many bytes."""
    return _answer(413, errors.HTTP_TOO_LARGE, _CLOSE, expected=f"at most {limit} bytes")
