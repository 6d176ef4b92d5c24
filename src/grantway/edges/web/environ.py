"""An RSGI scope as a WSGI environment, refusing what a proxy and an application could read in two ways.

Every line here runs once per request; the loop over the headers is most of it.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any

from grantway.edges.web.fixed_answers import (
    BAD_HOST,
    HEADERS_TOO_LARGE,
    MALFORMED,
    TARGET_TOO_LONG,
    TurnedAway,
)
from grantway.edges.web.limits import MAXIMUM_HEADER_BYTES, MAXIMUM_HEADERS, MAXIMUM_PATH
from grantway.edges.web.rsgi import Scope

# The names met on most requests. Others are converted each time, so that nothing a client sends is kept.
_FREQUENT = (
    *("accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection"),
    *("content-length", "content-type", "cookie", "dpop", "host", "origin", "referer", "user-agent"),
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-request-id"),
)
_KEYS = {
    name: ("" if name.startswith("content-") else "HTTP_") + name.upper().replace("-", "_")
    for name in _FREQUENT
}
_ONLY_ONCE = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_AUTHORIZATION", "HTTP_HOST"})
_LONGEST_HOST = 300
_HOST = re.compile(r"(?:[A-Za-z0-9._~-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def listener_environ(scope: Scope) -> dict[str, Any]:
    """Return the part of the environment that is the same for every request of one listening socket."""
    host, _, port = scope.server.rpartition(":")
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def request_environ(scope: Scope, listener: dict[str, Any]) -> dict[str, Any]:
    """Return the environment of one request, without its body; raise `TurnedAway` for what is not served."""
    environ = listener.copy()
    headers = scope.headers.items()
    if len(headers) > MAXIMUM_HEADERS:
        raise TurnedAway(HEADERS_TOO_LARGE)
    size = 0
    for name, text in headers:
        size += len(name) + len(text)
        key = _KEYS.get(name)
        if key is None:
            # `x_forwarded_for` would get the key of `x-forwarded-for`, past a proxy that filters only that.
            if "_" in name:
                continue
            key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = text if key not in environ else _joined(key, environ[key], text)
    if size > MAXIMUM_HEADER_BYTES:
        raise TurnedAway(HEADERS_TOO_LARGE)
    if len(scope.path) > MAXIMUM_PATH:
        raise TurnedAway(TARGET_TOO_LONG)
    environ["REQUEST_METHOD"] = scope.method
    _check_host(scope, environ)
    environ["PATH_INFO"] = _tunnelled(scope.path)
    environ["QUERY_STRING"] = _tunnelled(scope.query_string)
    environ["REMOTE_ADDR"] = scope.client.rpartition(":")[0].strip("[]")
    return environ


def _tunnelled(text: str) -> str:
    """Return the text's UTF-8 bytes as Latin-1 characters, which is how WSGI carries them (PEP 3333)."""
    return text if text.isascii() else text.encode().decode("latin-1")


def _joined(key: str, first: str, second: str) -> str:
    """Return two values of a repeated header as one (RFC 9110 §5.3; cookies: RFC 6265 §5.4)."""
    if key in _ONLY_ONCE:
        raise TurnedAway(BAD_HOST if key == "HTTP_HOST" else MALFORMED)
    return f"{first}; {second}" if key == "HTTP_COOKIE" else f"{first}, {second}"


def _check_host(scope: Scope, environ: dict[str, Any]) -> None:
    """Refuse a request whose host is missing, malformed, or another than the one in its target."""
    host = environ.get("HTTP_HOST")
    if host is None:
        # RFC 9112 §3.2 asks for one from HTTP/1.1 on; load balancers probe with HTTP/1.0 and none.
        if scope.http_version not in {"1", "1.0"}:
            raise TurnedAway(BAD_HOST)
        return
    # What is far too long for a host is not remembered either.
    if len(host) > _LONGEST_HOST or not _is_host(host) or environ["REQUEST_METHOD"] == "CONNECT":
        raise TurnedAway(BAD_HOST)
    # `GET http://other/ HTTP/1.1`: a cache in front would file the answer under one name, we under the other.
    authority = scope.authority
    if authority is not None and authority.lower() != host.lower():
        raise TurnedAway(BAD_HOST)


@lru_cache(maxsize=256)
def _is_host(host: str) -> bool:
    return _HOST.fullmatch(host) is not None
