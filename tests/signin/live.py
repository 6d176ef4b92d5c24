"""The pages on a real socket, and an application on another that receives what they send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        """Say nothing: the tests look at pages."""


@contextmanager
def serving(make: Callable[[str], Callable[..., Iterable[bytes]]]) -> Iterator[str]:
    """Serve what `make` returns for the address it will have, on a port that is free."""
    with _Server(("localhost", 0), _Quiet) as server:
        origin = f"http://localhost:{server.server_port}"
        server.set_app(make(origin))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield origin
        finally:
            server.shutdown()
            thread.join()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """An application's callback: shows what it was told."""
    told = dict(parse_qs(environ["QUERY_STRING"]))
    start("200 OK", [("content-type", "text/html; charset=utf-8")])
    lines = "".join(f"<li id={name}>{name}={values[0]}</li>" for name, values in sorted(told.items()))
    return [f"<!doctype html><title>Fieldnotes</title><h1>Back at Fieldnotes</h1><ul>{lines}</ul>".encode()]


def onward(elsewhere: str) -> Callable[..., Iterable[bytes]]:
    """An application whose callback sends the browser to another origin at once, with what it was told."""

    def callback(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        told = environ["QUERY_STRING"]
        if environ["REQUEST_METHOD"] == "POST":
            told = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        start("302 Found", [("location", f"{elsewhere}/dashboard?{told}")])
        return []

    return callback
