"""Copies of a database: made while servers work on it, checked, and put in the place of one.

SQLite copies itself (`VACUUM INTO`: one read transaction, so the copy is of one moment, and writers go on).
Of PostgreSQL its own programs make and read the copies.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Select, column, func, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from grantway.core.ports import StoreKind
from grantway.storage import kind_of, path_of
from grantway.storage.sql.migrations import condition, connected, known_revisions
from grantway.storage.sql.sqlite import connect

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
_DEBIAN = Path("/usr/lib/postgresql")
_SECONDS = 6 * 3600
_CLIENTS = table("pg_stat_activity", column("datname"), column("pid"), column("backend_type"))
_REVISION: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


class CopyError(Exception):
    """A copy that cannot be made or taken, with the sentence that says why."""


def new_file(path: Path) -> None:
    """Make an empty file for its owner alone. Raises CopyError where there is one."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    except OSError as failure:
        raise CopyError(f"The file cannot be made: {failure.strerror or 'refused'}.") from None


def back_up(url: str, path: Path) -> None:
    """Copy the database at an address into a new file that only its owner can read. Raises CopyError."""
    kind = kind_of(url)
    if kind == "sqlite" and not Path(path_of(url)).is_file():
        raise CopyError("There is no database at GRANTWAY_DATABASE_URL.")
    command = None if kind == "sqlite" else dump_command(url, path)
    new_file(path)
    try:
        if command is None:
            _copy_file(path_of(url), path)
        else:
            _run(command, url)
        check(path, kind)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check(path: Path, kind: StoreKind) -> str:
    """The revision of a sound copy that this version can read. Raises CopyError."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
    except OSError as failure:
        raise CopyError(f"The copy cannot be read: {failure.strerror or 'refused'}.") from None
    found = "sqlite" if head == _SQLITE else "postgresql" if head.startswith(_POSTGRESQL) else None
    if found is None:
        raise CopyError("This is no copy that `grantway backup` made.")
    if found != kind:
        raise CopyError(f"This copy is of {found}, and GRANTWAY_DATABASE_URL names {kind}.")
    revision = _revision_of_file(path) if kind == "sqlite" else _revision_of_dump(path)
    if revision not in known_revisions():
        raise CopyError("This copy is of a newer version of Grantway. Restore it with that version.")
    return revision


def is_empty(url: str) -> bool:
    """Whether there is nothing yet at an address."""
    if kind_of(url) == "sqlite":
        path = Path(path_of(url))
        return not path.exists() or path.stat().st_size == 0
    with _asked(url) as connection:
        return not inspect(connection).get_table_names()


def is_in_use(url: str) -> bool:
    """Whether others work on a database now, as far as it can tell."""
    if kind_of(url) == "postgresql":
        others = (
            select(func.count())
            .select_from(_CLIENTS)
            .where(
                _CLIENTS.c.datname == func.current_database(),
                _CLIENTS.c.pid != func.pg_backend_pid(),
                _CLIENTS.c.backend_type == "client backend",
            )
        )
        with _asked(url) as connection:
            return connection.scalar(others) != 0
    try:
        with contextlib.closing(connect(path_of(url), busy_timeout=0.2)) as connection:
            # Only who is alone with the file can leave the mode in which others may read it.
            return bool(connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete")
    except sqlite3.OperationalError:
        return True


@contextmanager
def _asked(url: str) -> Iterator[Connection]:
    try:
        with connected("postgresql", url) as connection:
            yield connection
    except SQLAlchemyError:
        raise CopyError("The database of GRANTWAY_DATABASE_URL cannot be reached.") from None


@contextmanager
def staged(path: Path, url: str) -> Iterator[str]:
    """The address under which a copy can be worked on before it counts.

    A copy of SQLite is worked on beside the present file and takes its place at the end, at once, and not at
    all where anything is raised. One of PostgreSQL is read into the database itself, which is left empty
    where anything is raised: a copy with its old keys must not be served. Raises CopyError.
    """
    if kind_of(url) == "postgresql":
        command = restore_command(url, path)
        _drop_all(url)
        try:
            _run(command, url)
            yield url
        except BaseException:
            _drop_all(url)
            raise
        return
    place = Path(path_of(url)).absolute()
    beside = place.with_name(f"{place.name}.restoring")
    beside.unlink(missing_ok=True)
    new_file(beside)
    try:
        shutil.copyfile(path, beside)
        yield f"sqlite:///{beside}"
        with contextlib.closing(connect(str(beside))) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        for suffix in ("-wal", "-shm"):
            Path(f"{place}{suffix}").unlink(missing_ok=True)
        beside.replace(place)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{beside}{suffix}").unlink(missing_ok=True)


def dump_command(url: str, path: Path) -> list[str]:
    """How a copy of PostgreSQL is made. Raises CopyError, with the command, where the program is missing."""
    options = [
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--file={path}",
        f"--dbname={public_address(url)}",
    ]
    return command_of("pg_dump", options)


def restore_command(url: str, path: Path) -> list[str]:
    """How it is read. Raises CopyError, with the command, where the program is missing."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    return command_of("pg_restore", [*options, f"--dbname={public_address(url)}", str(path)])


