"""The style sheet, the mark and the few scripts of the pages."""

from __future__ import annotations

from grantway.core.errors import REQUEST_UNKNOWN_ADDRESS, PageError
from grantway.edges.web.requests import HttpAnswer, HttpRequest

# The address changes with the content, so what was fetched once is never asked for again.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"


def static_file(request: HttpRequest, name: str) -> HttpAnswer:
    """A file by its name; unchanged ones are not sent twice."""
    file = request.server.pages.static.get(name)
    if file is None:
        raise PageError(REQUEST_UNKNOWN_ADDRESS)
    is_versioned = request.query().get("v") == file.version
    headers = (
        ("etag", file.etag),
        ("cache-control", _FOR_EVER if is_versioned else _FOR_NOW),
        ("cross-origin-resource-policy", "same-origin"),
    )
    if file.etag in (request.header("if-none-match") or ""):
        return HttpAnswer(304, b"", file.content_type, headers)
    return HttpAnswer(200, file.body, file.content_type, headers)
