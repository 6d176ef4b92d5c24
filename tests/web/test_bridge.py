"""What the bridge lets through to the application, what it answers itself, and what waits for what."""

from __future__ import annotations

import asyncio
import contextlib
import json
import select
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from grantway.edges.web.thread_pool import Answer, ThreadPool
from tests.kit.counts import count
from tests.web import wire
from tests.web.wire import Connection, Server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

BODY_LIMIT = 100_000
HOST = b"Host: grantway.example\r\n"
POST = b"POST /echo HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    limits = {
        "body_bytes": BODY_LIMIT,
        "body_seconds": 3.0,
        "large_bodies_bytes": BODY_LIMIT + 20_000,
        "threads": 2,
        "queue": 2,
        "queue_seconds": 60.0,
    }
    with wire.running(limits=limits) as running:
        yield running


def assert_turned_away(response: wire.Response, status: int, error_id: str) -> None:
    assert (response.status, response.json()["error_id"]) == (status, error_id)
    assert response.header("content-type") == ["application/json"]
    assert response.header("cache-control") == ["no-store"]


# --- The way of a request ------------------------------------------------------------------------------------


def test_a_memory_first_request_is_answered_on_the_event_loop(server: Server) -> None:
    assert server.exchange("POST", "/memory/echo", body=b"a=1").json()["thread"] == "MainThread"


def test_the_head_of_an_answer_from_memory_comes_alone_and_with_its_length(server: Server) -> None:
    head = server.exchange("HEAD", "/memory/echo")
    assert (head.status, head.body) == (200, b"")
    assert int(head.header("content-length")[0]) > 0


def test_any_other_request_is_answered_in_a_thread_of_the_pool(server: Server) -> None:
    assert server.exchange("POST", "/echo", body=b"a=1").json()["thread"].startswith("request-")


def test_a_reserved_request_has_threads_of_its_own(server: Server) -> None:
    assert server.exchange("GET", "/reserved/echo").json()["thread"].startswith("reserved-")


def test_a_request_that_would_block_runs_again_in_a_thread_as_if_it_were_new(server: Server) -> None:
    seen = server.exchange("POST", "/memory/blocks", body=b"grant_type=refresh").json()
    assert seen["thread"].startswith("request-")
    assert seen["body"] == "grant_type=refresh"
    assert "trace.of.inline" not in seen


@pytest.mark.parametrize("path", ["/fails", "/memory/fails", "/exits"])
def test_an_unexpected_exception_becomes_a_fixed_answer_and_a_log_entry(server: Server, path: str) -> None:
    response = server.exchange("GET", path)
    assert_turned_away(response, 500, "E-HTTP-08")
    assert b"private" not in response.body
    assert ("SystemExit" if path == "/exits" else "ValueError: the private reason") in server.log()
    assert server.exchange("GET", "/echo").status == 200


# --- What the application sees -------------------------------------------------------------------------------


def test_the_environment_says_what_was_asked_and_by_whom(server: Server) -> None:
    with server.connect() as connection:
        address, port = connection.socket.getsockname()
        seen = (
            connection.request("PUT", "/memory/echo?a=%20b", "Content-Type: text/plain", body=b"x")
            .response()
            .json()
        )
    assert {name: seen[name] for name in seen if name.isupper()} == {
        "REQUEST_METHOD": "PUT",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/memory/echo",
        "QUERY_STRING": "a=%20b",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address,
        "HTTP_HOST": "grantway.example",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "1",
    }
    assert seen["wsgi.url_scheme"] == "http"
    assert port != server.port


def test_the_path_is_decoded_and_carried_as_wsgi_carries_bytes(server: Server) -> None:
    path = server.exchange("GET", "/caf%C3%A9%20%25/x%2Fy").json()["PATH_INFO"]
    assert path.encode("latin-1").decode() == "/café %/x/y"


def test_repeated_headers_are_joined(server: Server) -> None:
    seen = server.exchange("GET", "/echo", "X-Many: a", "X-Many: b", "Cookie: c=1", "Cookie: d=2").json()
    assert (seen["HTTP_X_MANY"], seen["HTTP_COOKIE"]) == ("a, b", "c=1; d=2")