def command_of(program: str, options: list[str]) -> list[str]:
    """A program of PostgreSQL with its options. Raises CopyError, with the line, where it is missing."""
    found = shutil.which(program) or next(
        (str(one) for one in sorted(_DEBIAN.glob(f"*/bin/{program}"), reverse=True)), None
    )
    if found is None:
        line = " ".join([program, *options])
        raise CopyError(f"{program} is not here. Install the client programs of PostgreSQL, or run: {line}")
    return [found, *options]


def public_address(url: str) -> str:
    """The address without its password: other users of the machine see what a command is called with."""
    known = _parts_of(url)
    known.pop("password", None)
    return _address_of(known)


def _parts_of(url: str) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}


def _address_of(parts: dict[str, str]) -> str:
    from psycopg.conninfo import make_conninfo

    return make_conninfo("", **parts)


def _run(command: list[str], url: str = "") -> bytes:
    """Run a program of PostgreSQL, which reads the password of the address from a file of its own."""
    with tempfile.TemporaryDirectory(prefix="grantway-") as folder:
        password = _parts_of(url).get("password")
        if password is not None:
            file = Path(folder) / "password"
            new_file(file)
            escaped = password.replace("\\", "\\\\").replace(":", "\\:")
            file.write_text(f"*:*:*:*:{escaped}\n")
            public = public_address(url)
            private = _address_of({**_parts_of(public), "passfile": str(file)})
            command = [one.replace(f"--dbname={public}", f"--dbname={private}") for one in command]
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, with arguments of ours and no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason was given"]
        raise CopyError(f"{Path(command[0]).name} failed: {lines[0]}")
    return done.stdout


def _copy_file(source: str, path: Path) -> None:
    try:
        with contextlib.closing(connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))
    except sqlite3.Error as failure:
        raise CopyError(f"The database could not be copied: {failure}.") from None


def _revision_of_file(path: Path) -> str | None:
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            answers = connection.execute("PRAGMA integrity_check").fetchall()
            if answers != [("ok",)] or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise CopyError("The copy is damaged.")
            row = connection.execute(str(_REVISION)).fetchone()
    except sqlite3.Error:
        raise CopyError("The copy is damaged, or none of Grantway.") from None
    return str(row[0]) if row is not None else None


def _revision_of_dump(path: Path) -> str | None:
    options = ["--data-only", "--table=alembic_version", "--file=-", str(path)]
    lines = _run(command_of("pg_restore", options)).decode(errors="replace").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("COPY ")]
    if not starts:
        raise CopyError("The copy is none of Grantway.")
    return lines[starts[0] + 1].strip()


def _drop_all(url: str) -> None:
    """Remove the tables that are there: also those that an older copy knows nothing of."""
    present = MetaData()
    with _asked(url) as connection:
        present.reflect(connection)
        present.drop_all(connection)


def is_current(url: str) -> bool:
    """Whether a database has the schema of this version. Raises Unavailable."""
    kind = kind_of(url)
    found = condition(kind, url if kind == "postgresql" else path_of(url))
    return found.revision == found.newest
