"""A server in a process of its own, and connections on which a test decides about every byte."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
# Long enough for a busy machine: a test that waits this long has failed.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [text for key, text in self.headers if key.lower() == name]

    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One TCP connection; what is sent is exactly what the test says."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.socket: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def send(self, *parts: bytes) -> Self:
        self.socket.sendall(b"".join(parts))
        return self

    def request(self, method: str, path: str, *headers: str, body: bytes | None = None) -> Self:
        lines = [f"{method} {path} HTTP/1.1", "Host: grantway.example", *headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return self.send("\r\n".join([*lines, "", ""]).encode("latin-1"), body or b"")

    def response(self, method: str = "GET") -> Response:
        answer = http.client.HTTPResponse(self.socket, method=method)
        answer.begin()
        body = answer.read()
        return Response(answer.status, answer.getheaders(), body)

    def is_ended(self) -> bool:
        """Wait until the server sends something or closes, and tell whether it closed."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


class Server:
    """A process that serves one of the trivial applications."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self._log = log

    def log(self) -> str:
        return self._log.read_text()

    def connect(self, tls: ssl.SSLContext | None = None) -> Connection:
        return Connection(self.port, tls)

    def exchange(self, method: str, path: str, *headers: str, body: bytes | None = None) -> Response:
        with self.connect() as connection:
            return connection.request(method, path, *headers, body=body).response(method)

    def raw(self, *parts: bytes) -> Response:
        with self.connect() as connection:
            return connection.send(*parts).response()

    def is_ready(self) -> bool:
        """Wait for the line that says so, or for the end of the process."""
        assert self.process.stdout is not None
        return self.process.stdout.readline() == "ready\n"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@contextlib.contextmanager
def started(
    *, limits: dict[str, Any] | None = None, broken: bool = False, **listening: Any
) -> Iterator[Server]:
    """Start a server; the caller waits until it is ready."""
    port = listening.pop("port", None) or free_port()
    wanted = {
        "listening": {"host": "127.0.0.1", "port": port, **listening},
        "limits": limits or {},
        "broken": broken,
    }
    with tempfile.TemporaryDirectory(prefix="grantway-tests-") as folder:
        log = Path(folder) / "log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.web.trivial", json.dumps(wanted)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            yield Server(process, port, log)
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(timeout=PATIENCE)
            finally:
                process.kill()
                assert process.stdout is not None
                process.stdout.close()


@contextlib.contextmanager
def running(*, limits: dict[str, Any] | None = None, **listening: Any) -> Iterator[Server]:
    """Start a server and wait until it accepts connections."""
    with started(limits=limits, **listening) as server:
        assert server.is_ready(), server.log()
        yield server
