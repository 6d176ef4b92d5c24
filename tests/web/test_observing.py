"""What is kept of every answer: one line and one count, in which nothing is of the request's own text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import pytest
from falcon import testing

from grantway.core import errors
from grantway.core.asker import ASKER
from grantway.core.errors import OAuthError
from grantway.core.model import SECOND
from grantway.edges.dialects import STANDARD
from grantway.edges.web.observing import NOTED, Observed, Observer, Requests
from grantway.edges.web.requests import request_id_of
from grantway.edges.web.thread_pool import answer_of
from grantway.system.board import Board
from tests.dialects.wire import Wired, a_server

SECRET = "gws_3q2-7wYd0mJ1kR5vXb8nTzLh4sPcEaGu6oViQf9WyKM"
FORM = {"content-type": "application/x-www-form-urlencoded"}
BODY = "grant_type=x&client_id=c"
PATH = "/oauth/token"


class Watched:
    """A dialect whose answers are observed, and the lines and figures of that."""

    def __init__(
        self, form: Literal["json", "text"] = "json", level: int = 20, *, is_logged: bool = True, **wired: Any
    ) -> None:
        self.lines: list[str] = []
        self.board = Board()
        self.wired = Wired(STANDARD, **wired)
        server = self.wired.server
        observer = Observer(
            self.board.take(),
            Requests(lambda made: self.lines.append(made[0](*made[1])), form, level, 3)
            if is_logged
            else None,
            now=lambda: 1_795_255_200 * SECOND,
            request_id=lambda environ: request_id_of(environ, server),
            new_id=server.request_ids.new,
            ids=server.request_ids.ahead,
        )
        self._observed = Observed(self.wired.client.app, observer)

    def ask(self, method: str = "POST", path: str = PATH, **options: Any) -> tuple[int, Any]:
        """The status and the document of an answer; without the checks of a client, which knows few methods."""
        told: list[str] = []
        headers = {**FORM, **options.pop("headers", {})}
        asked = {"body": BODY, "remote_addr": "127.0.0.1", "headers": headers, **options}
        environ = testing.create_environ(path, method=method, **asked)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told.append(status)

        body = b"".join(self._observed(environ, start))
        return int(told[0][:3]), json.loads(body)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def test_a_request_is_one_line_with_what_was_declared() -> None:
    """C191."""
    watched = Watched()
    watched.wired.features.outcome = OAuthError(errors.CODE_INVALID)
    status, document = watched.ask(query_string=f"code={SECRET}", headers={"User-Agent": SECRET})
    (line,) = watched.lines
    assert line.endswith("}\n")
    assert SECRET not in line
    (event,) = watched.events
    assert event.pop("duration_us") >= 0
    assert event.pop("timestamp").startswith("2026-11-21T")
    assert event.pop("request_id") == document["request_id"]
    assert event == {
        "level": "info",
        "event": "request",
        "method": "POST",
        "route": PATH,
        "status": status,
        "mount": "standard",
        "dialect": "standard",
        "worker": 3,
        "client_id": None,
    }


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda watched: watched.ask("GET", "/" + SECRET),
        lambda watched: watched.ask("GET", "/x\n{}"),
        lambda watched: watched.ask("FORGED"),
        lambda watched: watched.ask(headers={"X-Request-Id": "forged", "User-Agent": SECRET}),
        lambda watched: watched.ask("POST", body=SECRET),
    ],
    ids=("path", "broken path", "method", "headers", "body"),
)
def test_no_text_of_a_request_is_in_its_line(
    ask: Callable[[Watched], object], form: Literal["json", "text"]
) -> None:
    """C191, V156."""
    watched = Watched(form)
    ask(watched)
    (line,) = watched.lines
    assert line.count("\n") == 1
    assert line.strip().isprintable()
    assert not any(text in line for text in (SECRET, "FORGED", "forged"))


def test_a_client_is_named_when_it_was_found_here_and_not_when_it_is_claimed() -> None:
    watched = Watched()
    watched.wired.features.outcome = OAuthError(errors.CLIENT_UNKNOWN)
    watched.ask(body=BODY + "laimed")
    assert watched.events[-1]["client_id"] is None
    ASKER.client = "kN3vQm"
    watched.ask()
    assert watched.events[-1]["client_id"] is None, "what the request before it left"
    ASKER.client = None


def test_a_thread_names_nobody_whom_it_answered_before() -> None:
    """Threads are pooled: whose request it was is forgotten where the next one begins."""
    named: list[str | None] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        named.append(ASKER.client)
        start_response("200 OK", [])
        return []

    environ: dict[str, Any] = {}
    ASKER.client = "kN3vQm"
    answer_of(application, environ)
    assert (named, environ[NOTED]) == ([None], None)


def test_the_id_of_a_declared_proxy_is_the_one_in_the_line() -> None:
    watched = Watched(server=a_server(proxies=("127.0.0.1",)))
    watched.ask(headers={"X-Request-Id": "from-the-proxy"})
    assert watched.events[-1]["request_id"] == "from-the-proxy"


@pytest.mark.parametrize(
    ("level", "outcome", "count"),
    [
        (20, OAuthError(errors.CODE_INVALID), 1),
        (30, OAuthError(errors.CODE_INVALID), 0),
        (40, ValueError(), 1),
    ],
)
def test_the_level_decides_which_requests_are_told(level: int, outcome: Exception, count: int) -> None:
    watched = Watched(level=level)
    watched.wired.features.outcome = outcome
    watched.ask()
    assert len(watched.lines) == count


def test_requests_are_counted_whether_or_not_they_are_logged() -> None:
    watched = Watched(is_logged=False)
    for method in ("GET", "GET", "BREW", "BREW", "STEEP"):
        watched.ask(method)
    counted = {key[2]: sum(values[:-1]) for key, values in watched.board.series().items() if sum(values)}
    assert counted == {"GET": 2, "other": 3}
    assert watched.lines == []
