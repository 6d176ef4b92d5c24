"""HTTP as RFC 9110 has it, on every route that a table of the server declares: a new one is covered by itself."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import closing

import pytest

from grantway.core.identifiers import to_text
from grantway.core.ports import WouldBlock
from grantway.edges.api.mounting import DOCUMENT_PATH, REFERENCE_PATH
from grantway.edges.dialects.standard import paths
from grantway.edges.web.resources import answered
from tests.abuse import census, raw
from tests.abuse.raw import Answer
from tests.kit.databases import Databases
from tests.kit.world import World, settings_of

HTML = ("accept", "text/html")
ORIGIN = ("origin", "https://foreign.example")
LOCAL = "127.0.0.1"
PUBLIC = (paths.OPENID_CONFIGURATION, paths.AUTHORIZATION_SERVER, paths.KEYS, DOCUMENT_PATH)
"""What scripts of every origin may read."""
TAGGED = (*PUBLIC, REFERENCE_PATH, "/static/grantway.css", "/static/grantway.css?v=x")


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """One server for the whole module: nothing here depends on the kind of database."""
    url = databases.sqlite()
    with closing(World(settings_of(url))) as world:
        yield world
    databases.drop(url)


def routes(world: World) -> dict[str, set[str]]:
    """The methods of each path: what the tables declare, and all that the router has besides."""
    found: dict[str, set[str]] = {path: set() for path in census.routed(world)}
    for one in census.declared(world):
        found.setdefault(one.path, set()).add(one.method)
    assert all(found.values()), [path for path, methods in found.items() if not methods]
    return found


def ask(world: World, method: str, target: str, *lines: tuple[str, str], body: bytes = b"") -> Answer:
    return raw.ask(world, method, target, lines, body, peer=LOCAL)


def address(path: str) -> str:
    return census.Declared("GET", path, "", "").address({"name": "grantway.css"})


def headers_of(answer: Answer) -> dict[str, str]:
    """Without what is drawn anew for each answer."""
    found = {name.lower(): raw.steady(text) for name, text in answer.headers}
    # A page names its request, and a sentence may be longer or shorter by that.
    if not answer.header("etag"):
        found.pop("content-length", None)
    return found


def test_every_route_answers_the_methods_that_it_says_and_no_other(world: World) -> None:
    """RFC 9110 §9.3.7, §15.5.6: OPTIONS and 405 name the methods, in each face's own form, with an id."""
    for path, methods in routes(world).items():
        at = address(path)
        allowed = set(answered(methods))
        told = ask(world, "OPTIONS", at)
        if "OPTIONS" not in methods:
            assert (told.status, told.body) == (204, b""), path
            assert set(told.header("allow").split(", ")) == allowed, path
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            answer = ask(world, method, at)
            if method in allowed:
                assert answer.status not in {405, 501}, (method, path)
                continue
            assert answer.status == 405, (method, path)
            assert set(answer.header("allow").split(", ")) == allowed, (method, path)
            if method != "HEAD":
                assert "E-REQUEST-09" in answer.text + answer.header("error-id"), (method, path)
                assert answer.header("allow") in answer.text, (method, path)


@pytest.mark.parametrize("method", ["FOO", "get", "PROPFIND", "QUERY", "PURGE"])
def test_a_method_that_nobody_knows_is_501_everywhere(world: World, method: str) -> None:
    """RFC 9110 §15.6.2."""
    for path in (*routes(world), "/nothing", "/api/v1/nothing"):
        answer = ask(world, method, address(path))
        assert (answer.status, answer.json["error_id"]) == (501, "E-HTTP-10"), path


def test_head_is_get_without_a_body(world: World) -> None:
    """RFC 9110 §9.3.2: the same status and headers, the length too."""
    for path, methods in routes(world).items():
        if "GET" not in methods:
            continue
        for lines in ((), (HTML,), (("accept-encoding", "gzip"),), (("if-none-match", "*"),)):
            get, head = (ask(world, method, address(path), *lines) for method in ("GET", "HEAD"))
            assert (head.status, head.body) == (get.status, b""), path
            assert headers_of(head) == headers_of(get), path


def forms(world: World) -> Iterator[tuple[str, str]]:
    """The methods and paths that the framework-less form may answer."""
    for one in world.product.placed:
        for wire in one.dialect.routes:
            if wire.memory_first:
                yield from ((method, one.mount.prefix + wire.path) for method in answered(wire.methods))


ASKED: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (ORIGIN,),
    (("accept-encoding", "gzip"),),
    (("if-none-match", "*"),),
    (("if-none-match", 'W/"a", "b"'),),
    (("range", "bytes=0-1"),),
    (("content-type", "text/plain"),),
    (("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")),
)


