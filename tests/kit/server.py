"""A server in a process of its own, started as a person starts it: `grantway demo` on a free loopback port."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_SECONDS = 90.0
STOP_SECONDS = 60


class LiveServer:
    """The process, and what the demonstration says about itself in `facts`."""

    def __init__(self, folder: Path, *, port: int | None = None, workers: int = 1) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._workers = workers
        self._process: subprocess.Popen[str] | None = None
        self.facts: dict[str, Any] = {}

    @property
    def issuer(self) -> str:
        """The address of the server."""
        return str(self.facts["issuer"])

    def application(self, name: str) -> dict[str, Any]:
        """One application of the demonstration, by its name."""
        return next(dict(one) for one in self.facts["applications"] if one["name"] == name)

    def account(self, part: str = "user", organization: str = "Northwind") -> dict[str, str]:
        """The e-mail address and the password of somebody: `admin`, `developer` or `user`."""
        return next(dict(one[part]) for one in self.facts["organizations"] if one["name"] == organization)

    def start(self) -> None:
        """Start the process and wait until it serves."""
        command = [sys.executable, "-m", "grantway", "demo", "--json", "--port", str(self.port)]
        command += ["--data", str(self.folder), "--workers", str(self._workers)]
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self._process = process
        assert process.stdout is not None
        said, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline() if said else ""
        if not line:
            self.stop()
            raise AssertionError((self.folder / "log").read_text(encoding="utf-8"))
        self.facts = json.loads(line)

    def stop(self) -> None:
        """End the process by its id, and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
