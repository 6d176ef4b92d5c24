"""Routes of APIs: patterns, how a path is read, and which route it takes (N3; V126: forged paths)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core.model import ApiRoute
from grantway.core.routes import (
    LONGEST_PATH,
    MOST_SEGMENTS,
    RouteTable,
    differs_in_case_only,
    parameter,
    pattern_problem,
    segments_of,
    shape_of,
    split_target,
)

PATTERNS = ("/", "/orders", "/orders/{id}", "/files/*", "/*", "/a.b/c-d/_e/~f", "/v1/{a}/{b}/*", "/{tenant}")
NO_PATTERNS = (
    *(
        "",
        "orders",
        "//",
        "/orders/",
        "/orders//x",
        "/*/x",
        "/a*",
        "/{}",
        "/{Id}",
        "/{1}",
        "/{id}x",
        "/x{id}",
    ),
    *("/{id}/{id}", "/.", "/..", "/a/../b", "/a.", "/a?b", "/a#b", "/a;b", "/a b", "/a%20b", "/ä", "/a\\b"),
    *("/a\x00", "/^a$", "/(a|b)", "http://x/", "/" + "a" * 256, "/a" * (MOST_SEGMENTS + 1)),
)

# What is left of a path that can be read in one way only.
PLAIN = (
    ("/", ()),
    ("/orders", ("orders",)),
    ("/orders/", ("orders",)),
    ("/orders/7", ("orders", "7")),
    ("/a.b/c", ("a.b", "c")),
    ("/.well-known/x", (".well-known", "x")),
    ("/users/mara%40example.com", ("users", "mara%40example.com")),
    ("/a/caf%C3%A9", ("a", "caf%C3%A9")),
    ("/a/x%20y", ("a", "x%20y")),
    ("/a/b:c@d,e=f+g!$&'()*", ("a", "b:c@d,e=f+g!$&'()*")),
)
AMBIGUOUS = (
    *("", "orders", "*", "//", "//orders", "/orders//7", "/orders/7//", "http://api.example.test/orders"),
    *("/.", "/..", "/a/.", "/a/..", "/a/./b", "/a/../b", "/../a", "/...", "/a/b.", "/a./b"),
    *("/%2e", "/a/%2e%2e/b", "/a/%2E%2E/b", "/a/.%2e/b", "/a/%252e%252e/b", "/a/..%2fb", "/a%2fb", "/a%2Fb"),
    *("/a%5cb", "/a\\b", "/a/..\\b", "/a%00", "/a\x00", "/a%0a", "/a%0d%0aX-Evil:1", "/a\n", "/a\r", "/a\t"),
    *(
        "/a;b",
        "/a;jsessionid=1/b",
        "/a%3bb",
        "/a%3fb",
        "/a#b",
        "/a%23b",
        "/a?b",
        "/%61dmin",
        "/admi%6E",
        "/%7e",
    ),
    *("/a b", "/a%", "/a%4", "/a%zz", "/a%u002f", "/%c0%ae%c0%ae/b", "/a%C0%AFb", "/%ff", "/%ed%a0%80", "/é"),
    *("/a%20", "/%20a", "/%c2%a0", "/a%7f", '/a"b', "/a<b>", "/a|b", "/a^b", "/a`b", "/a{b}", "/a[b]"),
    *("/" + "a" * LONGEST_PATH, "/a" * (MOST_SEGMENTS + 1)),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_plain_segments_names_and_a_star_at_the_end(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", NO_PATTERNS)
def test_nothing_else_is_a_pattern(pattern: str) -> None:
    assert pattern_problem(pattern) is not None


@pytest.mark.parametrize(("path", "segments"), PLAIN)
def test_a_path_with_one_reading_is_read(path: str, segments: tuple[str, ...]) -> None:
    assert segments_of(path) == segments


@pytest.mark.parametrize("path", AMBIGUOUS)
def test_a_path_with_two_readings_is_refused(path: str) -> None:
    """V126: what a gateway, a framework and we could take apart differently reaches no route."""
    assert segments_of(path) is None


@given(st.text(max_size=60))
def test_whatever_is_read_has_one_spelling_of_each_literal(text: str) -> None:
    segments = segments_of("/" + text)
    if segments is None:
        return
    rebuilt = "/" + "/".join(segments)
    assert rebuilt in {"/" + text, "/" + text.removesuffix("/")}
    assert all(segment and segment not in {".", ".."} and ";" not in segment for segment in segments)


def table(*declared: str) -> RouteTable:
    routes = []
    for number, text in enumerate(declared, start=1):
        method, _, pattern = text.partition(" ")
        routes.append(ApiRoute(number, 1, method, pattern, frozenset({"x"})))
    return RouteTable(routes)


def taken(routes: RouteTable, method: str, path: str) -> str | None:
    segments = segments_of(path)
    assert segments is not None, path
    route = routes.match(method, segments)
    return None if route is None else f"{route.method} {route.pattern}"


DECLARED = (
    *(
        "GET /",
        "GET /orders",
        "GET /orders/{id}",
        "GET /orders/export",
        "POST /orders",
        "DELETE /orders/{id}",
    ),
    *("GET /files/*", "GET /files/secret", "GET /files/{name}/meta", "GET /{tenant}/list", "GET /admin/list"),
    *("GET /a/b/d", "GET /a/{x}/c", "PUT /*", "GET /v/{a}/x", "GET /v/{a}/{b}"),
)
MATCHES = (
    ("GET", "/", "GET /"),
    ("GET", "/orders", "GET /orders"),
    ("GET", "/orders/", "GET /orders"),
    ("GET", "/orders/7", "GET /orders/{id}"),
    ("HEAD", "/orders/7", "GET /orders/{id}"),
    ("GET", "/orders/export", "GET /orders/export"),
    ("DELETE", "/orders/export", "DELETE /orders/{id}"),
    ("POST", "/orders", "POST /orders"),
    ("POST", "/orders/7", None),
    ("PATCH", "/orders/7", None),
    ("get", "/orders", None),
    ("GET", "/orders/7/lines", None),
    ("GET", "/files", None),
    ("GET", "/files/", None),
    ("GET", "/files/a", "GET /files/*"),
    ("GET", "/files/a/b/c", "GET /files/*"),
    ("GET", "/files/secret", "GET /files/secret"),
    ("GET", "/files/secret/", "GET /files/secret"),
    ("GET", "/files/secret/more", "GET /files/*"),
    ("GET", "/files/a/meta", "GET /files/{name}/meta"),
    ("GET", "/acme/list", "GET /{tenant}/list"),
    ("GET", "/admin/list", "GET /admin/list"),
    # To some servers these are `admin`, to others a tenant: neither.
    ("GET", "/Admin/list", None),
    ("GET", "/ADMIN/list", None),
    ("GET", "/a/b/c", "GET /a/{x}/c"),
    ("GET", "/a/b/d", "GET /a/b/d"),
    ("PUT", "/anything/at/all", "PUT /*"),
    ("PUT", "/", None),
    ("GET", "/v/1/x", "GET /v/{a}/x"),
    ("GET", "/v/1/y", "GET /v/{a}/{b}"),
)


@pytest.mark.parametrize(("method", "path", "expected"), MATCHES)
def test_the_most_specific_route_is_taken_in_whatever_order_they_were_declared(
    method: str, path: str, expected: str | None
) -> None:
    assert taken(table(*DECLARED), method, path) == expected
    assert taken(table(*reversed(DECLARED)), method, path) == expected


def test_no_route_is_no_match() -> None:
    assert taken(table(), "GET", "/") is None


def test_a_path_of_many_ways_is_decided_at_once() -> None:
    """Every name could be any segment: the tree is walked once, not once for each combination."""
    names = [f"{{a{place}}}" for place in range(20)]
    ways = ([*names[:place], "x", *names[place + 1 :]] for place in range(20))
    routes = table(*("GET /" + "/".join(way) for way in ways))
    assert taken(routes, "GET", "/" + "/".join(["y"] * 20)) is None


def test_what_may_exist_once_has_no_names_and_no_case() -> None:
    assert shape_of("/Orders/{id}/Lines/*") == shape_of("/orders/{number}/lines/*") == "/orders/{}/lines/*"
    assert differs_in_case_only("/Orders/x", ["/orders"])
    assert differs_in_case_only("/a/{id}/B", ["/x", "/a/{other}/b/c"])
    assert not differs_in_case_only("/orders/x", ["/orders", "/{Orders}", "/other/Orders"])
    assert not differs_in_case_only("/a/B", ["/{x}/b", "/b/B"])


def test_the_query_is_cut_off_at_the_first_question_mark() -> None:
    assert split_target("/a?b=/../c?d") == ("/a", "b=/../c?d")
    assert split_target("/a") == ("/a", "")


def test_a_parameter_is_there_once_or_refused() -> None:
    assert parameter("a=1&token=x%2By&b", "token") == "x+y"
    assert parameter("tokens=1&atoken=2", "token") is None
    assert parameter("token=", "token") is None
    assert parameter("a=1&to%6Ben=x", "token") == "x"
    for query in ("token=1&to%6ben=2", "%74oken=1&%74oken=1"):
        with pytest.raises(ValueError, match="twice"):
            parameter(query, "token")
    with pytest.raises(ValueError, match="twice"):
        parameter("token=1&x=2&token=1", "token")
