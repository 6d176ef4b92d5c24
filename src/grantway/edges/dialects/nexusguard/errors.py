"""Refusals of the nexusguard mount: the envelope with a code that is not 0, under status 200.

Its guide publishes no code but 0 (G31), so the table is ours: a thousand for each family of refusals, and
the number that the refusal has in it. `docs/dialects/nexusguard.md` lists them all.
"""

from __future__ import annotations

import msgspec

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import UNTOLD
from grantway.edges.web.requests import HttpAnswer, HttpRequest

FAMILIES = {
    "SERVER": 1_000,
    "REQUEST": 2_000,
    "HTTP": 3_000,
    "CLIENT": 4_000,
    "GRANT": 5_000,
    "SCOPE": 6_000,
    "AUTHORIZE": 7_000,
    "TOKEN": 8_000,
    "LAUNCH": 9_000,
    "INSTALL": 10_000,
    "GATE": 11_000,
    "NETWORK": 12_000,
    "VOUCH": 13_000,
    "BUDGET": 14_000,
    "MOUNT": 15_000,
    "CLAIMS": 16_000,
    "LIMIT": 17_000,
    "STEP": 18_000,
    "SERVICE": 19_000,
}
"""Where the codes of a family begin."""
OTHERS = 90_000
"""The code of those that no call of this mount is known to end in."""

_encode = msgspec.json.Encoder().encode


KEPT_STATUSES = frozenset({405, 500, 501, 503})
"""What proxies and those who watch the server act on, beside the code."""


def code_of(reason: Reason) -> int:
    """The code of a refusal: never 0, and the same in every release."""
    _, family, number = reason.id.split("-")
    return FAMILIES[family] + int(number) if family in FAMILIES else OTHERS


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """`{"code", "msg"}` with status 200: clients of the guide read the code and nothing else (G31, G32).

    The server's own failures, and methods that it does not know, say so in the status, too.
    """
    # A wrong secret and an unknown app look the same; the log tells them apart.
    reason = errors.CLIENT_UNKNOWN if failure.reason == errors.CLIENT_SECRET_WRONG else failure.reason
    body = {"code": code_of(reason), "msg": failure.text if reason == failure.reason else reason.sentence}
    status = failure.status if failure.status in KEPT_STATUSES else 200
    return HttpAnswer(status, _encode(body), headers=(*UNTOLD, *failure.headers))
