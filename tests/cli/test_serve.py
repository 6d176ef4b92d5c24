"""`grantway serve`, as an operator starts it: settings from the environment, one process and its workers."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.kit import plain
from tests.kit.browser import Browser
from tests.kit.databases import Databases
from tests.kit.server import START_SECONDS, STOP_SECONDS, free_port

PASSWORD = "a quiet harbour at dusk"


@dataclass
class Serving:
    """A running `grantway serve` and what it said until it served."""

    issuer: str
    pid: int = 0
    said: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    """What it wrote since, whole once it has ended."""

    @property
    def link(self) -> str | None:
        found = re.search(r"https?://\S+/setup\?token=\S+", "\n".join(self.said))
        return found[0] if found else None


@contextlib.contextmanager
def serving(url: str, *, is_read: bool = True, **changes: str) -> Iterator[Serving]:
    """Serve; `is_read` is whether somebody goes on reading standard error."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    environ = {
        # Of a copy of the tree the process runs the copy's code.
        **{name: os.environ.get(name, "") for name in ("PATH", "PYTHONPATH")},  # noqa: TID251 - a process
        "GRANTWAY_ISSUER": issuer,
        "GRANTWAY_PORT": str(port),
        "GRANTWAY_DATABASE_URL": url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_LOG_FORMAT": "text",
        **changes,
    }
    command = [sys.executable, "-m", "grantway", "serve"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        server = Serving(issuer, process.pid)
        heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        # The pipe is emptied, so that the server never waits for somebody to read its log.
        reader = threading.Thread(target=_heard, args=(process.stderr, heard, is_read), daemon=True)
        reader.start()
        try:
            while True:
                line = heard.get(timeout=START_SECONDS)
                server.said.append(line.rstrip())
                assert line, "\n".join(server.said)
                if _is_serving(line):
                    break
            yield server
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)
        reader.join(STOP_SECONDS)
        while not heard.empty():
            server.log.append(heard.get())
        server.log = [line for line in server.log if line]


def _heard(stream: IO[str], heard: queue.SimpleQueue[str], is_read: bool) -> None:
    """Pass lines on until the end, which is an empty one; or until it serves, and then read no more."""
    for line in stream:
        heard.put(line)
        if not is_read and _is_serving(line):
            stream.close()
            return
    heard.put("")


def _is_serving(line: str) -> bool:
    return line.startswith("Serving ") or '"event": "serving"' in line


@pytest.mark.parametrize("interface", ["rsgi", "wsgi"])
def test_the_first_start_hands_out_a_link_that_makes_an_operator(
    databases: Databases, interface: str
) -> None:
    url = databases.sqlite()
    with serving(url, GRANTWAY_INTERFACE=interface, GRANTWAY_WORKERS="2") as server:
        assert server.link is not None
        link = urlsplit(server.link)
        browser = Browser(server.issuer)
        browser.visit(f"{link.path}?{link.query}")
        browser.submit(name="Olga Orlow", email="olga@example.test", new_password=PASSWORD, confirm=PASSWORD)
        browser.sign_in("olga@example.test", PASSWORD)
        assert "Olga Orlow" in browser.page
        browser.close()
        metadata = plain.get(f"{server.issuer}/.well-known/openid-configuration").json()
        assert metadata["issuer"] == server.issuer
        assert plain.get(metadata["jwks_uri"]).json()["keys"]
    with serving(url) as again:
        assert again.link is None
    databases.drop(url)


def test_it_serves_postgresql_too(databases: Databases) -> None:
    url = databases.postgresql()
    with serving(url, GRANTWAY_WORKERS="2") as server:
        assert server.link is not None
        assert plain.get(f"{server.issuer}/ready").json()["status"] == "ready"
    databases.drop(url)


FORGED = '\n2026-12-01T10:00:00Z [info] {"event": "forged", "error_id": "E-NONE-01"}\r\n{"event": "forged"}\n'
SECRET = "gws_" + "3q2-7wYd0mJ1kR5vXb8nTzLh4sPcEaGu6oViQf9WyKM"


def refused(server: Serving) -> list[httpx.Response]:
    """Requests of somebody who has no business here, with a forged line in every place that has room for it."""
    pair = base64.b64encode(f"nobody:{SECRET}".encode()).decode()
    named = {"User-Agent": "x", "Authorization": f"Basic {pair}", "X-Request-Id": "forged"}
    ask, of = plain.request, server.issuer
    form = {"client_id": FORGED, "client_secret": SECRET, "username": FORGED}
    return [
        ask("POST", f"{of}/oauth/token", data={"grant_type": "client_credentials"}, headers=named),
        ask("POST", f"{of}/oauth/token", data={"grant_type": FORGED, **form}),
        ask("POST", f"{of}/oauth/introspect", data={"token": FORGED, **form}),
        ask("GET", f"{of}/oauth/userinfo", headers={"Authorization": f"Bearer {SECRET}"}),
        ask(
            "GET",
            f"{of}/api/v1/organizations/{quote(FORGED, safe='')}",
            headers={"Authorization": "Bearer x"},
        ),
        ask("GET", f"{of}/{quote(FORGED, safe='')}/{SECRET}?q={quote(FORGED)}"),
    ]


@pytest.mark.parametrize("form", ["json", "text"])
def test_each_refusal_is_one_line_of_the_log_that_nobody_else_writes(databases: Databases, form: str) -> None:
    """C191: under the id that the answer names; what was sent begins no line, and no secret is in any."""
    url = databases.sqlite()
    with serving(url, GRANTWAY_LOG_FORMAT=form) as server:
        answers = refused(server)
    databases.drop(url)
    assert all(one.status_code in {400, 401, 404} for one in answers)
    told = [line for line in server.log if "request_refused" in line]
    assert len(told) == len(answers)
    assert [line for line in server.log if SECRET in line] == []
    if form == "text":
        assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z \[\w+ *\] \w", line) for line in server.log), (
            server.log
        )
    events = [json.loads(line) for line in server.log] if form == "json" else []
    assert "forged" not in {one["event"] for one in events}
    for answer, line in zip(answers, told, strict=True):
        said = answer.json()
        assert said["request_id"] in line
        assert said["error_id"] in line


@pytest.mark.parametrize(
    ("changes", "is_warned"),
    [
        ({"GRANTWAY_HOST": "0.0.0.0"}, True),
        ({"GRANTWAY_HOST": "0.0.0.0", "GRANTWAY_TRUSTED_PROXIES": "127.0.0.1"}, False),
        ({}, False),
    ],
)
def test_who_listens_for_everybody_without_a_proxy_is_told(
    databases: Databases, changes: dict[str, Any], *, is_warned: bool
) -> None:
    url = databases.sqlite()
    with serving(url, **changes) as server:
        assert ("GRANTWAY_TRUSTED_PROXIES" in "\n".join(server.said)) == is_warned
    databases.drop(url)