def test_both_forms_answer_alike(world: World) -> None:
    """The direct form and the framework's: status, headers and body, for whatever is asked."""
    compared = 0
    for method, path in forms(world):
        for lines in ASKED:
            body = b"a=b" if method in {"POST", "PUT", "PATCH"} else b""
            environ = raw.environ_of(method, address(path), lines, body, peer=LOCAL)
            whole = ask(world, method, address(path), *lines, body=body)
            try:
                sent = world.product.inline(environ)
            except WouldBlock:
                continue
            if sent is None:
                assert method == "OPTIONS", path
                continue
            direct = Answer(*sent)
            told = headers_of(whole)
            if method != "HEAD":
                told.pop("content-length", None)
            assert (direct.status, headers_of(direct)) == (whole.status, told), (method, path, lines)
            assert raw.steady(direct.text) == raw.steady(whole.text), (method, path, lines)
            compared += 1
    assert compared > 100


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
def test_a_reader_who_has_it_gets_304_through_any_proxy(world: World, path: str) -> None:
    """RFC 9110 §13.1.2, §15.4.5: weak comparison, lists, `*`; and the headers that a cache needs."""
    whole = ask(world, "GET", path)
    tag = whole.header("etag")
    assert tag.startswith('"'), "strong"
    for template, is_known in KNOWN:
        header = template.format(tag=tag, open=tag[:-1], bare=tag.strip('"'))
        for method in ("GET", "HEAD"):
            answer = ask(world, method, path, ("if-none-match", header))
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
def test_public_documents_are_compressed_for_whom_takes_it(world: World, path: str) -> None:
    """RFC 9110 §12.5.3, §8.8.3.3: by weights, with `Vary`, and a tag of its own for each form."""
    plain = ask(world, "GET", path)
    for header, is_packed in CODINGS:
        answer = ask(world, "GET", path, ("accept-encoding", header))
        assert answer.header("content-encoding") == ("gzip" if is_packed else ""), header
        assert "Accept-Encoding" in answer.header("vary")
        body = gzip.decompress(answer.body) if is_packed else answer.body
        assert body == plain.body
        assert (answer.header("etag") == plain.header("etag")) == (not is_packed)
    packed = ask(world, "GET", path, ("accept-encoding", "gzip"))
    again = ask(world, "GET", path, ("accept-encoding", "gzip"), ("if-none-match", packed.header("etag")))
    assert again.status == 304


def test_nothing_else_is_compressed(world: World) -> None:
    """BREACH: an answer that has something of its asker, or of anybody, is as long as it is."""
    compressed = set()
    for path, methods in routes(world).items():
        for method in methods:
            if ask(world, method, address(path), ("accept-encoding", "gzip"), HTML).header(
                "content-encoding"
            ):
                compressed.add(path)
    assert compressed == {DOCUMENT_PATH, REFERENCE_PATH, "/static/{name}"}


def test_the_reference_is_small_and_drawn_once_per_language(world: World) -> None:
    """At most 100 kB on the wire, and the same bytes each time."""
    seen = {}
    for language in ("en", "de", "de-AT", "xx", "de;q=0.1, en"):
        answer = ask(world, "GET", REFERENCE_PATH, ("accept-encoding", "gzip"), ("accept-language", language))
        assert answer.status == 200
        assert len(answer.body) <= 100_000
        assert "Accept-Language" in answer.header("vary")
        assert answer.header("cache-control") == "public, max-age=300"
        seen[language] = (answer.header("content-language"), answer.header("etag"))
    assert seen["en"] == seen["xx"] == seen["de;q=0.1, en"]
    assert seen["de"] == seen["de-AT"]
    assert {language for language, _ in seen.values()} == {"en", "de"}


@pytest.mark.parametrize("path", PUBLIC)
def test_public_documents_are_read_from_every_origin(world: World, path: str) -> None:
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
        answer = ask(world, method, path, *lines)
        assert answer.header("access-control-allow-origin") == "*", (method, lines)
        assert answer.header("access-control-allow-credentials") == ""
        if method != "OPTIONS":
            assert "ETag" in answer.header("access-control-expose-headers")
    preflight = ask(world, "OPTIONS", path, *asked, names, ("access-control-request-private-network", "true"))
    assert preflight.header("access-control-allow-headers") == names[1]
    assert preflight.header("access-control-allow-private-network") == "true"


def test_what_is_not_public_is_read_from_no_foreign_origin(world: World) -> None:
    """C008, C009, V137: by whatever method; and what an origin decides says so to caches."""
    declared = {path for path in routes(world) if path not in PUBLIC and not path.endswith("jwks")}
    for path in declared:
        if "well-known" in path:
            continue
        for method in ("GET", "POST", "OPTIONS"):
            answer = ask(world, method, address(path), ORIGIN, ("access-control-request-method", "POST"))
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]
            if path in {paths.TOKEN, paths.REVOKE, paths.USERINFO}:
                assert answer.header("vary") == "Origin"


TYPES = (
    ("application/json", True),
    ("Application/JSON; charset=UTF-8", True),
    ('application/json;charset="utf-8"', True),
    ("application/merge-patch+json", True),
    ("application/vnd.example+json; charset=utf-8", True),
    ("", False),
    ("text/plain", False),
    ("text/json", False),
    ("application/jsonx", False),
    ("application/json; charset=utf-16", False),
    ("application/x-www-form-urlencoded", False),
    ("multipart/form-data; boundary=x", False),
)


