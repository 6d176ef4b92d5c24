"""Putting load on a server with wrk, pinned to the other core."""

from __future__ import annotations

import http.client
import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from bench.servers import LOAD_CORE, Server

WARM_UP_SECONDS = 2

# A name, so that a reader of the server's log knows where the requests come from.
_HEADERS = {"Accept": "application/json", "User-Agent": "grantway-bench"}

_SCRIPT = Template(
    """
wrk.method = $method
wrk.body = $body
$headers
$more
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%d,"microseconds":%d,"not_2xx":%d,"failed":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request.

    `script` gives Lua for a number of connections, where each request must differ; it defines `request`. The
    request described here is then the one that `check` sends, and whose body the constant reads.
    """

    name: str
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200
    signatures: tuple[str, ...] = ()
    """The algorithms of the signatures that one of what is counted takes."""
    requests_each: int = 1
    """How many requests one of what is counted takes."""
    script: Callable[[int], str] | None = None

    @property
    def all_headers(self) -> dict[str, str]:
        return {**_HEADERS, **self.headers}

    def is_wanted(self, texts: Sequence[str]) -> bool:
        """Return whether the name contains one of these texts, or there is none."""
        return not texts or any(text in self.name for text in texts)

    def as_constant(self) -> Scenario:
        """The same request, to a server that answers everything alike."""
        return replace(self, status=200, signatures=(), requests_each=1, script=None)

    def named(self, name: str) -> Scenario:
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of wrk saw, and what the server used for it."""

    per_second: float
    processor_microseconds: float
    p50_milliseconds: float
    p99_milliseconds: float
    not_2xx: int
    failed: int


def check(server: Server, scenario: Scenario) -> None:
    """Send the request once, and stop the benchmark where the answer is not the expected one."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(
            scenario.method, scenario.path, scenario.body or None, headers=scenario.all_headers
        )
        response = connection.getresponse()
        if response.status != scenario.status:
            message = (
                f"{scenario.name}: {response.status} instead of {scenario.status}: {response.read(500)!r}"
            )
            raise RuntimeError(message)
    finally:
        connection.close()


def warm_up(server: Server, scenario: Scenario, *, connections: int) -> None:
    _wrk(server, scenario, connections=connections, seconds=WARM_UP_SECONDS)


def measure(server: Server, scenario: Scenario, *, connections: int, seconds: int) -> Measured:
    server.forget_log()
    before = server.processor_seconds()
    seen = _wrk(server, scenario, connections=connections, seconds=seconds)
    used = server.processor_seconds() - before
    requests = max(1, seen["requests"]) / scenario.requests_each
    return Measured(
        per_second=requests / (seen["microseconds"] / 1e6),
        processor_microseconds=used / requests * 1e6,
        p50_milliseconds=seen["p50"] / 1e3,
        p99_milliseconds=seen["p99"] / 1e3,
        not_2xx=seen["not_2xx"],
        failed=seen["failed"],
    )


def _wrk(server: Server, scenario: Scenario, *, connections: int, seconds: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "scenario.lua"
        script.write_text(_script(scenario, connections))
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
        command = ["taskset", "--cpu-list", str(LOAD_CORE), "wrk", *options]
        address = f"http://127.0.0.1:{server.port}{scenario.path}"
        output = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    result: dict[str, int] = json.loads(line.removeprefix("RESULT "))
    return result


def _script(scenario: Scenario, connections: int) -> str:
    headers = "\n".join(
        f"wrk.headers[{_quoted(name)}] = {_quoted(text)}" for name, text in scenario.all_headers.items()
    )
    return _SCRIPT.substitute(
        method=_quoted(scenario.method),
        body=_quoted(scenario.body) if scenario.body else "nil",
        headers=headers,
        more=scenario.script(connections) if scenario.script else "",
    )


def _quoted(text: str) -> str:
    """Return the text as a Lua string; a JSON string of printable ASCII is one."""
    return json.dumps(text)
