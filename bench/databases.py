"""Databases to measure on: durable ones, because a figure from a database that may forget is not one."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.servers import LOAD_CORE
from tests.kit import machine

Database = Callable[[], contextlib.AbstractContextManager[str]]


@contextlib.contextmanager
def sqlite() -> Iterator[str]:
    """Offer the address of an empty SQLite database."""
    with _folder() as folder:
        yield f"sqlite:////{str(folder / 'bench.db').lstrip('/')}"


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Offer the address of an empty database on a PostgreSQL of our own, with its own defaults.

    It shares the core of the load, so that the measured server has its core to itself.
    """
    with _folder() as folder:
        data, sockets = folder / "data", folder / "socket"
        prefix: list[str | Path] = ["taskset", "--cpu-list", str(LOAD_CORE)]
        for path in (data, sockets):
            path.mkdir(mode=0o700 if path is data else 0o755)
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            for path in (data, sockets):
                shutil.chown(path, "postgres")
            prefix += ["runuser", "-u", "postgres", "--"]
        role = pwd.getpwuid(os.geteuid()).pw_name
        programs = machine.postgresql()
        _run(*prefix, programs / "initdb", "-D", data, "-U", role, "--auth=trust", "--no-instructions")
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = ''\nunix_socket_directories = '{sockets}'\n")
        control = [*prefix, programs / "pg_ctl", "-w", "-s", "-D", data]
        _run(*control, "-l", data / "server.log", "start")
        try:
            yield f"postgresql:///postgres?host={sockets}"
        finally:
            _run(*control, "-m", "fast", "stop")


ALL: dict[str, Database] = {"sqlite": sqlite, "postgresql": postgresql}


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="grantway-bench-") as name:
        folder = Path(name)
        # The account that PostgreSQL runs as must be able to pass through.
        folder.chmod(0o711)
        yield folder


def _run(*command: str | Path) -> None:
    with tempfile.TemporaryFile("w+") as said:
        # A pipe would stay open as long as the server does, and be waited for.
        done = subprocess.run(command, cwd="/", stdout=said, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            said.seek(0)
            message = f"PostgreSQL: {said.read()}"
            raise RuntimeError(message)
