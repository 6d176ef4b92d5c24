"""The log and the figures of a server as it is started: of several processes, and also when they are killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_serve import serving
from tests.kit import plain
from tests.kit.browser import Browser
from tests.kit.databases import Databases
from tests.kit.server import START_SECONDS, LiveServer

PASSWORD = "a quiet harbour at dusk"


def events_of(lines: list[str]) -> list[dict[str, Any]]:
    """Every line as an event: one that is none fails here."""
    return [json.loads(line) for line in lines if line.strip()]


@pytest.mark.parametrize("interface", ["rsgi", "wsgi"])
def test_every_line_of_a_server_is_an_event_and_none_has_a_secret(
    databases: Databases, interface: str
) -> None:
    """C191: from the first line to the last, of all processes; each request once, under its declared route."""
    url = databases.sqlite()
    with serving(
        url, GRANTWAY_LOG_FORMAT="json", GRANTWAY_WORKERS="2", GRANTWAY_INTERFACE=interface
    ) as server:
        assert server.link is not None
        link = server.link.partition('"')[0]
        token = link.partition("token=")[2]
        browser = Browser(server.issuer)
        browser.visit(link.removeprefix(server.issuer))
        browser.submit(name="Olga Orlow", email="olga@example.test", new_password=PASSWORD, confirm=PASSWORD)
        browser.sign_in("olga@example.test", PASSWORD)
        cookies = dict(browser.cookies)
        browser.close()
        missing = plain.get(f"{server.issuer}/nowhere/{PASSWORD}?code={PASSWORD}")
        assert missing.status_code == 404
    databases.drop(url)
    started, served = events_of(server.said), events_of(server.log)
    assert {one["worker"] for one in started} == {0}
    assert started[-1]["event"] == "serving"
    requests = [one for one in served if one["event"] == "request"]
    assert {one["worker"] for one in requests} <= {1, 2}
    assert all(
        {"method", "route", "status", "duration_us", "client_id", "request_id"} <= one.keys()
        for one in requests
    )
    assert {one["route"] for one in requests} >= {"/setup", "/sign-in", "none"}
    (lost,) = [one for one in requests if one["request_id"] == missing.json()["request_id"]]
    assert (lost["status"], lost["route"]) == (404, "none")
    text = "\n".join(server.log)
    secrets = [PASSWORD, PASSWORD.replace(" ", "%20"), token, *cookies.values()]
    assert len(cookies) >= 2
    assert [one for one in secrets if one in text] == []
    assert "olga@" not in text


def test_what_is_wrong_before_a_server_starts_is_an_event_too(databases: Databases) -> None:
    environ = {name: os.environ.get(name, "") for name in ("PATH", "PYTHONPATH")}  # noqa: TID251 - a process
    ran = subprocess.run(
        [sys.executable, "-m", "grantway", "serve"],
        env={**environ, "GRANTWAY_WORKERS": "many"},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    told = events_of(ran.stderr.splitlines())
    assert told[-1]["exit_code"] == 2
    assert any("GRANTWAY_WORKERS" in one["message"] for one in told)


def workers_of(parent: int) -> list[int]:
    """The processes that serve, by their parent."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = entry.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == parent:
            found.append(int(entry.parent.name))
    return found


def counted(issuer: str, route: str) -> float:
    text = plain.get(f"{issuer}/metrics").text
    found = re.findall(rf'grantway_http_requests_total{{[^}}]*route="{route}"[^}}]*}} (\S+)', text)
    return sum(map(float, found))


def wait_until_whole(parent: int, victim: int) -> None:
    """Until another process has taken the place; connections that the killed one had taken are reset."""
    last = time.monotonic() + START_SECONDS  # noqa: TID251 - a deadline
    while time.monotonic() < last:  # noqa: TID251
        living = workers_of(parent)
        if victim not in living and len(living) == 2:
            return
    raise AssertionError("no process took the place of one that was killed")


def test_figures_are_of_all_processes_and_outlive_those_that_are_killed(databases: Databases) -> None:
    url = databases.sqlite()
    with serving(url, GRANTWAY_WORKERS="2") as server:
        for _ in range(20):
            assert plain.get(f"{server.issuer}/oauth/jwks").status_code == 200
        assert counted(server.issuer, "/oauth/jwks") == 20
        victim = workers_of(server.pid)[0]
        os.kill(victim, signal.SIGKILL)
        wait_until_whole(server.pid, victim)
        for _ in range(20):
            assert plain.get(f"{server.issuer}/oauth/jwks").status_code == 200
        assert counted(server.issuer, "/oauth/jwks") == 40
        text = plain.get(f"{server.issuer}/metrics").text
        for figure in (
            'grantway_pool_size{pool="database"}',
            'grantway_pool_in_use{pool="passwords"}',
            'grantway_pool_waiting{pool="requests"}',
            "grantway_change_feed_lag_seconds",
            "process_start_time_seconds",
        ):
            assert figure in text
    databases.drop(url)


def test_a_request_id_of_the_demonstration_leads_to_its_lines(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        page = plain.get(f"{server.issuer}/interaction/unknown", headers={"Accept": "text/html"})
        found = re.search(r"[A-Za-z0-9_-]{16}(?=\s*<)", page.text)
        assert page.status_code >= 400
        assert found is not None
    lines = events_of((tmp_path / "log.jsonl").read_text().splitlines())
    assert {one["event"] for one in lines if one.get("request_id") == found[0]} == {
        "request",
        "request_refused",
    }
    assert (tmp_path / "log.jsonl").stat().st_mode & 0o777 == 0o600
    with ExitStack() as stack:
        stack.enter_context(LiveServer(tmp_path))
    assert (tmp_path / "log.jsonl.1").exists()


def test_a_server_without_a_reader_of_its_log_serves_on(databases: Databases) -> None:
    """Whoever read standard error is gone, as where a supervisor was restarted."""
    url = databases.sqlite()
    with serving(url, is_read=False) as server:
        for _ in range(50):
            assert plain.get(f"{server.issuer}/nowhere").status_code == 404
        assert plain.get(f"{server.issuer}/health").status_code == 200
    databases.drop(url)
