"""Databases for tests: an empty, migrated one in a moment, of SQLite and of PostgreSQL.

A run of the tests has one folder. A PostgreSQL server of the run's own lives in it, listening on a socket there and
on no port; the first test that needs it starts it, whichever process that test is in. The folder and the server end
with the process that made the folder, however that process ends.

What a migration makes is made once per run, as a template: a file, and a database of the server. Whichever process
comes first makes it under a lock, under another name until it is whole. Each test gets one for itself, and nothing that it writes is ever seen by another. Of SQLite it is a copy, which takes
half a millisecond. To copy the files of a PostgreSQL database and to drop them costs twenty times what it costs to
empty one, so most tests are lent one that others had before them (`tests.kit.lending`).

What the first start of a server adds (the platform, its two APIs, keys) is in no template: `World` starts for real in
each test. That takes 3 ms, because the one thing in it that is slow, the search for RSA keys, is done once per process
(`tests.kit.world.rsa_keys`). To copy a started database would save those, and tie it to an address, to root keys and
to an hour.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.kit import machine

TEMPLATE = "grantway_template"

# Nothing here must survive a crash, so nothing waits for the disk; a test that kills a server kills the product's.
POSTGRESQL_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "timezone": "UTC",
}

# Waits until whoever holds the other end of its input is gone, then ends the server and removes the folder.
JANITOR = """
read -r _
pid_file="$1/data/postmaster.pid"
if [ -s "$pid_file" ]; then
    kill -s QUIT "$(head -n 1 "$pid_file")"
    for _ in $(seq 200); do
        [ -e "$pid_file" ] || break
        sleep 0.05
    done
fi
rm -rf "$1"
"""


class RunFolder:
    """The folder of one run of the tests, in the process that makes it and takes it away."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="grantway-tests-", dir=_quick_place()))
        # The account that PostgreSQL runs as must be able to pass through.
        self.path.chmod(0o711)
        self._janitor = subprocess.Popen(
            ["/bin/sh", "-c", JANITOR, "janitor", self.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def janitor_id(self) -> int:
        """The process that takes the folder away."""
        return self._janitor.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, if one was started, and remove the folder."""
        if self._janitor.stdin is not None:
            self._janitor.stdin.close()
        self._janitor.wait(timeout=30)


class Postgresql:
    """The run's PostgreSQL server, as any process of the run sees it."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._socket = run / "socket"
        self._is_ready = run / "postgresql.ready"

    def postgres_url(self, database: str) -> str:
        """Return the address of a database, as the setting of the product takes it."""
        return f"postgresql:///{database}?host={self._socket}"

    def create_database(self, template: str | None = None) -> str:
        """Create a database, a copy of the template if one is named, and return its name."""
        self.start()
        name = f"test_{uuid4().hex}"
        names = (sql.Identifier(name), sql.Identifier(template or "template0"))
        self._run_statement(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*names))
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, with the connections that somebody left open to it."""
        self._run_statement(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def rename_database(self, name: str, new_name: str) -> None:
        """Rename a database that nobody is connected to."""
        names = (sql.Identifier(name), sql.Identifier(new_name))
        self._run_statement(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def start(self) -> None:
        """Start the server unless a process of this run did so before."""
        if self._is_ready.exists():
            return
        with one_at_a_time(self._run / "postgresql.lock"):
            if not self._is_ready.exists():
                self._start()
                self._is_ready.touch()

    def stop(self) -> None:
        """End the server at once, as a machine that loses its power; never the one that all tests share."""
        prefix, programs = self._prefix(), machine.postgresql()
        data = self._run / "data"
        self._run_program([*prefix, programs / "pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", data])

    def resume(self) -> None:
        """Start it again over what it has."""
        prefix, programs = self._prefix(), machine.postgresql()
        data = self._run / "data"
        log = data / "server.log"
        self._run_program([*prefix, programs / "pg_ctl", "start", "-w", "-s", "-D", data, "-l", log])

    def _prefix(self) -> list[str | Path]:
        account = _server_account()
        return [] if account is None else ["runuser", "-u", account, "--"]

    def _start(self) -> None:
        programs = machine.postgresql()
        data = self._run / "data"
        data.mkdir(mode=0o700)
        self._socket.mkdir(mode=0o755)
        account = _server_account()
        if account is not None:
            shutil.chown(data, account)
            shutil.chown(self._socket, account)
        prefix = self._prefix()
        # The role has the name of whoever runs the tests, because an address that names no user means that one.
        role = pwd.getpwuid(os.geteuid()).pw_name
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        self._run_program([*prefix, programs / "initdb", "-D", data, "-U", role, *options])
        settings = POSTGRESQL_SETTINGS | {"unix_socket_directories": str(self._socket)}
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.resume()

    def _run_program(self, command: list[str | Path]) -> None:
        done = subprocess.run(
            command,
            cwd=self._run,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            log = self._run / "data" / "server.log"
            message = f"PostgreSQL did not start: {done.stdout}{log.read_text() if log.exists() else ''}"
            raise RuntimeError(message)

    def _run_statement(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.postgres_url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


class Databases:
    """Migrated databases for one process of the run."""

    def __init__(self, migrate: Callable[[str], None], run: Path) -> None:
        self._migrate = migrate
        self._run = run
        self._sqlite_template = run / f"{TEMPLATE}.db"
        self.server = Postgresql(run)

    def sqlite(self, folder: Path | None = None) -> str:
        """Make a migrated SQLite database, in the folder of the run if no other is named, and return its address."""
        with one_at_a_time(self._run / "sqlite.lock"):
            if not self._sqlite_template.exists():
                self._make_sqlite_template()
        path = (folder or self._run) / f"{uuid4().hex}.db"
        shutil.copyfile(self._sqlite_template, path)
        path.chmod(0o600)
        return f"sqlite:///{path}"

    def postgresql(self) -> str:
        """Make a migrated PostgreSQL database and return its address."""
        template_is_made = self._run / "postgresql.template"
        with one_at_a_time(self._run / "template.lock"):
            if not template_is_made.exists():
                self._make_postgresql_template()
                template_is_made.touch()
        return self.server.postgres_url(self.server.create_database(TEMPLATE))

    def drop(self, url: str) -> None:
        """Drop the database at an address that this object returned; what is never dropped ends with the run."""
        address = urlsplit(url)
        if address.scheme == "postgresql":
            self.server.drop_database(address.path.removeprefix("/"))
            return
        path = address.path.removeprefix("/")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)

    def _make_sqlite_template(self) -> None:
        draft = self._run / "draft.db"
        self._migrate(f"sqlite:///{draft}")
        # A connection that the migration left open may hold changes in the journal beside the file: fold them in.
        with contextlib.closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        draft.rename(self._sqlite_template)

    def _make_postgresql_template(self) -> None:
        # Under another name until it is whole, so that a failed migration is tried, and seen, by the next test too.
        draft = self.server.create_database()
        self._migrate(self.server.postgres_url(draft))
        self.server.rename_database(draft, TEMPLATE)


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a lock that all processes of the run share."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _quick_place() -> Path | None:
    """Return the folder that lies in memory where it has room, else none: copying a database takes 20 ms, not 600."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= 2 * 1024**3:
        return memory
    return None


def _server_account() -> str | None:
    """Return the account to run the server as, where it cannot be our own: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    if shutil.which("runuser") is None or "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        message = (
            "As root, the tests need the account `postgres` and the program `runuser` to start PostgreSQL."
        )
        raise machine.MissingError(message)
    return "postgres"