@pytest.mark.parametrize(("content_type", "is_json"), TYPES)
def test_a_wrong_type_is_415_and_names_the_right_one(
    world: World, content_type: str, *, is_json: bool
) -> None:
    organization = world.make.organization("Typed")
    backend = world.make.application(
        organization, "backend", scopes=("organizations:write", "organizations:read")
    )
    secret = world.make.secret(backend)
    world.product.poll()
    token = world.machine_token(backend, secret)
    lines = (("authorization", f"Bearer {token}"), ("content-type", content_type), ("if-match", '"1"'))
    target = f"/api/v1/organizations/{to_text(organization.id)}"
    answer = ask(world, "PATCH", target, *lines, body=b"{}")
    assert (answer.status == 415) == (not is_json), answer.text
    if not is_json:
        assert answer.json["error_id"] == "E-REQUEST-03"
        assert answer.json["detail"].endswith("Expected: application/json.")
        assert answer.header("accept") == "application/json"


def test_what_is_no_form_is_named_at_the_protocols_endpoints(world: World) -> None:
    """RFC 6749 §5.2: an invalid request is 400, and the type is named all the same."""
    for path in (paths.TOKEN, paths.REVOKE, paths.INTROSPECT):
        for content_type in ("application/json", "text/plain", "", "multipart/form-data"):
            answer = ask(world, "POST", path, ("content-type", content_type), body=b"a=b")
            assert (answer.status, answer.json["error_id"]) == (400, "E-REQUEST-03")
            assert "Expected: application/x-www-form-urlencoded." in answer.json["error_description"]
        kind = "Application/X-WWW-Form-URLEncoded; charset=utf-8"
        answer = ask(world, "POST", path, ("content-type", kind), body=b"grant_type=x&token=x")
        assert answer.json["error_id"] != "E-REQUEST-03"
    page = ask(world, "POST", "/sign-in", ("content-type", "application/json"), HTML, body=b"{}")
    assert page.status == 415
    assert "application/x-www-form-urlencoded" in page.text


def test_a_compressed_body_and_a_long_address_are_refused_by_name(world: World) -> None:
    """RFC 9110 §15.5.16, §15.5.15, §15.5.14: what would be taken is said, in each face's form."""
    form = ("content-type", "application/x-www-form-urlencoded")
    packed = ask(world, "POST", paths.TOKEN, form, ("content-encoding", "gzip"), body=gzip.compress(b"a=b"))
    assert (packed.status, packed.json["error_id"]) == (415, "E-HTTP-11")
    assert packed.header("accept-encoding") == "identity"
    long = ask(world, "GET", paths.AUTHORIZE + "?state=" + "x" * 40_000, HTML)
    assert long.status == 414
    assert "E-HTTP-09" in long.text
    path = ask(world, "GET", "/" + "x" * 9_000)
    assert (path.status, path.json["error_id"]) == (414, "E-HTTP-09")
    large = ask(world, "POST", paths.TOKEN, form, body=b"a" * 70_000)
    assert (large.status, large.json["error_id"]) == (413, "E-REQUEST-08")
    assert "at most 65536 bytes" in large.json["error_description"]
    many = ask(world, "GET", "/", *[(f"x-{n}", "y") for n in range(120)])
    assert (many.status, many.json["error_id"]) == (431, "E-HTTP-06")
    assert "100" in many.json["error_description"]


ACCEPT = (
    ("text/html", True),
    ("text/html,application/xhtml+xml,*/*;q=0.8", True),
    ("*/*", False),
    ("", False),
    ("application/json", False),
    ("application/json, text/html;q=0.5", False),
    ("text/html;q=0, */*", False),
    ("text/htmlx", False),
)


@pytest.mark.parametrize(("accept", "is_page"), ACCEPT)
def test_who_asks_for_a_page_gets_one(world: World, accept: str, *, is_page: bool) -> None:
    """RFC 9110 §12.5.1."""
    answer = ask(world, "GET", "/nothing", ("accept", accept))
    assert answer.header("content-type").startswith("text/html") == is_page, accept


NEARLY = ("{path}/", "/{path}", "{path}//", "{path}%2f", "{path}%00", "{path};x", "{path}%20", "/x/..{path}")


def test_only_the_address_itself_is_the_address(world: World) -> None:
    """RFC 3986 §6: what may be percent-encoded is the same; slashes more or less are another address."""
    for path in (paths.TOKEN, paths.KEYS, "/sign-in", "/health", DOCUMENT_PATH, REFERENCE_PATH):
        for template in NEARLY:
            assert ask(world, "GET", template.format(path=path)).status == 404, (template, path)
        same = path[:-1] + f"%{ord(path[-1]):02x}"
        assert ask(world, "GET", same).status == ask(world, "GET", path).status


def test_a_range_is_not_looked_at(world: World) -> None:
    """RFC 9110 §14.2: a server may ignore it."""
    for path in TAGGED:
        answer = ask(world, "GET", path, ("range", "bytes=0-1"), ("if-range", "x"))
        assert (answer.status, len(answer.body) > 100) == (200, True)
