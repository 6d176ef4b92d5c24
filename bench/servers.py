"""Starting a server on a core of its own, and reading what it costs."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SERVER_CORE = 0
LOAD_CORE = 1
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its first process, its port, and how long it took to accept connections."""

    pid: int
    port: int
    start_seconds: float
    log: IO[bytes]
    """What its processes write to standard error: a file, as the log of a server goes to one."""

    def forget_log(self) -> None:
        """Empty the log, so that a long run fills no disk."""
        self.log.truncate(0)

    def processor_seconds(self) -> float:
        """Return the processor time that all threads of all its processes have used."""
        return (
            sum(
                int(path.read_text().split()[0])
                for pid in _family(self.pid)
                for path in _readable(Path(f"/proc/{pid}/task").glob("*/schedstat"))
            )
            / 1e9
        )

    def threads(self) -> dict[str, float]:
        """Return the processor time of each thread of its processes, in microseconds."""
        return {
            path.parent.name: int(path.read_text().split()[0]) / 1e3
            for pid in _family(self.pid)
            for path in _readable(Path(f"/proc/{pid}/task").glob("*/schedstat"))
        }

    def family(self) -> list[int]:
        """Return the server's process and all its descendants."""
        return _family(self.pid)

    def memory_megabytes(self) -> list[float]:
        """Return the resident memory of each of its processes, the largest first."""
        kilobytes = (
            int(line.split()[1])
            for pid in _family(self.pid)
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS:")
        )
        return sorted((size / 1024 for size in kilobytes), reverse=True)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@contextlib.contextmanager
def running(
    command: Sequence[str], *, port: int, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server pinned to its core for as long as the block lasts."""
    started = time.monotonic()
    # Added to, so that it may be emptied while the server writes.
    log = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - closed below
    process = subprocess.Popen(
        ["taskset", "--cpu-list", str(SERVER_CORE), *command],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        _wait_until_accepting(process, log, port, started + START_SECONDS)
        yield Server(process.pid, port, time.monotonic() - started, log)
    finally:
        log.close()
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def serving(factory: str) -> Iterator[Server]:
    """Run what `module:function` makes, served as the product is."""
    port = free_port()
    with running([sys.executable, "-m", "bench.serve", factory, str(port)], port=port) as server:
        yield server


def _wait_until_accepting(process: subprocess.Popen[bytes], log: IO[bytes], port: int, last: float) -> None:
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None or time.monotonic() > last:
            log.seek(0)
            message = f"The server did not start: {process.args!r}\n{log.read().decode(errors='replace')}"
            raise RuntimeError(message)
        time.sleep(0.01)


def _readable(paths: Iterator[Path]) -> Iterator[Path]:
    for path in paths:
        # A thread may end between being listed and being read.
        if path.exists():
            yield path


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry.parent.name))
    found = [pid]
    for member in found:
        found += parents.get(member, [])
    return found
