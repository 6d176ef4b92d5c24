"""Runs an application under granian: one process per worker, HTTP/1.1 only, ended by SIGTERM."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

# Room for what the bridge lets through, and little more: a connection whose head never ends holds this much.
_READ_BUFFER = 53_248
_DESCRIPTORS_BESIDE_CONNECTIONS = 512
_PR_SET_PDEATHSIG = 1
_M_MMAP_THRESHOLD = -3
_LARGE = 1 << 20

_log = logging.getLogger("grantway.serving")


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to serve."""

    host: str
    port: int
    workers: int = 1
    tls: tuple[Path, Path] | None = None
    """Certificate chain and private key, as PEM files."""
    interface: Literal["rsgi", "wsgi"] = "rsgi"
    connections: int = 8_192
    """How many connections one worker holds open; idle ones count."""
    backlog: int = 2_048
    header_seconds: int = 20
    """How long a connection may be without a complete request header, so also how long it may idle."""
    send_seconds: int = 20
    """How long a client may leave unread what it was sent, before the kernel ends its connection."""
    wsgi_threads: int = 16
    stop_seconds: float = 8.0
    """How long requests in progress may take to finish when the server is told to stop."""


def serve(
    factory: Callable[[], Any], listening: Listening, *, ready: Callable[[], None] | None = None
) -> None:
    """Serve until told to stop. The factory is called in each worker, so it must be importable, or a partial.

    Raises `OSError` when the address cannot be listened on, and `SystemExit` when a worker ended by itself.
    """
    _hold_standard_descriptors()
    _refuse_taken_address(listening)
    _allow_descriptors(listening.connections + _DESCRIPTORS_BESIDE_CONNECTIONS)
    server = _server(listening)
    stopped = threading.Event()

    def watch() -> None:
        if _is_accepting(listening, stopped):
            # Not before: a worker that cannot even start would be started again, and fail again.
            server.respawn_failed_workers = True
            if ready is not None:
                ready()

    threading.Thread(target=watch, name="ready", daemon=True).start()
    try:
        server.serve(target_loader=partial(_load, factory, os.getpid()), wrap_loader=False)
    finally:
        stopped.set()


class _Server(MPServer):
    """granian's server with a deadline for stopping.

    Its own deadline asks whether a worker is alive while another thread is already waiting for that worker,
    and kills some that have just ended.
    """

    stop_seconds = 0.0
    send_seconds = 0

    def _spawn_worker(self, idx: Any, target: Any, callback_loader: Any) -> Any:  # type: ignore[override]
        return super()._spawn_worker(
            idx, partial(_ending_deaf_connections, target, self.send_seconds), callback_loader
        )

    def shutdown(self, exit_code: int = 0) -> None:
        last_resort = threading.Timer(self.stop_seconds, self._kill_workers)
        last_resort.daemon = True
        last_resort.start()
        try:
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]
        finally:
            last_resort.cancel()

    def _kill_workers(self) -> None:
        for worker in self.wrks:
            worker.kill()  # type: ignore[no-untyped-call]


def _server(listening: Listening) -> _Server:
    is_wsgi = listening.interface == "wsgi"
    certificate, key = listening.tls or (None, None)
    server = _Server(
        "grantway",
        address=listening.host,
        port=listening.port,
        interface=Interfaces.WSGI if is_wsgi else Interfaces.RSGI,
        workers=listening.workers,
        blocking_threads=listening.wsgi_threads if is_wsgi else None,
        runtime_mode=RuntimeModes.mt if is_wsgi else RuntimeModes.st,
        loop=Loops.uvloop,
        # HTTP/2 ends at the proxy: its streams would need limits of their own here.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=listening.header_seconds * 1000, max_buffer_size=_READ_BUFFER
        ),
        websockets=False,
        backlog=listening.backlog,
        backpressure=listening.connections,
        log_level=LogLevels.warning,
        # Through the root logger, which the application sets up; granian's own way is standard output.
        log_dictconfig={"handlers": {}, "loggers": {}},
        ssl_cert=certificate,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    server.stop_seconds = listening.stop_seconds
    server.send_seconds = listening.send_seconds
    return server


def _ending_deaf_connections(
    target: Callable[..., None],
    seconds: int,
    worker: int,
    name: str,
    loader: Any,
    sockets: tuple[tuple[Any, Any], Any],
    *rest: Any,
) -> None:
    """Run a worker on a socket whose connections end when nothing of what was sent is taken for so long.

    Neither granian nor hyper has a deadline for writing. The kernel has one (RFC 5482), also for a client
    that acknowledges and keeps its window shut, and what is accepted inherits it.
    """
    (spec, holder), shared = sockets
    if spec is not None:
        holder = spec.build()
    if holder is not None and sys.platform == "linux":
        with socket.socket(fileno=os.dup(holder.get_fd())) as listening:
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, seconds * 1000)
    target(worker, name, loader, ((None, holder), shared), *rest)


def _load(factory: Callable[[], Any], parent: int) -> Any:
    """Make the application inside a worker."""
    _end_with(parent)
    _give_large_blocks_back()
    try:
        application = factory()
    except Exception as failure:
        # What starts processes would print it, past the log.
        _log.exception("this application cannot be made")
        raise SystemExit(1) from failure
    # What exists now lives as long as the process: no collection need look at it again.
    gc.collect()
    gc.freeze()
    return application


def _end_with(parent: int) -> None:
    """Have the kernel end this worker when its parent is killed, for it would keep the port and serve on."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def _give_large_blocks_back() -> None:
    """Have the C library return blocks of a megabyte and more when they are freed.

    A password hash takes 19 MiB for some milliseconds. By default the library raises its bound to that size
    after the first one and keeps as much for ever, once for each hash that ran at the same time.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def _refuse_taken_address(listening: Listening) -> None:
    """Fail where another server listens: granian shares the port with it, and requests would go to either."""
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((listening.host, listening.port))


def _hold_standard_descriptors() -> None:
    """Open what was closed of the three: else the next file would get its number, and the log's lines."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)


def _allow_descriptors(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _is_accepting(listening: Listening, stopped: threading.Event) -> bool:
    """Return when a connection is accepted, which no hook of granian tells, or the server has stopped."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listening.host, listening.host)  # noqa: S104
    while not stopped.wait(0.02):
        try:
            socket.create_connection((here, listening.port), timeout=1).close()
        except OSError:
            continue
        return True
    return False
