"""What an issuer publishes of itself: metadata and keys, for every dialect that has one (RFC 8414).

What the metadata say is the dialect's own; how they are written, tagged and cached is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from grantway.core.messages import Metadata
from grantway.edges.web.dialect import AskKeys, AskMetadata, JsonWebKeys
from grantway.edges.web.documents import tag_of
from grantway.edges.web.requests import HttpAnswer, HttpRequest

CACHE_SECONDS = 300
"""How long others may keep these documents. A signing key is announced longer than this before its use."""

_CACHE = ("cache-control", f"public, max-age={CACHE_SECONDS}")

Describe: TypeAlias = Callable[[Metadata, str, tuple[str, ...]], dict[str, Any]]
"""The metadata of a dialect, by what is true of the server, the mount's public address, and our languages."""


def decode_metadata(request: HttpRequest) -> AskMetadata:
    """Parameters of these addresses are ignored: there is one document for everybody."""
    return AskMetadata(request.mount.name)


def decode_keys(request: HttpRequest) -> AskKeys:
    """The keys of this mount's ring."""
    return AskKeys(request.mount.name)


class MetadataDocument:
    """The document, written once for each state of the server that it describes."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._written: tuple[Metadata, str, HttpAnswer] | None = None

    def encode(self, outcome: Metadata, request: HttpRequest) -> HttpAnswer:
        """The same bytes and the same entity tag until something in them changes."""
        written, base_url = self._written, request.mount.base_url
        if written is None or written[0] != outcome or written[1] != base_url:
            document = self._describe(outcome, base_url, request.server.pages.locales)
            written = self._written = (outcome, base_url, _published(document))
        return written[2]


def encode_keys(outcome: JsonWebKeys, request: HttpRequest) -> HttpAnswer:
    """A JWK set. Keys that are not used yet are in it, so that verifiers know them in time."""
    return _published({"keys": outcome})


def _published(document: object) -> HttpAnswer:
    """A public document with its entity tag."""
    body = msgspec.json.encode(document)
    return HttpAnswer(200, body, headers=(_CACHE, ("etag", tag_of(body))))
