"""The product as an RSGI application: bodies are read asynchronously, then the WSGI application runs.

A WSGI server reads the body in the thread that runs the application, so a few senders of half a body stop
it. Here the body is whole before the application starts, and a thread can only wait for our own database.

A `memory_first` request is answered at once on the event loop by the *inline* form of the product, which
knows the routes and needs no framework, and whose store raises `WouldBlock` when it is first asked for
anything; only then does the *pooled* form run it in a thread. A `reserved` request has threads of its own,
so that health, keys and metadata never wait behind the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, TypeAlias

from grantway.core.asker import ASKER
from grantway.core.ports import Places, WouldBlock
from grantway.edges.web.bodies import BodyReader
from grantway.edges.web.environ import listener_environ, request_environ
from grantway.edges.web.fixed_answers import UNEXPECTED, TurnedAway
from grantway.edges.web.observing import NOTED
from grantway.edges.web.reading import BODY
from grantway.edges.web.rsgi import HTTPProtocol, Scope
from grantway.edges.web.thread_pool import ThreadPool

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

IsRoute = Callable[[str, str], bool]
"""Says of a method and a path whether it is one of some kind of route."""
Sent: TypeAlias = tuple[int, list[tuple[str, str]], bytes]
"""An answer as the server takes it: status, headers, body."""
Inline: TypeAlias = Callable[[dict[str, Any]], Sent | None]
"""Answers what memory knows, from an environment with its body under `BODY`. None: not one of its routes.

Raises WouldBlock where the database is needed."""
Left: TypeAlias = Callable[[dict[str, Any], int, int, str | None], None]
"""Told of every answer that left: environment, status, when it began (`perf_counter_ns`), client id."""

_log = logging.getLogger("grantway.web")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process gives to requests.

    One body limit for all routes: it has room for every management request and every request object, an
    operation that expects less refuses more itself, and large bodies have a bound together.
    """

    body_bytes: int = 262_144
    body_seconds: float = 10.0
    large_bodies_bytes: int = 67_108_864
    threads: int = 16
    queue: int = 128
    queue_seconds: float = 2.0
    reserved_threads: int = 2
    stop_seconds: float = 5.0


class Bridge:
    """An RSGI application over the two forms of one product."""

    def __init__(
        self,
        pooled: WSGIApplication,
        inline: Inline,
        *,
        limits: Limits,
        is_reserved: IsRoute,
        left: Left = lambda *_: None,
    ) -> None:
        self._left = left
        self._pooled = pooled
        self._inline = inline
        self._limits = limits
        self._is_reserved = is_reserved
        self._listener: dict[str, Any] | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        limits = self._limits
        self._bodies = BodyReader(
            loop,
            largest=limits.body_bytes,
            seconds=limits.body_seconds,
            large_together=limits.large_bodies_bytes,
        )
        self._pool = ThreadPool(
            loop,
            name="request",
            threads=limits.threads,
            queue_length=limits.queue,
            patience=limits.queue_seconds,
        )
        self._reserved = ThreadPool(
            loop,
            name="reserved",
            threads=limits.reserved_threads,
            queue_length=limits.queue,
            patience=limits.queue_seconds,
        )

    def places(self) -> dict[str, Places]:
        """How full the threads of each kind are."""
        return {"requests": self._pool.places(), "reserved": self._reserved.places()}

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._bodies.stop()
        self._pool.stop(seconds=self._limits.stop_seconds)
        self._reserved.stop(seconds=self._limits.stop_seconds)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        started = perf_counter_ns()
        if self._listener is None:
            self._listener = listener_environ(scope)
        try:
            environ = request_environ(scope, self._listener)
            reading = self._bodies.reading(environ, protocol)
            body = b"" if reading is None else await reading
        except TurnedAway as turned_away:
            fixed = turned_away.answer
            protocol.response_bytes(fixed.status, fixed.headers, fixed.body)
            self._left({"REQUEST_METHOD": scope.method}, fixed.status, started, None)
            return
        environ[BODY] = body
        ASKER.client = None
        try:
            sent = self._inline(environ)
        except WouldBlock:
            # It may have written into the environment.
            environ = request_environ(scope, self._listener)
            environ[BODY] = body
        except Exception:  # noqa: BLE001 -- whatever it is, it must not reach the client
            _log.exception("unexpected exception from the inline form")
            protocol.response_bytes(UNEXPECTED.status, UNEXPECTED.headers, UNEXPECTED.body)
            self._left(environ, UNEXPECTED.status, started, None)
            return
        else:
            if sent is not None:
                protocol.response_bytes(*sent)
                self._left(environ, sent[0], started, ASKER.client)
                return
        environ["wsgi.input"] = BytesIO(body)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        pool = self._reserved if self._is_reserved(method, path) else self._pool
        answer = await pool.run(self._pooled, environ)
        protocol.response_bytes(answer.status, answer.headers, answer.body)
        self._left(environ, answer.status, started, environ.get(NOTED))
