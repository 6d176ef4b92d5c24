"""How many instructions a hot request takes in its worker, counted by valgrind's callgrind.

Times differ from run to run by more than what is looked for here; instructions hardly do, whatever else the
machine is busy with. Counted is what the process does between an RSGI request and its answer, with the
threads beside it that write the log; the HTTP server, which is not Python, and the system are left out. Each
scenario is counted in three processes that are otherwise alike: with its line in the log, without it, and
with nothing observed at all, neither logged nor counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import databases
from bench.load import Scenario
from bench.scenarios import product_scenarios
from bench.servers import free_port, running
from bench.stage import prepared

WARM, COUNTED = 100, 500
_GATHER_SECONDS = 2.0
"""Under valgrind all is slow but the clock: lines are gathered for longer, to be as many when written."""
_WAYS = ("unobserved", "counted", "logged")
_FRESH_SECONDS = 3_600.0
"""So long the memory is believed, which in a served process is read anew all the time."""


def main(only: Sequence[str]) -> bool:
    """Count, and print a table. Needs valgrind. It has no goal: True."""
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is not installed: `apt install valgrind`.")
    port = free_port()
    with databases.ALL["sqlite"]() as url:
        stage = prepared(url, port)
        command = [sys.executable, "-m", "grantway", "serve"]
        with running(command, port=port, environment=stage.environment):
            scenarios = [one for one in product_scenarios(stage)[:8] if one.is_wanted(only)]
        heads = " ".join(f"{way:>11}" for way in _WAYS)
        print(f"{'instructions of a request':32} {heads} {'ratio':>7}")
        for scenario in scenarios:
            plain, silent, logged = (counted(scenario, stage.environment, how) for how in _WAYS)
            print(
                f"{scenario.name:36} {plain:>11,} {silent:>11,} {logged:>11,} {logged / plain:>7.3f}",
                flush=True,
            )
    return True


def counted(scenario: Scenario, environment: dict[str, str], how: str) -> int:
    """The instructions of one request, observed in one of the ways."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        settings = {
            **environment,
            "GRANTWAY_LOG_REQUESTS": "on" if how == "logged" else "off",
            "GRANTWAY_LOG_FORMAT": "json",
            "GRANTWAY_LOG_FILE": str(Path(folder) / "log"),
        }
        asked = json.dumps([how, scenario.method, scenario.path, scenario.all_headers, scenario.body])
        subprocess.run(
            [*command, sys.executable, "-m", "bench.instructions", asked],
            env={**os.environ, **settings, "PYTHONHASHSEED": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        total = next(line for line in out.read_text().splitlines() if line.startswith("totals:"))
    return int(total.split()[1]) // COUNTED


@dataclass(frozen=True, slots=True)
class _Headers:
    all: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.all


@dataclass(frozen=True, slots=True)
class _Scope:
    """A request as the HTTP server tells of it."""

    method: str
    path: str
    query_string: str
    headers: _Headers
    client: str = "127.0.0.1:50000"
    server: str = "127.0.0.1:8000"
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str | None = None


class _Protocol:
    """Gives the body, and takes the answer."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.status = 0

    async def __call__(self) -> bytes:
        return self._body

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status


def _serve_one(how: str, method: str, path: str, headers: dict[str, str], body: str) -> None:
    """Serve one request again and again, the last times counted."""
    from grantway.app import log
    from grantway.app import running as product_running
    from grantway.edges.web.bridge import Bridge
    from grantway.features.memory import following
    from grantway.settings import load
    from grantway.system.board import Board

    vars(log)["GATHER_SECONDS"] = _GATHER_SECONDS
    vars(following)["VALIDITY"] = _FRESH_SECONDS
    settings = load({name: text for name, text in os.environ.items() if name.startswith("GRANTWAY_")})
    application: Any = product_running.worker(settings, Board())
    if how == "unobserved":
        application._left = lambda *_: None  # noqa: SLF001 - what a bridge does that nobody gave an observer
    content = [("content-length", str(len(body)))] if body else []
    host = ("host", settings.issuer.partition("://")[2])
    sent = [host, *((name.lower(), text) for name, text in headers.items()), *content]
    scope = _Scope(method, path, "", _Headers(sent))
    protocol = _Protocol(body.encode())

    async def serve(times: int) -> None:
        for _ in range(times):
            await application.__rsgi__(scope, protocol)

    async def all_of_it() -> None:
        # Without the threads that follow the clock: they would count for more than they do.
        Bridge.__rsgi_init__(application, asyncio.get_running_loop())
        application._product.poll()  # noqa: SLF001 - as the first of those threads does
        await serve(WARM)
        if protocol.status != 200:
            sys.exit(f"{path}: {protocol.status} instead of 200.")
        _instrumentation("on")
        await serve(COUNTED)
        _instrumentation("off")
        os._exit(0)

    asyncio.run(all_of_it())


def _instrumentation(state: str) -> None:
    """Switch counting on or off. Valgrind hears of it only while the process does something."""
    command = ["vgdb", f"--pid={os.getpid()}", "instrumentation", state]
    control = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while control.poll() is None:
        time.sleep(0.02)


if __name__ == "__main__":
    _serve_one(*json.loads(sys.argv[1]))
