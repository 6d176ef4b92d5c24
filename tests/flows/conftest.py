"""Flows run against a whole server in a process of its own, started as a person starts it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.flows.nodes import nodes, real_world
from tests.kit.browser import Browser

__all__ = ["nodes", "real_world"]
"""Fixtures of their own module, for every test here."""


class Demo:
    """A running demo server and what it said about itself."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.issuer: str = facts["issuer"]

    def application(self, kind: str, dialect: str = "standard", *, native: bool = False) -> dict[str, Any]:
        for application in self.facts["applications"]:
            if application["type"] == kind and application["dialect"] == dialect:
                is_native = any("127.0.0.1" in uri for uri in application["redirect_uris"])
                if is_native == native:
                    return dict(application)
        raise LookupError(kind)

    def base_url(self, dialect: str) -> str:
        return next(str(row["base_url"]) for row in self.facts["dialects"] if row["name"] == dialect)

    def user_of(self, application: dict[str, Any]) -> dict[str, str]:
        for organization in self.facts["organizations"]:
            if organization["name"] == application["organization"]:
                return dict(organization["user"])
        return dict(self.facts["organizations"][0]["user"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "grantway", "demo", "--json", "--port", str(free_port())]
    process = subprocess.Popen(
        [*command, "--data", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield Demo(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def browser(demo: Demo) -> Iterator[Browser]:
    browser = Browser(demo.issuer)
    yield browser
    browser.close()


def answer_of(url: str) -> dict[str, str]:
    """The parameters that an application's callback was given."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
