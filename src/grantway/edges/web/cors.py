"""Which foreign origins may read answers in a browser: those that applications registered (C009).

A preflight names no application, so it is answered from the state of all: an origin of any usable
application may ask. The answer itself is open to the origins of the application that asked, by its
client id or its token. Origins are compared as whole texts, never by prefix (V137). No credentials of
the browser are ever allowed, so what is public may be read by everyone: metadata, keys, descriptions.

Which headers a script sends is not judged: they can do here what they do from any other program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from grantway.core.messages import BearerRequest
from grantway.core.ports import Unavailable
from grantway.edges.web.headers import Headers
from grantway.edges.web.requests import Environ

Asker: TypeAlias = str | BearerRequest | None
"""What a request says about its application: a client id, or a token; None where it says nothing."""
AllowsOrigin: TypeAlias = Callable[[str, Asker], bool]
"""Whether an origin is registered: by the application that asks, or by any usable one."""

Readers: TypeAlias = Literal["nobody", "registered", "everyone"]
"""Scripts of which foreign origins may read an address: none, those that are registered, all."""

_EXPOSED = ", ".join(
    (
        *("ETag", "Location", "Retry-After", "WWW-Authenticate", "X-Request-Id", "Next-Cursor"),
        *("DPoP-Nonce", "RateLimit", "RateLimit-Policy", "Deprecation", "Sunset", "Link"),
    )
)
"""By their names: browsers take `*` for itself where a script sends credentials."""
_VARY: Headers = (("vary", "Origin"),)
EVERYONE: Headers = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", _EXPOSED),
)
_MAXIMUM_ORIGIN = 2_000
_MAXIMUM_NAMES = 2_000
_NAMES = re.compile(r"[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*[ \t]*")
_ANY_NAME = "*, authorization"
"""Every name; browsers want to see the one of credentials by itself."""


def allows_none(origin: str, asker: Asker) -> bool:
    """For an address whose readers are nobody, or everyone."""
    return False


def always(readers: Readers) -> Headers:
    """What stands on every answer of an address, whoever asks, so that a cache may give it to anybody."""
    return {"nobody": (), "registered": _VARY, "everyone": EVERYONE}[readers]


def answer_headers(origin: str | None, asker: Asker, allows: AllowsOrigin) -> Headers:
    """What a real answer says to the browser. Nothing for an origin that is not registered."""
    if origin is None or not _is_allowed(origin, asker, allows):
        return ()
    return (
        ("access-control-allow-origin", origin),
        ("access-control-expose-headers", _EXPOSED),
    )


def preflight_headers(environ: Environ, methods: str, readers: Readers, allows: AllowsOrigin) -> Headers:
    """What a preflight is told. Nothing for an origin that may not read the answer."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or readers == "nobody":
        return ()
    if readers == "registered" and not _is_allowed(origin, None, allows):
        return ()
    told: Headers = (
        ("access-control-allow-origin", "*" if readers == "everyone" else origin),
        ("access-control-allow-methods", methods),
        ("access-control-allow-headers", _names(environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"))),
        ("access-control-max-age", "600"),
    )
    if environ.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK") == "true":
        # From a public page to a server inside a network (Private Network Access): the origin decides.
        told = (*told, ("access-control-allow-private-network", "true"))
    return told


def _names(asked: str | None) -> str:
    """The names of headers that a script wants to send, all of them; not every browser knows `*`."""
    if not asked or len(asked) > _MAXIMUM_NAMES or _NAMES.fullmatch(asked) is None:
        return _ANY_NAME
    return asked.strip(" \t")


def _is_allowed(origin: str, asker: Asker, allows: AllowsOrigin) -> bool:
    if len(origin) > _MAXIMUM_ORIGIN or "://" not in origin:
        return False
    try:
        return allows(origin, asker)
    except Unavailable:
        # The answer may still be right for everybody else; only foreign scripts cannot read it.
        return False
