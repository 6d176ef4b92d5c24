"""Entity tags that come back: whether a reader has what would be sent (RFC 9110 §13).

A proxy that compresses an answer may weaken its tag (nginx: `W/"x"`) or write the coding into it (Apache,
Caddy: `"x-gzip"`), and its clients send back what they got. None of our tags ends so, and none names two
states of a thing: that of a record is its version, that of a document the hash of its bytes. So both are
read as the tag that they were made from, wherever tags are compared.
"""

from __future__ import annotations

import re

from grantway.edges.web.requests import Environ, HttpAnswer

_TAG = re.compile(r'"([\x21\x23-\x7e\x80-\xff]*)"')
_CODING = re.compile(r"(?:--?|;)(?:gzip|x-gzip|br|zstd|deflate)\Z")
_LONGEST = 4_096
"""Characters of a list of tags. One that is longer names nothing."""


def tags_of(header: str) -> tuple[str, ...]:
    """The tags of a list, without quotes and what proxies made of them; what is none is passed over."""
    if len(header) > _LONGEST:
        return ()
    return tuple(_CODING.sub("", tag) for tag in _TAG.findall(header))


def is_named(tag: str, header: str) -> bool:
    """Whether a list names a tag (quoted, as it is sent). `*` names every one."""
    return header.strip(" \t") == "*" or tags_of(tag)[0] in tags_of(header)


def unless_known(answer: HttpAnswer, environ: Environ) -> HttpAnswer:
    """The answer to a GET or HEAD, or 304 for a reader who has it (RFC 9110 §13.1.2)."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is None or answer.status != 200:
        return answer
    tag = next((text for name, text in answer.headers if name == "etag"), None)
    if tag is None or not is_named(tag, known):
        return answer
    return HttpAnswer(304, b"", answer.content_type, answer.headers, answer.cookies)
