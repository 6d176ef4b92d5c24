"""What is the same for everybody: written once, with a strong tag, and compressed once.

Only such a document is ever compressed. An answer that has a secret in it beside something that the asker
chose would tell the one by the length of the other (BREACH); what is made for nobody in particular cannot.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from threading import Lock

from grantway.edges.web.headers import Headers
from grantway.edges.web.negotiation import takes_gzip
from grantway.edges.web.requests import HttpAnswer, HttpRequest

_WORTH_IT = 1_024
"""Bytes from which on compressing saves a packet."""


class Document:
    """A public text with its headers. Both of its forms have a tag of their own (RFC 9110 §8.8.3.3)."""

    __slots__ = ("_gzipped", "_plain", "tag")

    def __init__(
        self, body: bytes, headers: Headers, content_type: str = "application/json", *, varies: str = ""
    ) -> None:
        """`varies` names the headers, besides Accept-Encoding, that decide which document is sent."""
        self.tag = tag_of(body)
        packed = gzip.compress(body, mtime=0) if len(body) >= _WORTH_IT else body
        self._gzipped: HttpAnswer | None = None
        if len(packed) < len(body):
            vary = ("vary", f"{varies}, Accept-Encoding" if varies else "Accept-Encoding")
            mine = (("etag", f'{self.tag[:-1]}-gzip"'), ("content-encoding", "gzip"), vary, *headers)
            self._gzipped = HttpAnswer(200, packed, content_type, mine)
            headers = (vary, *headers)
        elif varies:
            headers = (("vary", varies), *headers)
        self._plain = HttpAnswer(200, body, content_type, (("etag", self.tag), *headers))

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """The form that the reader takes."""
        if self._gzipped is not None and takes_gzip(request.environ.get("HTTP_ACCEPT_ENCODING")):
            return self._gzipped
        return self._plain


class Once:
    """Documents that are made for the first who asks, one for each of a few keys of ours, and kept."""

    def __init__(self, make: Callable[[str], Document]) -> None:
        self._make = make
        self._made: dict[str, Document] = {}
        self._making = Lock()

    def made_for(self, key: str) -> Document:
        """The document of a key, which must be one of a fixed few: a language, and never what was sent."""
        found = self._made.get(key)
        if found is None:
            with self._making:
                found = self._made.get(key) or self._made.setdefault(key, self._make(key))
        return found


def tag_of(body: bytes) -> str:
    """The entity tag of a text, quoted."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
