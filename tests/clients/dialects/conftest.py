"""Programs written to a system's guide alone, against one server that speaks all of them.

What a program is told stands in `grantway demo --json`. Their own settings are all that differs from what their guide
shows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.kit import plain
from tests.kit.machine import node
from tests.kit.node import NPM
from tests.kit.server import LiveServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROGRAMS = Path(__file__).parent / "programs"


@dataclass
class Town:
    """The server, and what everybody in it is told."""

    server: LiveServer
    folder: Path

    def base_url(self, dialect: str) -> str:
        """Where a system's addresses begin here."""
        return next(str(one["base_url"]) for one in self.server.facts["dialects"] if one["name"] == dialect)

    def application(self, dialect: str, kind: str = "confidential") -> dict[str, Any]:
        """The application of a system's guide."""
        found = (
            one
            for one in self.server.facts["applications"]
            if (one["dialect"], one["type"]) == (dialect, kind)
        )
        return dict(next(found))

    def settings(self, dialect: str, kind: str = "confidential") -> dict[str, str]:
        """What the programs read their settings from."""
        told = self.application(dialect, kind)
        named = {name.upper(): value for name, value in told.items() if isinstance(value, str)}
        key = told.get("access_key", {})
        named |= {f"ACCESS_KEY_{part.upper()}": text for part, text in key.items()}
        redirect = (told["redirect_uris"] or [""])[0]
        return named | {"BASE_URL": self.base_url(dialect), "REDIRECT_URI": redirect}

    def passed_by_the_portal(self) -> str:
        """What opens an app now. That of `grantway demo --json` works in the five minutes after the start."""
        page = plain.get(f"{self.server.issuer}/playground/guides/nexusguard").text
        return str(re.findall(r"gwl_[\w-]+", page)[0])

    def program(self, name: str) -> Path:
        """A program that was written to a guide."""
        return PROGRAMS / name

    def sign_in(self, page: Page, account: Mapping[str, str]) -> None:
        """Fill in the form that is open."""
        page.get_by_label("E-mail address").fill(account["email"])
        page.get_by_label("Password", exact=True).fill(account["password"])
        page.get_by_role("button", name="Sign in", exact=True).click()


def address_of(settings: Mapping[str, str]) -> tuple[str, int]:
    """Where a program listens: the origin and the port of its own redirect."""
    redirect = urlsplit(settings["REDIRECT_URI"])
    return f"{redirect.scheme}://{redirect.netloc}", redirect.port or 80


def flask(name: str, port: int) -> list[str | Path]:
    """Start an application of Flask as its documentation does."""
    return [sys.executable, "-m", "flask", "--app", PROGRAMS / f"{name}.py", "run", "--port", str(port)]


def javascript(name: str) -> list[str | Path]:
    """Start a program that uses npm packages."""
    return [node(), NPM / "guides" / f"{name}.mjs"]


def run(town: Town, command: Sequence[str | Path], settings: Mapping[str, str]) -> list[str]:
    """Run a program to its end, with nothing but its settings, and give the lines that it printed."""
    done = subprocess.run(
        command,
        check=False,
        env={"PATH": os.defpath, **settings},
        cwd=town.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A demonstration, which has every dialect and an application of each."""
    with LiveServer(tmp_path_factory.mktemp("town")) as server:
        yield Town(server, tmp_path_factory.mktemp("programs"))
