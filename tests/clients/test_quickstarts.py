"""The programs of docs/quickstarts.md, as they stand there but for the port."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.conftest import Command, Gate
from tests.kit import machine
from tests.kit.node import NPM

if TYPE_CHECKING:
    from tests.kit.chromium import NewPage

ROOT = Path(__file__).parents[2]
GO = Path(__file__).parents[1] / "kit" / "go"
GUIDE = (ROOT / "docs" / "quickstarts.md").read_text(encoding="utf-8")
PROGRAMS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL))
SHELL = re.findall(r"^```sh\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)


def program(language: str, facts: Mapping[str, Any], place: Path) -> Path:
    """Write what the page says to a file, with the port of this run."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(PROGRAMS[language].replace("3000", str(facts["port"])), encoding="utf-8")
    return place


def flask(facts: Mapping[str, Any]) -> list[str | Path]:
    return [sys.executable, program("python", facts, Path(facts["folder"]) / "site.py")]


def express(facts: Mapping[str, Any]) -> list[str | Path]:
    place = Path(facts["folder"]) / "express"
    program("javascript", facts, place / "site.mjs")
    # Node looks for packages from the program upwards.
    (place / "node_modules").symlink_to(NPM / "node_modules")
    return [machine.node(), "--preserve-symlinks", "--preserve-symlinks-main", place / "site.mjs"]


def go(facts: Mapping[str, Any]) -> list[str | Path]:
    place = Path(facts["folder"]) / "go"
    program("go", facts, place / "main.go")
    for name in ("go.mod", "go.sum"):
        (place / name).write_bytes((GO / name).read_bytes())
    environment = {
        "PATH": os.defpath,
        "HOME": str(place),
        "GOCACHE": str(Path(sys.prefix) / "go-build"),
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOMODCACHE": str(Path(sys.prefix) / "go"),
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }
    subprocess.run([machine.go(), "build", "-o", "site", "."], cwd=place, env=environment, check=True)
    return [place / "site"]


def spring(facts: Mapping[str, Any]) -> list[str | Path]:
    place = Path(facts["folder"]) / "spring"
    source = program("java", facts, place / "example" / "Site.java")
    program("yaml", facts, place / "application.yaml")
    classes = f"{place}:{Path(sys.prefix) / 'java'}/*"
    subprocess.run([machine.java() / "javac", "-parameters", "-cp", classes, source], check=True)
    return [machine.java() / "java", "-XX:TieredStopAtLevel=1", "-cp", classes, "example.Site"]


@pytest.mark.parametrize(
    ("command", "callback", "first"),
    [
        (flask, "/callback", "/login"),
        (express, "/callback", "/login"),
        (go, "/callback", "/login"),
        (spring, "/login/oauth2/code/grantway", "/me"),
    ],
)
def test_the_program_signs_somebody_in(
    gate: Gate, new_page: NewPage, command: Command, callback: str, first: str
) -> None:
    page = new_page()
    with gate.site(command, callback, host="localhost") as site:
        page.goto(site + first)
        gate.sign_in(page)
        page.wait_for_url(f"{site}/**")
        assert json.loads(page.locator("pre").inner_text())["email"] == gate.person.user.email


def test_curl_gets_a_token_and_asks_about_it(gate: Gate, tmp_path: Path) -> None:
    _, machine_of_theirs, secret, _ = gate.machine("lamps:read")
    given = {"ISSUER": gate.issuer, "CLIENT_ID": machine_of_theirs.client_id, "CLIENT_SECRET": secret}
    exported, *commands = SHELL
    assert set(re.findall(r"export (\w+)=", exported)) == given.keys()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(commands)],
        env={"PATH": os.defpath, **given},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["active"] is True