def test_a_header_with_an_underscore_never_passes_for_one_with_a_hyphen(server: Server) -> None:
    seen = server.exchange(
        "GET", "/echo", "X_Forwarded_For: 10.0.0.1", "Content_Type: a", "X-Real-Ip: 10.0.0.2"
    ).json()
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert "CONTENT_TYPE" not in seen
    assert seen["HTTP_X_REAL_IP"] == "10.0.0.2"


def test_a_get_with_a_body_is_read_so_that_the_next_request_is_understood(server: Server) -> None:
    with server.connect() as connection:
        assert connection.request("GET", "/echo", body=b"abc").response().json()["body"] == "abc"
        assert connection.request("GET", "/echo").response().json()["body"] == ""


def test_a_chunked_body_arrives_whole(server: Server) -> None:
    response = server.raw(CHUNKED, b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n")
    assert response.json()["body"] == "abcde"


def test_a_probe_by_http_1_0_needs_no_host(server: Server) -> None:
    assert "HTTP_HOST" not in server.raw(b"GET /echo HTTP/1.0\r\n\r\n").json()


# --- What the client gets ------------------------------------------------------------------------------------


def test_every_cookie_is_sent_and_the_parts_of_a_body_are_joined(server: Server) -> None:
    response = server.exchange("GET", "/cookies")
    assert response.header("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert response.body == b"two cookies"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("HEAD", "/length", 200), ("GET", "/empty", 204), ("GET", "/unchanged", 304)],
)
def test_an_answer_without_a_body_leaves_the_connection_usable(
    server: Server, method: str, path: str, status: int
) -> None:
    with server.connect() as connection:
        response = connection.request(method, path).response(method)
        assert (response.status, response.body) == (status, b"")
        assert response.header("content-length") == (["5"] if method == "HEAD" else [])
        assert connection.request("GET", "/length").response().body == b"12345"


def test_a_header_of_the_application_cannot_begin_another_header(server: Server) -> None:
    response = server.exchange("GET", "/splits")
    assert response.header("x-injected") == []
    assert response.body == b"one answer"


# --- What is turned away -------------------------------------------------------------------------------------

AMBIGUOUS = {
    "two lengths": (b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    "a list of lengths": (b"Content-Length: 3, 4\r\n\r\nabcd"),
    "a signed length": (b"Content-Length: +3\r\n\r\nabc"),
    "a length that is no number": (b"Content-Length: 3a\r\n\r\nabc"),
    "an unknown coding": (b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "chunked twice": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "a coding that is not the last": (b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    "a space before the colon": (b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    "two credentials": (b"Authorization: Basic YTpi\r\nAuthorization: Bearer x\r\n\r\n"),
    "two content types": (b"Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n"),
    "two hosts": (b"Host: other.example\r\n\r\n"),
    "the same host twice": (HOST + b"\r\n"),
}


@pytest.mark.parametrize("rest", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_can_be_read_in_two_ways_is_refused_and_the_connection_closed(
    server: Server, rest: bytes
) -> None:
    with server.connect() as connection:
        assert connection.send(POST, rest).response().status == 400
        assert connection.is_ended()


def test_a_length_beside_a_coding_does_not_reach_the_application_or_the_next_request(server: Server) -> None:
    """The server settles it as RFC 9112 §6.3 says: the coding counts, and the connection ends."""
    smuggled = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
    with server.connect() as connection:
        connection.send(POST, b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", smuggled)
        seen = connection.response().json()
        assert (seen["PATH_INFO"], seen["body"]) == ("/echo", "")
        assert "CONTENT_LENGTH" not in seen
        assert connection.is_ended()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /echo HTTP/1.1\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: user@a.example\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: a.example/path\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: a.example:port\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n",
        b"GET http://other.example/echo HTTP/1.1\r\nHost: a.example\r\n\r\n",
        b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
    ],
)
def test_a_host_that_is_missing_malformed_or_contradicted_is_refused(server: Server, head: bytes) -> None:
    assert_turned_away(server.raw(head), 400, "E-HTTP-02")


@pytest.mark.parametrize(
    "host", ["a.example", "A.example:8080", "127.0.0.1:80", "[::1]:80", "my_service:8000"]
)
def test_an_ordinary_host_is_served(server: Server, host: str) -> None:
    assert server.raw(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).json()["HTTP_HOST"] == host


@pytest.mark.parametrize("headers", [["X-A: 1"] * 101, ["X-A: " + "a" * 10_000] * 5], ids=["many", "large"])
def test_too_many_or_too_large_headers_are_refused(server: Server, headers: list[str]) -> None:
    assert server.exchange("GET", "/echo", *headers).status == 431


def test_headers_near_the_limits_are_served(server: Server) -> None:
    assert server.exchange("GET", "/echo", *["X-A: 1"] * 98).status == 200
    assert (
        server.exchange("GET", "/echo", "Cookie: theirs=" + "a" * 32_000, "X-A: " + "a" * 15_000).status
        == 200
    )


def test_a_body_over_the_limit_is_refused_before_any_of_it_is_sent(server: Server) -> None:
    with server.connect() as connection:
        response = connection.send(POST, f"Content-Length: {BODY_LIMIT + 1}\r\n\r\n".encode()).response()
        assert_turned_away(response, 413, "E-HTTP-03")
        assert connection.is_ended()


def test_a_body_of_the_limit_is_served(server: Server) -> None:
    assert len(server.exchange("POST", "/echo", body=b"a" * BODY_LIMIT).json()["body"]) == BODY_LIMIT


def test_a_chunked_body_over_the_limit_is_refused_once_it_is_over(server: Server) -> None:
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    with server.connect() as connection:
        connection.send(CHUNKED, chunk * (BODY_LIMIT // 0x4000 + 1))
        assert_turned_away(connection.response(), 413, "E-HTTP-03")


@pytest.mark.parametrize(
    "rest", [b"3\r\nabc\r\nZZ\r\n", b"3\r\nabc\r\n7\r\nab"], ids=["malformed", "cut off"]
)
def test_a_chunked_body_that_ends_early_never_reaches_the_application(server: Server, rest: bytes) -> None:
    with server.connect() as connection:
        connection.send(CHUNKED, rest)
        if rest.endswith(b"ab"):
            connection.socket.shutdown(1)
        with contextlib.suppress(ConnectionError):
            assert_turned_away(connection.response(), 400, "E-HTTP-07")


def test_half_bodies_are_given_up_in_time_and_hold_up_nobody(server: Server) -> None:
    """A server that reads the body in the thread that runs the application serves nobody after two of them."""
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(count(100, 1_000))]
        for connection in slow[::2]:
            connection.send(POST, b"Content-Length: 10\r\n\r\nabc")
        for connection in slow[1::2]:
            connection.send(CHUNKED, b"a\r\nabc")
        bystander = stack.enter_context(server.connect())
        for path in ("/echo", "/memory/echo", "/reserved/echo"):
            assert bystander.request("POST", path, body=b"whole").response().json()["body"] == "whole"
        assert not select.select([slow[-1].socket], [], [], 0)[0], (
            "The bystander was answered after the deadline."
        )
        for connection in slow:
            assert_turned_away(connection.response(), 408, "E-HTTP-04")
            assert connection.is_ended()


def test_large_bodies_have_a_bound_together_that_small_ones_never_meet(server: Server) -> None:
    large = POST + f"Content-Length: {BODY_LIMIT}\r\n\r\n".encode()
    with server.connect() as first, server.connect() as second:
        first.send(large, b"a")
        # The order of arrival on two connections is not the order of sending; either is the one too many.
        second.send(large, b"a")
        over = second if select.select([first.socket, second.socket], [], [])[0] == [second.socket] else first
        other = first if over is second else second
        response = over.response()
        assert_turned_away(response, 503, "E-HTTP-05")
        assert response.header("retry-after") == ["1"]
        assert server.exchange("POST", "/echo", body=b"small").status == 200
        other.send(b"a" * (BODY_LIMIT - 1))
        assert other.response().status in {200, 408}
    assert server.exchange("POST", "/echo", body=b"a" * BODY_LIMIT).status == 200


# --- What waits for what -------------------------------------------------------------------------------------


def test_a_full_pool_answers_at_once_and_reserved_requests_go_on(server: Server) -> None:
    """Two threads and a queue of two: the fifth of five is one too many, whichever arrives last."""
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(server.connect()) for _ in range(5)]
        for connection in waiting:
            connection.request("GET", "/hold")
        by_socket = {connection.socket: connection for connection in waiting}
        answered, _, _ = select.select(list(by_socket), [], [], wire.PATIENCE)
        assert len(answered) == 1
        refused = by_socket[answered[0]]
        response = refused.response()
        assert_turned_away(response, 503, "E-HTTP-05")
        assert response.header("retry-after") == ["1"]

        assert server.exchange("GET", "/reserved/held?2").body == b"held"
        assert server.exchange("GET", "/reserved/echo").status == 200
        assert server.exchange("GET", "/memory/echo").status == 200
        release(server, [connection for connection in waiting if connection is not refused])


def release(server: Server, waiting: list[Connection]) -> None:
    """Open the gate until everybody is through: those in the queue reach it only when others have left."""
    for _ in range(0, len(waiting), 2):
        server.exchange("GET", "/reserved/held?2")
        server.exchange("GET", "/reserved/open")
    assert [connection.response().body for connection in waiting] == [b"held"] * len(waiting)


def test_a_request_whose_client_has_gone_troubles_nobody(server: Server) -> None:
    with server.connect() as connection, server.connect() as other:
        connection.request("GET", "/hold")
        other.request("GET", "/hold")
        server.exchange("GET", "/reserved/held?2")
    server.exchange("GET", "/reserved/open")
    assert server.exchange("GET", "/echo").status == 200
    assert "Exception in callback" not in server.log()


def test_a_request_that_no_thread_takes_in_time_is_told_that_the_server_is_busy() -> None:
    gate = threading.Event()
    ran: list[str] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        ran.append(environ["name"])
        gate.wait(wire.PATIENCE)
        start_response("200 OK", [])
        return [b""]

    async def two_requests() -> list[Answer]:
        pool = ThreadPool(asyncio.get_running_loop(), name="one", threads=1, queue_length=1, patience=1.0)
        first = asyncio.ensure_future(pool.run(application, {"name": "first"}))
        second = asyncio.ensure_future(pool.run(application, {"name": "second"}))
        await second
        gate.set()
        answers = [await first, await second]
        pool.stop(seconds=wire.PATIENCE)
        return answers

    first, second = asyncio.run(two_requests())
    assert (first.status, second.status) == (200, 503)
    assert json.loads(second.body)["error_id"] == "E-HTTP-05"
    assert ran == ["first"]


# --- As RFC 9110 and RFC 9112 have it, on the wire -----------------------------------------------------------


def test_a_client_that_waits_for_leave_to_send_a_body_gets_it_or_the_refusal(server: Server) -> None:
    """RFC 9110 §10.1.1: 100 before the body is read, and the final answer at once where it would not be."""
    with server.connect() as connection:
        connection.send(POST, b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        assert connection.socket.recv(64).startswith(b"HTTP/1.1 100 ")
        assert connection.send(b"late").response("POST").json()["body"] == "late"
    with server.connect() as connection:
        connection.send(POST, b"Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n")
        refused = connection.response("POST")
        assert_turned_away(refused, 413, "E-HTTP-03")
        assert "at most" in refused.json()["error_description"]
        assert refused.header("access-control-allow-origin") == ["*"]


@pytest.mark.parametrize(
    "target", ["http://grantway.example/echo", "http://GRANTWAY.example/echo?a=b", "/%65cho", "/echo?a=b"]
)
def test_a_target_in_each_form_is_the_same_address(server: Server, target: str) -> None:
    """RFC 9112 §3.2.2: whole addresses, whose host is compared without regard to case."""
    seen = server.raw(f"GET {target} HTTP/1.1\r\n".encode(), HOST, b"\r\n").json()
    assert (seen["PATH_INFO"], seen["REQUEST_METHOD"]) == ("/echo", "GET")


def test_a_path_of_any_length_is_told_that_it_is_too_long(server: Server) -> None:
    """RFC 9110 §15.5.15."""
    answer = server.exchange("GET", "/" + "a" * 5_000)
    assert_turned_away(answer, 414, "E-HTTP-09")
    assert "4096" in answer.json()["error_description"]


def test_old_http_closes_or_stays_as_it_asks(server: Server) -> None:
    """RFC 9112 §9.3: HTTP/1.0 ends with its answer unless it asked to stay."""
    for line, stays in ((b"", False), (b"Connection: keep-alive\r\n", True)):
        with server.connect() as connection:
            connection.send(b"GET /length HTTP/1.0\r\n", HOST, line, b"\r\n")
            assert connection.response().body == b"12345"
            if stays:
                assert connection.request("GET", "/length").response().status == 200
            else:
                assert connection.is_ended()
