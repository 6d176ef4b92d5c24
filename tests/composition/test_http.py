"""HTTP as RFC 9110 has it, on every route that a table of the server declares: a new one is covered by itself."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from grantway.core.identifiers import to_text
from grantway.core.ports import WouldBlock
from grantway.edges.api.mounting import DOCUMENT_PATH
from grantway.edges.api.playground import REFERENCE_PATH
from grantway.edges.dialects.standard import paths
from grantway.edges.web.resources import answered
from tests.abuse import raw
from tests.abuse.raw import Answer
from tests.composition.asking import HTML, LOCAL, ORIGIN, TAGGED, address, ask, headers_of, routes
from tests.kit.world import World


def test_every_route_answers_the_methods_that_it_says_and_no_other(standing: World) -> None:
    """RFC 9110 §9.3.7, §15.5.6: OPTIONS and 405 name the methods, in each face's own form, with an id."""
    for path, methods in routes(standing).items():
        at = address(path)
        allowed = set(answered(methods))
        told = ask(standing, "OPTIONS", at)
        if "OPTIONS" not in methods:
            assert (told.status, told.body) == (204, b""), path
            assert set(told.header("allow").split(", ")) == allowed, path
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            answer = ask(standing, method, at)
            if method in allowed:
                assert answer.status not in {405, 501}, (method, path)
                continue
            assert answer.status == 405, (method, path)
            assert set(answer.header("allow").split(", ")) == allowed, (method, path)
            if method != "HEAD":
                said = answer.text + answer.header("error-id")
                # One dialect says its refusals by number: 2000 and that of the refusal in its family (G31).
                assert "E-REQUEST-09" in said or '"code":2009' in said, (method, path)
                assert answer.header("allow") in answer.text, (method, path)


@pytest.mark.parametrize("method", ["FOO", "get", "PROPFIND", "QUERY", "PURGE"])
def test_a_method_that_nobody_knows_is_501_everywhere(standing: World, method: str) -> None:
    """RFC 9110 §15.6.2."""
    for path in (*routes(standing), "/nothing", "/api/v1/nothing"):
        answer = ask(standing, method, address(path))
        assert (answer.status, answer.json["error_id"]) == (501, "E-HTTP-10"), path


def test_head_is_get_without_a_body(standing: World) -> None:
    """RFC 9110 §9.3.2: the same status and headers, the length too."""
    for path, methods in routes(standing).items():
        if "GET" not in methods:
            continue
        for lines in ((), (HTML,), (("accept-encoding", "gzip"),), (("if-none-match", "*"),)):
            get, head = (ask(standing, method, address(path), *lines) for method in ("GET", "HEAD"))
            assert (head.status, head.body) == (get.status, b""), path
            assert headers_of(head) == headers_of(get), path


def forms(standing: World) -> Iterator[tuple[str, str]]:
    """The methods and paths that the framework-less form may answer."""
    for one in standing.product.placed:
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


def test_both_forms_answer_alike(standing: World) -> None:
    """The direct form and the framework's: status, headers and body, for whatever is asked."""
    compared = 0
    for method, path in forms(standing):
        for lines in ASKED:
            body = b"a=b" if method in {"POST", "PUT", "PATCH"} else b""
            environ = raw.environ_of(method, address(path), lines, body, peer=LOCAL)
            whole = ask(standing, method, address(path), *lines, body=body)
            try:
                sent = standing.product.inline(environ)
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
    standing: World, content_type: str, *, is_json: bool
) -> None:
    organization = standing.make.organization("Typed")
    backend = standing.make.application(
        organization, "backend", scopes=("organizations:write", "organizations:read")
    )
    secret = standing.make.secret(backend)
    standing.product.poll()
    token = standing.machine_token(backend, secret)
    lines = (("authorization", f"Bearer {token}"), ("content-type", content_type), ("if-match", '"1"'))
    target = f"/api/v1/organizations/{to_text(organization.id)}"
    answer = ask(standing, "PATCH", target, *lines, body=b"{}")
    assert (answer.status == 415) == (not is_json), answer.text
    if not is_json:
        assert answer.json["error_id"] == "E-REQUEST-03"
        assert answer.json["detail"].endswith("Expected: application/json.")
        assert answer.header("accept") == "application/json"


