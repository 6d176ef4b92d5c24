"""What is the same for everybody: its tags through any proxy, its codings by weight, and who may read it."""

from __future__ import annotations

import gzip

import pytest

from grantway.edges.api.mounting import DOCUMENT_PATH
from grantway.edges.api.playground import REFERENCE_PATH
from grantway.edges.dialects.standard import paths
from tests.composition.asking import HTML, ORIGIN, PUBLIC, TAGGED, address, ask, routes
from tests.kit.world import World

KNOWN = (
    ("{tag}", True),
    ("W/{tag}", True),
    ("*", True),
    (' "a", W/{tag} ,"b"', True),
    ('"a,b", {tag}', True),
    ('{open}-gzip"', True),
    ('{open};gzip"', True),
    ('W/{open}-br"', True),
    ("{bare}", False),
    ('"a"', False),
    ("", False),
    ('"', False),
    ('{open}x"', False),
    ("x" * 5_000 + ", {tag}", False),
)


@pytest.mark.parametrize("path", TAGGED)
def test_a_reader_who_has_it_gets_304_through_any_proxy(standing: World, path: str) -> None:
    """RFC 9110 §13.1.2, §15.4.5: weak comparison, lists, `*`; and the headers that a cache needs."""
    whole = ask(standing, "GET", path)
    tag = whole.header("etag")
    assert tag.startswith('"'), "strong"
    for template, is_known in KNOWN:
        header = template.format(tag=tag, open=tag[:-1], bare=tag.strip('"'))
        for method in ("GET", "HEAD"):
            answer = ask(standing, method, path, ("if-none-match", header))
            assert answer.status == (304 if is_known else 200), header
            if is_known:
                assert answer.body == b""
                for name in ("etag", "cache-control", "vary", "access-control-allow-origin"):
                    assert answer.header(name) == whole.header(name)


CODINGS = (
    ("gzip", True),
    ("GZIP;q=0.5", True),
    ("br, gzip", True),
    ("*", True),
    ("identity;q=0, *", True),
    ("identity;q=0.5, gzip;q=1.0", True),
    ("gzip;q=0", False),
    ("gzip;q=0, *;q=1", False),
    ("identity, gzip;q=0.5", False),
    ("br", False),
    ("", False),
    ("identity;q=0", False),
    ("gzip;q=x", False),
)


@pytest.mark.parametrize("path", [DOCUMENT_PATH, REFERENCE_PATH, "/static/developer.css"])
def test_public_documents_are_compressed_for_whom_takes_it(standing: World, path: str) -> None:
    """RFC 9110 §12.5.3, §8.8.3.3: by weights, with `Vary`, and a tag of its own for each form."""
    plain = ask(standing, "GET", path)
    for header, is_packed in CODINGS:
        answer = ask(standing, "GET", path, ("accept-encoding", header))
        assert answer.header("content-encoding") == ("gzip" if is_packed else ""), header
        assert "Accept-Encoding" in answer.header("vary")
        body = gzip.decompress(answer.body) if is_packed else answer.body
        assert body == plain.body
        assert (answer.header("etag") == plain.header("etag")) == (not is_packed)
    packed = ask(standing, "GET", path, ("accept-encoding", "gzip"))
    again = ask(standing, "GET", path, ("accept-encoding", "gzip"), ("if-none-match", packed.header("etag")))
    assert again.status == 304


def test_nothing_else_is_compressed(standing: World) -> None:
    """BREACH: an answer that has something of its asker, or of anybody, is as long as it is."""
    compressed = set()
    for path, methods in routes(standing).items():
        for method in methods:
            if ask(standing, method, address(path), ("accept-encoding", "gzip"), HTML).header(
                "content-encoding"
            ):
                compressed.add(path)
    assert compressed == {DOCUMENT_PATH, REFERENCE_PATH, "/static/{name}"}


def test_the_reference_is_small_and_drawn_once_per_language(standing: World) -> None:
    """At most 100 kB on the wire, and the same bytes each time."""
    seen = {}
    for language in ("en", "de", "de-AT", "xx", "de;q=0.1, en"):
        answer = ask(
            standing, "GET", REFERENCE_PATH, ("accept-encoding", "gzip"), ("accept-language", language)
        )
        assert answer.status == 200
        assert len(answer.body) <= 100_000
        assert "Accept-Language" in answer.header("vary")
        assert answer.header("cache-control") == "public, max-age=300"
        seen[language] = (answer.header("content-language"), answer.header("etag"))
    assert seen["en"] == seen["xx"] == seen["de;q=0.1, en"]
    assert seen["de"] == seen["de-AT"]
    assert {language for language, _ in seen.values()} == {"en", "de"}


@pytest.mark.parametrize("path", PUBLIC)
def test_public_documents_are_read_from_every_origin(standing: World, path: str) -> None:
    """Their refusals, unchanged answers and preflights too; credentials are never allowed."""
    asked = (ORIGIN, ("access-control-request-method", "GET"))
    names = ("access-control-request-headers", "mcp-protocol-version, x-anything")
    for method, lines in (
        ("GET", ()),
        ("GET", (ORIGIN,)),
        ("HEAD", (ORIGIN,)),
        ("GET", (ORIGIN, ("if-none-match", "*"))),
        ("POST", (ORIGIN,)),
        ("DELETE", (ORIGIN,)),
        ("OPTIONS", asked),
        ("OPTIONS", (*asked, names)),
    ):
        answer = ask(standing, method, path, *lines)
        assert answer.header("access-control-allow-origin") == "*", (method, lines)
        assert answer.header("access-control-allow-credentials") == ""
        if method != "OPTIONS":
            assert "ETag" in answer.header("access-control-expose-headers")
    preflight = ask(
        standing, "OPTIONS", path, *asked, names, ("access-control-request-private-network", "true")
    )
    assert preflight.header("access-control-allow-headers") == names[1]
    assert preflight.header("access-control-allow-private-network") == "true"


def test_what_is_not_public_is_read_from_no_foreign_origin(standing: World) -> None:
    """C008, C009, V137: by whatever method; and what an origin decides says so to caches."""
    declared = {path for path in routes(standing) if path not in PUBLIC and not path.endswith("jwks")}
    for path in declared:
        if "well-known" in path:
            continue
        for method in ("GET", "POST", "OPTIONS"):
            answer = ask(standing, method, address(path), ORIGIN, ("access-control-request-method", "POST"))
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]
            if path in {paths.TOKEN, paths.REVOKE, paths.USERINFO}:
                assert answer.header("vary") == "Origin"
