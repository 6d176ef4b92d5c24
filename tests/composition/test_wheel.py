"""The package as somebody installs it: one wheel, which says what it needs and carries all of its own files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
from flit_core.wheel import make_wheel_in
from packaging.requirements import Requirement

from tests.architecture import tree
from tests.architecture.test_house_rules import dependencies
from tests.kit import plain
from tests.kit.offline import PIP_ARGS
from tests.kit.server import free_port


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(make_wheel_in(tree.ROOT / "pyproject.toml", tmp_path_factory.mktemp("wheel")).file)


def test_a_wheel_says_what_it_needs_and_gives_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        metadata = HeaderParser().parsestr(packed.read(_of(names, "METADATA")).decode())
        told = [Requirement(one) for one in metadata.get_all("Requires-Dist", [])]
        needed = [one for one in told if one.marker is None]
        assert sorted(needed, key=str) == sorted(dependencies(), key=str)
        assert {str(one.marker) for one in told if one.marker is not None} == {'extra == "otel"'}
        assert "grantway=grantway.cli:main" in packed.read(_of(names, "entry_points.txt")).decode()
    sources = {
        tree.name(path).removeprefix("src/")
        for path in tree.files()
        if tree.name(path).startswith("src/grantway/")
    }
    assert sources - set(names) == set()
    assert not [name for name in names if "/tests/" in name or name.endswith(".pyc")]


def test_what_is_installed_from_a_wheel_serves_and_migrates(wheel: Path, tmp_path: Path) -> None:
    """With nothing of this checkout in the way: the wheel's files and its dependencies, no more."""
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place)
    program = (
        f"import sys; sys.path[:0] = [{str(place)!r}, {sysconfig.get_path('purelib')!r}];"
        "import grantway; assert grantway.__file__.startswith(sys.path[0]), grantway.__file__;"
        "from grantway.cli import main; main()"
    )
    environ = {
        "GRANTWAY_ISSUER": "http://localhost:8400",
        "GRANTWAY_DATABASE_URL": f"sqlite:///{tmp_path}/grantway.db",
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, "-I", "-S", "-c", program, *arguments]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "serve" in run("--help")
    run("migrate")
    made = json.loads(run("orgs", "create", "--name", "Northwind", "--slug", "northwind", "--json"))
    assert made["slug"] == "northwind"


def test_pipx_installs_a_command_that_serves(wheel: Path, tmp_path: Path) -> None:
    places = {
        "PIPX_HOME": str(tmp_path / "home"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "HOME": str(tmp_path),
    }
    environ = {"PATH": os.defpath, **places}
    pipx = [sys.executable, "-m", "pipx", "install", "--quiet", "--python", sys.executable]
    pipx += ["--pip-args", PIP_ARGS, str(wheel)]
    done = subprocess.run(pipx, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    command = [str(tmp_path / "bin" / "grantway"), "demo", "--json", "--port", str(free_port())]
    with subprocess.Popen(
        [*command, "--data", str(tmp_path / "demo")], env=environ, stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        issuer = json.loads(served.stdout.readline())["issuer"]
        ready, page = plain.get(f"{issuer}/ready"), plain.get(f"{issuer}/sign-in")
        served.terminate()
    assert ready.status_code == page.status_code == 200


def _of(names: list[str], name: str) -> str:
    return next(one for one in names if one.endswith(f".dist-info/{name}"))