def test_what_is_no_form_is_named_at_the_protocols_endpoints(standing: World) -> None:
    """RFC 6749 §5.2: an invalid request is 400, and the type is named all the same."""
    for path in (paths.TOKEN, paths.REVOKE, paths.INTROSPECT):
        for content_type in ("application/json", "text/plain", "", "multipart/form-data"):
            answer = ask(standing, "POST", path, ("content-type", content_type), body=b"a=b")
            assert (answer.status, answer.json["error_id"]) == (400, "E-REQUEST-03")
            assert "Expected: application/x-www-form-urlencoded." in answer.json["error_description"]
        kind = "Application/X-WWW-Form-URLEncoded; charset=utf-8"
        answer = ask(standing, "POST", path, ("content-type", kind), body=b"grant_type=x&token=x")
        assert answer.json["error_id"] != "E-REQUEST-03"
    page = ask(standing, "POST", "/sign-in", ("content-type", "application/json"), HTML, body=b"{}")
    assert page.status == 415
    assert "application/x-www-form-urlencoded" in page.text


def test_a_compressed_body_and_a_long_address_are_refused_by_name(standing: World) -> None:
    """RFC 9110 §15.5.16, §15.5.15, §15.5.14: what would be taken is said, in each face's form."""
    form = ("content-type", "application/x-www-form-urlencoded")
    packed = ask(
        standing, "POST", paths.TOKEN, form, ("content-encoding", "gzip"), body=gzip.compress(b"a=b")
    )
    assert (packed.status, packed.json["error_id"]) == (415, "E-HTTP-11")
    assert packed.header("accept-encoding") == "identity"
    long = ask(standing, "GET", paths.AUTHORIZE + "?state=" + "x" * 40_000, HTML)
    assert long.status == 414
    assert "E-HTTP-09" in long.text
    path = ask(standing, "GET", "/" + "x" * 9_000)
    assert (path.status, path.json["error_id"]) == (414, "E-HTTP-09")
    large = ask(standing, "POST", paths.TOKEN, form, body=b"a" * 70_000)
    assert (large.status, large.json["error_id"]) == (413, "E-REQUEST-08")
    assert "at most 65536 bytes" in large.json["error_description"]
    many = ask(standing, "GET", "/", *[(f"x-{n}", "y") for n in range(120)])
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
def test_who_asks_for_a_page_gets_one(standing: World, accept: str, *, is_page: bool) -> None:
    """RFC 9110 §12.5.1."""
    answer = ask(standing, "GET", "/nothing", ("accept", accept))
    assert answer.header("content-type").startswith("text/html") == is_page, accept


NEARLY = ("{path}/", "/{path}", "{path}//", "{path}%2f", "{path}%00", "{path};x", "{path}%20", "/x/..{path}")


def test_only_the_address_itself_is_the_address(standing: World) -> None:
    """RFC 3986 §6: what may be percent-encoded is the same; slashes more or less are another address."""
    for path in (paths.TOKEN, paths.KEYS, "/sign-in", "/health", DOCUMENT_PATH, REFERENCE_PATH):
        for template in NEARLY:
            assert ask(standing, "GET", template.format(path=path)).status == 404, (template, path)
        same = path[:-1] + f"%{ord(path[-1]):02x}"
        assert ask(standing, "GET", same).status == ask(standing, "GET", path).status


def test_a_range_is_not_looked_at(standing: World) -> None:
    """RFC 9110 §14.2: a server may ignore it."""
    for path in TAGGED:
        answer = ask(standing, "GET", path, ("range", "bytes=0-1"), ("if-range", "x"))
        assert (answer.status, len(answer.body) > 100) == (200, True)
