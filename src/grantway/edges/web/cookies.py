"""The cookies of the issuer's origin: their names, how they are read, and how they are set."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from grantway.edges.web.limits import MAXIMUM_COOKIES

Cookie: TypeAlias = Literal["browser", "session", "device", "organization", "link", "flow"]

_VALUE = re.compile(r"[A-Za-z0-9._~-]{1,4000}")


class Cookies:
    """Names and attributes for one deployment.

    With https a cookie is `Secure` and has the prefix `__Host-`, so that no sibling host can set it
    (V123, V143). Over plain http, which is loopback only, some browsers drop such cookies, on
    `localhost` too. There the name says whose it is and at which port: all programs of a machine share
    one jar, whatever port they listen on, and many of them call something `session`.
    """

    def __init__(self, issuer: str) -> None:
        parts = urlsplit(issuer)
        is_secure = parts.scheme == "https"
        self._prefix = "__Host-" if is_secure else f"grantway-{parts.port or 80}-"
        self._attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if is_secure else "")

    def name(self, cookie: Cookie, of: str = "") -> str:
        """The name on the wire. `of` tells those apart of which a browser has several."""
        return f"{self._prefix}{cookie}{of and '-'}{of}"

    def read(self, header: str | None, cookie: Cookie, of: str = "") -> str | None:
        """The value in a Cookie header. One that stands there twice counts as absent."""
        return value_of(header, self.name(cookie, of))

    def set(self, cookie: Cookie, value: str, *, of: str = "", max_age: int | None = None) -> str:
        """The Set-Cookie header; without `max_age` (seconds) the cookie ends with the browser."""
        if _VALUE.fullmatch(value) is None:
            raise ValueError("the value of a cookie is made of unreserved characters")
        lifetime = "" if max_age is None else f"; Max-Age={max_age}"
        return f"{self.name(cookie, of)}={value}{self._attributes}{lifetime}"

    def clear(self, cookie: Cookie, of: str = "") -> str:
        """The Set-Cookie header that takes the cookie away."""
        return f"{self.name(cookie, of)}={self._attributes}; Max-Age=0"


def value_of(header: str | None, name: str) -> str | None:
    """The value of one cookie of a Cookie header, if it stands there once and is well-formed."""
    if header is None or name not in header or len(header) > MAXIMUM_COOKIES:
        return None
    found: str | None = None
    for part in header.split(";"):
        key, separator, value = part.strip(" ").partition("=")
        if key != name or not separator:
            continue
        if found is not None:
            return None
        found = value
    return found if found is not None and _VALUE.fullmatch(found) is not None else None
