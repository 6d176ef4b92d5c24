"""Trivial WSGI applications, and `python -m tests.web.trivial '{...}'`, which serves one of them."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grantway.core.ports import WouldBlock
from grantway.edges.web.bridge import Bridge, Inline, Limits, Sent
from grantway.edges.web.reading import BODY
from grantway.edges.web.thread_pool import Answer
from grantway.serving import Listening, serve

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    Answered = Iterable[bytes]
    Handler = Callable[[WSGIEnvironment, StartResponse], Answered]

PLAIN = [("content-type", "text/plain")]


class Gate:
    """Holds requests until somebody opens it, and tells when as many as wanted are held."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held = 0
        self._opened = 0

    def hold(self) -> None:
        with self._changed:
            opened = self._opened
            self._held += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._opened > opened)
            self._held -= 1

    def await_held(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._held >= count)

    def open(self) -> None:
        with self._changed:
            self._opened += 1
            self._changed.notify_all()


class Trivial:
    """One application with an address for everything that the bridge and the server must handle."""

    def __init__(self, gate: Gate, *, may_block: bool) -> None:
        self._gate = gate
        self._may_block = may_block

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name = environ["PATH_INFO"].strip("/").replace("/", "_") or "echo"
        return getattr(self, name, self.echo)(environ, start_response)

    def echo(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        seen: dict[str, Any] = {name: text for name, text in environ.items() if isinstance(text, str)}
        seen["body"] = environ["wsgi.input"].read().decode("latin-1")
        seen["thread"] = threading.current_thread().name
        seen["pid"] = os.getpid()
        start_response("200 OK", [("content-type", "application/json")])
        return [json.dumps(seen).encode()]

    def memory_echo(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        return self.echo(environ, start_response)

    def memory_blocks(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        """Asks for the database after it has read the body and written into the environment."""
        if not self._may_block:
            environ["wsgi.input"].read()
            raise WouldBlock
        return self.echo(environ, start_response)

    def memory_fails(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        return self.fails(environ, start_response)

    def fails(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        message = "the private reason"
        raise ValueError(message)

    def exits(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        raise SystemExit

    def hold(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        self._gate.hold()
        start_response("200 OK", PLAIN)
        return [b"held"]

    def reserved_held(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        self._gate.await_held(int(environ["QUERY_STRING"]))
        start_response("200 OK", PLAIN)
        return [b"held"]

    def reserved_open(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        self._gate.open()
        start_response("200 OK", PLAIN)
        return [b"open"]

    def reserved_echo(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        return self.echo(environ, start_response)

    def cookies(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        start_response("200 OK", [*PLAIN, ("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2; Path=/")])
        return [b"two ", b"cookies"]

    def splits(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        start_response("200 OK", [*PLAIN, ("x-broken", "a\r\nx-injected: b")])
        return [b"one answer"]

    def length(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        start_response("200 OK", [*PLAIN, ("content-length", "5")])
        return [] if is_head else [b"12345"]

    def large(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        start_response("200 OK", PLAIN)
        return [b"x" * 4_000_000]

    def empty(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        start_response("204 No Content", [])
        return []

    def unchanged(self, environ: WSGIEnvironment, start_response: StartResponse) -> Answered:
        start_response("304 Not Modified", [("etag", '"1"')])
        return []


def _inline(application: Trivial) -> Inline:
    """Its answers at addresses that memory answers."""

    def inline(environ: dict[str, Any]) -> Sent | None:
        if not environ["PATH_INFO"].startswith("/memory/"):
            return None
        environ["trace.of.inline"] = "left behind"
        answer = Answer()
        answer.take(application({**environ, "wsgi.input": BytesIO(environ[BODY])}, answer.start_response))
        return answer.status, answer.headers, answer.body

    return inline


def _is_reserved(method: str, path: str) -> bool:
    return path.startswith("/reserved/")


def bridge(limits: Limits) -> Bridge:
    gate = Gate()
    return Bridge(
        Trivial(gate, may_block=True),
        _inline(Trivial(gate, may_block=False)),
        limits=limits,
        is_reserved=_is_reserved,
    )


def make(wanted: dict[str, Any]) -> Any:
    """Make, in a worker, what was asked for on the command line."""
    if wanted.get("broken"):
        message = "this application cannot be made"
        raise ValueError(message)
    if wanted["listening"].get("interface") == "wsgi":
        return Trivial(Gate(), may_block=True)
    return bridge(Limits(**wanted.get("limits", {})))


def _say_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main() -> None:
    wanted = json.loads(sys.argv[1])
    listening = wanted["listening"]
    tls = listening.pop("tls", None)
    pair = (Path(tls[0]), Path(tls[1])) if tls else None
    serve(partial(make, wanted), Listening(**listening, tls=pair), ready=_say_ready)


if __name__ == "__main__":
    main()
