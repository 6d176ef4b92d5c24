"""Which foreign origins may read answers in a browser: those that applications registered (C009).

A preflight names no application, so it is answered from the state of all: an origin of any usable
application may ask. The answer itself is open to the origins of the application that asked, by its
client id or its token. Origins are compared as whole texts, never by prefix (V137). No credentials of
the browser are ever allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from grantway.core.messages import BearerRequest
from grantway.core.ports import Unavailable
from grantway.edges.web.headers import Headers

Asker: TypeAlias = str | BearerRequest | None
"""What a request says about its application: a client id, or a token; None where it says nothing."""
AllowsOrigin: TypeAlias = Callable[[str, Asker], bool]
"""Whether an origin is registered: by the application that asks, or by any usable one."""

VARY: Headers = (("vary", "Origin"),)
_EXPOSED = "WWW-Authenticate, Retry-After"
_MAXIMUM_ORIGIN = 2_000


def answer_headers(origin: str | None, asker: Asker, allows: AllowsOrigin) -> Headers:
    """What a real answer says to the browser. Nothing for an origin that is not registered."""
    if origin is None or not _is_allowed(origin, asker, allows):
        return ()
    return (
        ("access-control-allow-origin", origin),
        ("access-control-expose-headers", _EXPOSED),
    )


def preflight_headers(origin: str | None, methods: tuple[str, ...], allows: AllowsOrigin) -> Headers:
    """What a preflight is told. Nothing for an origin that nobody registered."""
    if origin is None or not _is_allowed(origin, None, allows):
        return ()
    return (
        ("access-control-allow-origin", origin),
        ("access-control-allow-methods", ", ".join(methods)),
        ("access-control-allow-headers", "authorization, content-type"),
        ("access-control-max-age", "600"),
    )


def _is_allowed(origin: str, asker: Asker, allows: AllowsOrigin) -> bool:
    if len(origin) > _MAXIMUM_ORIGIN or "://" not in origin:
        return False
    try:
        return allows(origin, asker)
    except Unavailable:
        # The answer may still be right for everybody else; only foreign scripts cannot read it.
        return False
