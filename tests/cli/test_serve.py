"""`grantway serve`, as an operator starts it: settings from the environment, one process and its workers."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

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
    said: list[str] = field(default_factory=list)

    @property
    def link(self) -> str | None:
        found = re.search(r"https?://\S+/setup\?token=\S+", "\n".join(self.said))
        return found[0] if found else None


@contextlib.contextmanager
def serving(url: str, **changes: str) -> Iterator[Serving]:
    port = free_port()
    issuer = f"http://localhost:{port}"
    environ = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - a process is started
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
        server = Serving(issuer)
        try:
            while True:
                heard, _, _ = select.select([process.stderr], [], [], START_SECONDS)
                line = process.stderr.readline() if heard else ""
                server.said.append(line.rstrip())
                assert line, server.said
                if line.startswith("Serving "):
                    break
            # The pipe is emptied, so that the server never waits for somebody to read its log.
            rest = threading.Thread(target=process.stderr.read, daemon=True)
            rest.start()
            yield server
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


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
