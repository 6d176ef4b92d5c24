"""What is kept of every answer that leaves: one line of the log, and one count with its duration.

Nothing in either comes from the text of a request: of its path only the template that was declared, of its
method only a known name, of its client only an id that was found here (C191, V156). Every line of this file
runs once per request.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import falcon

from grantway.core.asker import ASKER
from grantway.core.model import SECOND, Instant
from grantway.core.ports import Entropy
from grantway.core.secrets import encode

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "grantway.route"
"""Where the route of a request stands in its environment, once it was found."""
NOTED = "grantway.asker"
"""Where a thread leaves the client id that it found."""
TRACE = "grantway.trace"
"""Where the id of its trace stands, if it has one."""

REQUEST_ID = "grantway.request_id"
"""Where the id of a request stands, once somebody asked for it."""

_REQUEST_ID_BYTES = 12
_REQUEST_ID_LENGTH = 16
_REQUEST_IDS_AHEAD = 128
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
Form: TypeAlias = Literal["json", "text"]


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A declared address: at which mount, and the template of its path as it is from outside."""

    mount: str
    dialect: str
    template: str


NO_ROUTE = Route("none", "none", "none")
"""Of requests that came to no declared address."""


class RequestIds:
    """Names for requests. Every request gets one, so many are drawn at a time; they are no secrets."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self.ahead: list[str] = []
        """Those that were drawn already; whoever takes one from the end has it alone."""

    def new(self) -> str:
        """One that nobody had before. Taking one from the list is atomic, so no two threads get the same."""
        try:
            return self.ahead.pop()
        except IndexError:
            text = encode(self._entropy.token_bytes(_REQUEST_ID_BYTES * _REQUEST_IDS_AHEAD))
            starts = range(0, len(text), _REQUEST_ID_LENGTH)
            self.ahead.extend(text[start : start + _REQUEST_ID_LENGTH] for start in starts)
            return self.ahead.pop()


class Figures(Protocol):
    """Where answers are counted."""

    def place(self, key: tuple[str, ...]) -> int:
        """Where a series stands: mount, route, method, status."""

    def count(self, at: int, nanoseconds: int) -> None:
        """Count one answer with the time it took."""


@dataclass(frozen=True, slots=True)
class Requests:
    """How requests are logged: by whom, in which form, from which level on."""

    write: Callable[[tuple[Callable[..., str], tuple[Any, ...]]], None]
    """Takes what makes a line, and its arguments."""
    form: Form
    level: int
    worker: int
    """The number of the process, from 1."""


class Observer:
    """Writes and counts what leaves. Called by one thread: that of the event loop."""

    def __init__(
        self,
        figures: Figures,
        log: Requests | None,
        *,
        now: Callable[[], Instant],
        request_id: Callable[[dict[str, Any]], str],
        new_id: Callable[[], str],
        ids: list[str],
    ) -> None:
        """Count in `figures` and write to `log`; None: nothing is written.

        `ids` are those that `new_id` has drawn ahead: one is taken where nobody asked for one before.
        """
        self._place = figures.place
        self._count = figures.count
        self._log = log
        self._now = now
        self._request_id = request_id
        self._new_id = new_id
        self._ids = ids
        self._known: dict[tuple[Route, str, int], tuple[int, str | None]] = {}
        self._write = log.write if log is not None else _nowhere
        self._offset = 0
        self._stamp = ""
        self._render = self._as_json if log is not None and log.form == "json" else self._as_text

    def left(self, environ: dict[str, Any], status: int, started: int, client: str | None) -> None:
        """An answer left. `started` is of `perf_counter_ns`; `environ` may be one that was not finished."""
        ended = perf_counter_ns()
        key = (environ.get(ROUTE, NO_ROUTE), environ["REQUEST_METHOD"], status)
        known = self._known.get(key) or self._learn(*key)
        self._count(known[0], ended - started)
        head = known[1]
        if head is not None:
            # The line is made where it is written: here other requests wait.
            request_id = environ.get(REQUEST_ID)
            if request_id is None and "HTTP_X_REQUEST_ID" in environ:
                request_id = self._request_id(environ)
            line = (head, ended, ended - started, client, request_id, environ.get(TRACE))
            self._write((self._render, line))

    def _as_json(
        self, head: str, ended: int, taken: int, client: str | None, request_id: str | None, trace: str | None
    ) -> str:
        fraction = (ended + self._offset) // 1_000
        if not 0 <= fraction < SECOND:
            fraction = self._look_at_clock(ended)
        if request_id is None:
            request_id = self._ids.pop() if self._ids else self._new_id()
        if trace is not None:
            request_id = f'{request_id}", "trace_id": "{trace}'
        return (
            f'{self._stamp}{fraction:06d}Z", {head}{taken // 1_000}, "client_id": {_quoted(client)}, '
            f'"request_id": "{request_id}"}}\n'
        )

    def _as_text(
        self, head: str, ended: int, taken: int, client: str | None, request_id: str | None, trace: str | None
    ) -> str:
        event = json.loads(self._as_json(head, ended, taken, client, request_id, trace))
        said = " ".join(f"{name}={value}" for name, value in list(event.items())[3:])
        return f"{event['timestamp']} [{event['level']:<8}] {event['event']} {said}\n"

    def _look_at_clock(self, ended: int) -> int:
        """Learn the second that begins a line, and what leads from the one clock to the part of that second.

        The microseconds in it of a line that ended then. Both clocks are compared once a second.
        """
        wall = self._now() * 1_000 - perf_counter_ns()
        second = (ended + wall) // 1_000 // SECOND
        self._offset = wall - second * SECOND * 1_000
        self._stamp = datetime.fromtimestamp(second, UTC).strftime('{"timestamp": "%Y-%m-%dT%H:%M:%S.')
        return (ended + self._offset) // 1_000

    def _learn(self, route: Route, method: str, status: int) -> tuple[int, str | None]:
        """What is the same for all answers of one kind: where they are counted, how their line begins."""
        shown = method if method in _METHODS else "other"
        place = self._place((route.mount, route.template, shown, str(status)))
        known = (place, self._head(route, shown, status))
        if shown == method:
            # Methods that nobody knows are as many as anybody likes.
            self._known[(route, method, status)] = known
        return known

    def _head(self, route: Route, method: str, status: int) -> str | None:
        level = _level_of(status)
        if self._log is None or logging.getLevelNamesMapping()[level.upper()] < self._log.level:
            return None
        facts = {
            "level": level,
            "event": "request",
            "method": method,
            "route": route.template,
            "status": status,
            "mount": route.mount,
            "dialect": route.dialect,
            "worker": self._log.worker,
        }
        return json.dumps(facts)[1:-1] + ', "duration_us": '


class NamingRoutes:
    """Middleware that names the route of each request that the framework leads to one."""

    def __init__(self, mount: str, dialect: str) -> None:
        """Take the mount of the issuer's own root; what dialects serve names itself."""
        self._mount = mount
        self._dialect = dialect
        self._routes: dict[str, Route] = {}

    def process_resource(
        self, req: falcon.Request, resp: falcon.Response, resource: object, params: object
    ) -> None:
        """Leave the declared template beside the request."""
        template = req.uri_template
        if template is None:
            return
        route = self._routes.get(template)
        if route is None:
            route = self._routes[template] = Route(self._mount, self._dialect, template)
        req.env[ROUTE] = route


class Observed:
    """A WSGI application whose answers are observed, where no bridge is around it."""

    def __init__(self, application: WSGIApplication, observer: Observer) -> None:
        self._application = application
        self._observer = observer
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does."""
        started = perf_counter_ns()
        status = 500
        ASKER.client = None

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, headers, exc_info)

        try:
            return self._application(environ, start)
        finally:
            # Threads of the server come here together, and the observer is for one at a time.
            with self._lock:
                self._observer.left(environ, status, started, ASKER.client)


def _nowhere(_: object) -> None:
    """Take a line that is not wanted."""


@lru_cache(maxsize=4_096)
def _quoted(client: str | None) -> str:
    return json.dumps(client)


def _level_of(status: int) -> str:
    if status < 500:
        return "info"
    return "warning" if status == 503 else "error"
