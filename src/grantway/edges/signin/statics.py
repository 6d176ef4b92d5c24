"""Style sheets and the few scripts of the pages."""

from __future__ import annotations

from functools import lru_cache

from grantway.core.errors import REQUEST_UNKNOWN_ADDRESS, PageError
from grantway.edges.web.documents import Document
from grantway.edges.web.pages import StaticFile
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
    return _document(file, _FOR_EVER if is_versioned else _FOR_NOW).answer(request)


@lru_cache(maxsize=128)
def _document(file: StaticFile, caching: str) -> Document:
    headers = (("cache-control", caching), ("cross-origin-resource-policy", "same-origin"))
    return Document(file.body, headers, file.content_type)
