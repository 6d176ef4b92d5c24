"""The body of a request, out of the environment that the bridge or a server of WSGI made."""

from __future__ import annotations

from typing import Any

from grantway.core import errors
from grantway.core.errors import Expecting, OAuthError
from grantway.edges.web.limits import MAXIMUM_BODY

BODY = "grantway.body"
"""Where the bridge puts the body of a request that it has read whole, beside the stream of WSGI."""


def read_body(environ: dict[str, Any], limit: int = MAXIMUM_BODY) -> bytes:
    """The body of a request, with or without an announced length, never more than the limit.

    Raises OAuthError. A body that comes in chunks has no length (RFC 9112 §7.1): the bridge has read it
    whole by then, and a server that ends the stream itself says so. Of one that does neither nobody
    could tell where the body ends.
    """
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared and not (declared.isascii() and declared.isdigit()):
        raise OAuthError(errors.REQUEST_MALFORMED, "Content-Length is no number")
    if len(declared) > 10 or int(declared or 0) > limit:
        raise _too_large(limit)
    coding = environ.get("HTTP_CONTENT_ENCODING")
    if coding and coding.lower() != "identity":
        raise Expecting(errors.HTTP_CODING, expected="identity")
    body: bytes | None = environ.get(BODY)
    if body is None:
        if not declared and not environ.get("wsgi.input_terminated"):
            if "HTTP_TRANSFER_ENCODING" in environ:
                raise OAuthError(errors.REQUEST_MALFORMED, "a body of unknown length")
            return b""
        body = environ["wsgi.input"].read(int(declared) if declared else limit + 1)
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> Expecting:
    return Expecting(errors.REQUEST_TOO_LARGE, "body too long", expected=f"at most {limit} bytes")
