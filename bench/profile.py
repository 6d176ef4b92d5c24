"""Where the time of a served request goes: by thread, by part of the program, and by library.

The parts are measured inside a worker that serves: the processor time of its event loop around the inline
form and around what that calls. Each look at the clock costs about a microsecond of what is shown. The
libraries are seen by `perf`, where the machine has it.
"""

from __future__ import annotations

import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import databases
from bench.load import Scenario, check, measure, warm_up
from bench.scenarios import product_scenarios
from bench.servers import Server, free_port, running, serving
from bench.stage import prepared
from grantway.app import running as product_running
from grantway.features.client_auth import ClientAuthentication
from grantway.features.tokens.envelope import Envelopes
from grantway.features.tokens.issue import Issuer
from grantway.features.tokens.signature import CompactWriter
from grantway.features.tokens.verify import Verifier
from grantway.settings import load
from grantway.system.board import Board

_CONNECTIONS = 64
_SECONDS = 3
_FILE = "BENCH_PROFILE"
_PARTS: tuple[tuple[str, type, str], ...] = (
    ("client authentication", ClientAuthentication, "authenticate"),
    ("issuing, with sealing and writing", Issuer, "issue"),
    ("sealing", Envelopes, "seal"),
    ("writing and signing a JWT", CompactWriter, "write"),
    ("finding a live token", Verifier, "find"),
)


class _Spent:
    """Processor time of the calling thread, by part."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._nanoseconds: collections.Counter[str] = collections.Counter()
        self._calls: collections.Counter[str] = collections.Counter()

    def around(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            begin = time.thread_time_ns()
            try:
                return call(*arguments, **named)
            finally:
                self._nanoseconds[part] += time.thread_time_ns() - begin
                self._calls[part] += 1
                if part == "inline form" and self._calls[part] % 5_000 == 0:
                    self._tell()

        return timed

    def _tell(self) -> None:
        mean = {part: self._nanoseconds[part] / 1e3 / self._calls[part] for part in self._calls}
        self._path.write_text(json.dumps(mean))
        self._nanoseconds.clear()
        self._calls.clear()


def make() -> object:
    """The product's application, with clocks in it."""
    spent = _Spent(Path(os.environ.pop(_FILE)))
    settings = load({name: text for name, text in os.environ.items() if name.startswith("GRANTWAY_")})
    for part, owner, name in _PARTS:
        setattr(owner, name, spent.around(part, getattr(owner, name)))
    application = product_running.worker(settings, Board())
    application._inline = spent.around("inline form", application._inline)  # noqa: SLF001 - a clock goes in
    return application


def of_served_requests(only: Sequence[str]) -> str:
    """The profile of the wanted ones of the hot requests on SQLite, as text."""
    port = free_port()
    lines = ["", f"processor microseconds of a request at {_CONNECTIONS} connections"]
    with databases.ALL["sqlite"]() as url, tempfile.TemporaryDirectory() as folder:
        stage = prepared(url, port)
        told = Path(folder) / "parts.json"
        environment = {**stage.environment, _FILE: str(told)}
        command = [sys.executable, "-m", "bench.serve", "bench.profile:make", str(port)]
        with (
            serving("bench.constant:make") as constant,
            running(command, port=port, environment=environment) as server,
        ):
            for scenario in product_scenarios(stage)[:5]:
                if not scenario.is_wanted(only):
                    continue
                check(server, scenario)
                lines += ["", scenario.name]
                lines += _by_thread("the constant", constant, scenario.as_constant())
                lines += _by_thread("the product", server, scenario)
                lines += [f"    {us:6.1f}  {part}" for part, us in json.loads(told.read_text()).items()]
                lines += _by_library(server, scenario)
    return "\n".join(lines)


def _by_thread(who: str, server: Server, scenario: Scenario) -> list[str]:
    warm_up(server, scenario, connections=_CONNECTIONS)
    before = server.threads()
    seen = measure(server, scenario, connections=_CONNECTIONS, seconds=_SECONDS)
    requests = seen.per_second * _SECONDS
    used = {name: (us - before.get(name, 0.0)) / requests for name, us in server.threads().items()}
    most = sorted((us for us in used.values() if us > 0.5), reverse=True)
    return [
        f"  {who}: {seen.processor_microseconds:.1f}, its threads " + " + ".join(f"{us:.1f}" for us in most)
    ]


def _by_library(server: Server, scenario: Scenario) -> list[str]:
    perf = shutil.which("perf")
    if perf is None:
        return ["    perf is not installed, so nothing is said of libraries"]
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "perf.data")
        pids = ",".join(str(pid) for pid in server.family())
        command = [perf, "record", "-q", "-F", "1999", "-o", data, "-p", pids, "--", "sleep", str(_SECONDS)]
        recording = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        measure(server, scenario, connections=_CONNECTIONS, seconds=_SECONDS)
        recording.wait()
        command = [perf, "report", "-i", data, "--sort", "dso", "--stdio"]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    shares = [line.split(None, 1) for line in told.splitlines() if line.strip() and not line.startswith("#")]
    return [f"    {share:>6}  {library}" for share, library in shares[:8]]
