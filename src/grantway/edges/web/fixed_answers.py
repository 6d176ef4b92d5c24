"""The answers given before or instead of the application: constants that never repeat any input."""

from __future__ import annotations

import json
from dataclasses import dataclass

from grantway.core.errors import Reason

HTTP_MALFORMED = Reason(
    "E-HTTP-01",
    "invalid_request",
    "The framing or a header of the request can be read in two ways. Send each once.",
)
HTTP_HOST = Reason(
    "E-HTTP-02", "invalid_request", "The request must name one valid host, the same everywhere."
)
HTTP_TOO_LARGE = Reason("E-HTTP-03", "invalid_request", "The body is larger than this server accepts.")
HTTP_TOO_SLOW = Reason(
    "E-HTTP-04", "invalid_request", "The body did not arrive in time. Send the request again."
)
HTTP_BUSY = Reason("E-HTTP-05", "temporarily_unavailable", "The server is full. Try again in a moment.")
HTTP_HEADERS = Reason(
    "E-HTTP-06", "invalid_request", "The headers are too many or too large. Send fewer cookies."
)
HTTP_BROKEN = Reason("E-HTTP-07", "invalid_request", "The body ended early. Send the request again.")
HTTP_UNEXPECTED = Reason(
    "E-HTTP-08",
    "server_error",
    "Something failed here and was logged. Try again; if it stays, tell the operator.",
)


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


def _answer(status: int, reason: Reason, *headers: tuple[str, str]) -> FixedAnswer:
    text = {"error": reason.code, "error_description": reason.text, "error_id": reason.id}
    fields = [("content-type", "application/json"), ("cache-control", "no-store"), *headers]
    return FixedAnswer(status, fields, json.dumps(text).encode())


_CLOSE = ("connection", "close")
_LATER = ("retry-after", "1")

# What is answered before the body was read closes the connection, so that the rest of the body cannot be
# taken for another request.
MALFORMED = _answer(400, HTTP_MALFORMED, _CLOSE)
BAD_HOST = _answer(400, HTTP_HOST, _CLOSE)
BODY_TOO_LARGE = _answer(413, HTTP_TOO_LARGE, _CLOSE)
BODY_TOO_SLOW = _answer(408, HTTP_TOO_SLOW, _CLOSE)
NO_ROOM_FOR_BODY = _answer(503, HTTP_BUSY, _LATER, _CLOSE)
BUSY = _answer(503, HTTP_BUSY, _LATER)
HEADERS_TOO_LARGE = _answer(431, HTTP_HEADERS, _CLOSE)
BODY_BROKEN = _answer(400, HTTP_BROKEN, _CLOSE)
UNEXPECTED = _answer(500, HTTP_UNEXPECTED)
