"""The image, its compose file and the unit of systemd. No container engine is needed to try them.

The image's file is followed line by line into a folder instead of a root file system; then its command runs with the
environment that the compose file gives it, and its health check is asked.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.flows.nodes import wait
from tests.kit import plain
from tests.kit.databases import Databases
from tests.kit.machine import systemd_analyze
from tests.kit.offline import OFFLINE
from tests.kit.server import free_port

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
FILLED_IN = {
    "GRANTWAY_ISSUER": "http://localhost:{port}",
    "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    "DATABASE_PASSWORD": "unused",
}


@dataclass
class Image:
    """What an image's file leads to, with `root` in the place of its root file system."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    told: dict[str, str] = field(default_factory=dict)

    def place(self, text: str) -> str:
        """A command of the file, with its whole paths below `root`."""
        return re.sub(r"(?<![\w.:=/])/(?=(opt|src|var)\b)", f"{self.root}/", text)

    def run(self, command: str) -> None:
        folder = Path(self.place(self.workdir))
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "HOME": str(self.root),
            **OFFLINE,
        }
        subprocess.run(["sh", "-ec", self.place(command)], cwd=folder, env=environment, check=True)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


def build(image: Image) -> None:  # noqa: PLR0912 -- one branch for each instruction
    """Follow the file. A stage begins where the one before ended: nothing in it may depend on less."""
    for name, rest in instructions((PACKAGING / "Containerfile").read_text(encoding="utf-8")):
        words = shlex.split(rest)
        match name:
            case "FROM" | "VOLUME" | "EXPOSE" | "USER" | "STOPSIGNAL":
                image.told[name] = rest
            case "WORKDIR":
                image.workdir = rest
                Path(image.place(rest)).mkdir(parents=True, exist_ok=True)
            case "COPY" if words[0].startswith("--from"):
                assert words[1] == words[2]
                assert Path(image.place(words[1])).is_dir()
            case "COPY":
                for source in words[:-1]:
                    target = Path(image.place(image.workdir)) / words[-1]
                    target.mkdir(parents=True, exist_ok=True)
                    if (ROOT / source).is_dir():
                        shutil.copytree(ROOT / source, target, dirs_exist_ok=True)
                    else:
                        shutil.copy(ROOT / source, target / Path(source).name)
            case "RUN" if words[0] == "useradd":
                image.told["useradd"] = rest
            case "RUN":
                image.run(rest)
            case "ENV":
                image.environment |= dict(word.split("=", 1) for word in words)
            case "HEALTHCHECK":
                image.told[name] = rest[rest.index("[") :]
            case "ENTRYPOINT" | "CMD":
                image.told[name] = rest
            case _:
                raise AssertionError(name)


@contextmanager
def running(image: Image, given: Mapping[str, str]) -> Iterator[None]:
    path = image.place(image.environment["PATH"].replace("$PATH", os.defpath))
    command = json.loads(image.told["ENTRYPOINT"]) + json.loads(image.told["CMD"])
    served = subprocess.Popen(
        ["/usr/bin/env", *command],
        env={**image.environment, "PATH": path, **given},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=image.root,
    )
    try:
        yield
        assert served.poll() is None
    finally:
        served.terminate()
        served.wait(30)


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """A value of the compose file, its variables replaced as an engine replaces them."""

    def one(found: re.Match[str]) -> str:
        name, _, otherwise = found[1].partition(":")
        return values.get(name) or (otherwise[1:] if otherwise.startswith("-") else "")

    return re.sub(r"\$\{([^}]+)\}", one, text)


def test_the_image_serves_with_what_the_compose_file_gives_it(databases: Databases, tmp_path: Path) -> None:
    image = Image(tmp_path)
    build(image)
    assert image.told["USER"] in image.told["useradd"]
    port = free_port()
    values = {name: text.format(port=port) for name, text in FILLED_IN.items()}
    service: dict[str, Any] = yaml.safe_load((PACKAGING / "compose.yaml").read_text(encoding="utf-8"))[
        "services"
    ]["grantway"]
    given = {name: filled_in(text, values) for name, text in service["environment"].items()}
    assert given["GRANTWAY_DATABASE_URL"] == "postgresql://grantway:unused@database/grantway"
    given |= {
        "GRANTWAY_DATABASE_URL": databases.postgresql(),
        "GRANTWAY_PORT": str(port),
        "GRANTWAY_HOST": "127.0.0.1",
    }
    check = json.loads(image.told["HEALTHCHECK"])
    check[0] = str(tmp_path / "opt/grantway/bin/python")
    check[-1] = check[-1].replace("8400", str(port))
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0
    with running(image, given):
        wait(lambda: _answers(port), 60)
        assert subprocess.run(check, check=False).returncode == 0
        assert "8400" in image.told["EXPOSE"] == str(image.environment["GRANTWAY_PORT"])
        assert service["ports"] == ["127.0.0.1:8400:8400"]


def test_everything_the_compose_file_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (PACKAGING / "compose.yaml").read_text(encoding="utf-8")))
    lines = (PACKAGING / "env.example").read_text(encoding="utf-8").splitlines()
    offered = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert asked == offered


def test_the_unit_is_one_and_its_sandbox_is_tight(tmp_path: Path) -> None:
    unit = tmp_path / "grantway.service"
    text = (PACKAGING / "grantway.service").read_text(encoding="utf-8")
    # The check wants a program that is there.
    unit.write_text(text.replace("/usr/local/bin/grantway", "/bin/true"), encoding="utf-8")
    verified = subprocess.run(
        [systemd_analyze(), "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    weighed = subprocess.run(
        [systemd_analyze(), "security", "--offline=true", "--no-pager", "--threshold=15", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert weighed.returncode == 0, weighed.stdout


def _answers(port: int) -> bool:
    try:
        return plain.get(f"http://localhost:{port}/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
