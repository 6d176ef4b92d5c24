"""What is the matter with a database, found in what its drivers raise: a name for each thing to do.

The servers' messages are read, because of a refused connection a driver gives no code. One that comes in
another language than English is told as `UNREACHABLE`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from enum import StrEnum, auto
from pathlib import Path

import psycopg
from psycopg import errors

from grantway.core.ports import NewerSchema, OlderSchema, Unavailable


class Trouble(StrEnum):
    """Why a database cannot be used."""

    UNREACHABLE = auto()
    """Nothing more is known."""
    REFUSED = auto()
    """Nobody listens at the address."""
    UNKNOWN_HOST = auto()
    """The name does not resolve."""
    SILENT = auto()
    """Something is there and does not answer in time."""
    STARTING = auto()
    """It starts, stops or recovers."""
    FULL = auto()
    """It takes no more connections."""
    NO_DATABASE = auto()
    """The server has no database of this name."""
    NO_ROLE = auto()
    """The server does not know the user, or not from here."""
    WRONG_PASSWORD = auto()
    """A wrong password, or none."""
    NO_RIGHT = auto()
    """The user may not do this."""
    WRONG_TLS = auto()
    """Both sides do not agree on encryption."""
    READ_ONLY = auto()
    """It may be read and not written."""
    NOT_SET_UP = auto()
    """It lacks the tables of this version."""
    NEWER = auto()
    """Its schema is of a newer version."""
    LOCKED = auto()
    """Another program holds it."""
    DISK_FULL = auto()
    """There is no room to write."""
    NO_FOLDER = auto()
    """The folder of the file does not exist."""
    NO_FILE = auto()
    """There is no such file."""
    UNWRITABLE_FOLDER = auto()
    """The folder of the file cannot be written to."""
    UNREADABLE_FILE = auto()
    """The file cannot be opened."""
    NOT_A_FILE = auto()
    """There is a folder under the name of the file."""
    NOT_A_DATABASE = auto()
    """The file is of another kind, or damaged."""


_OF_TYPE: tuple[tuple[type[BaseException], Trouble], ...] = (
    (NewerSchema, Trouble.NEWER),
    (OlderSchema, Trouble.NOT_SET_UP),
    (errors.InvalidCatalogName, Trouble.NO_DATABASE),
    (errors.InvalidPassword, Trouble.WRONG_PASSWORD),
    (errors.InsufficientPrivilege, Trouble.NO_RIGHT),
    (errors.ReadOnlySqlTransaction, Trouble.READ_ONLY),
    (errors.UndefinedTable, Trouble.NOT_SET_UP),
    (errors.UndefinedColumn, Trouble.NOT_SET_UP),
    (errors.InvalidSchemaName, Trouble.NO_RIGHT),
    (errors.LockNotAvailable, Trouble.LOCKED),
    (errors.QueryCanceled, Trouble.SILENT),
    (errors.DiskFull, Trouble.DISK_FULL),
    (errors.TooManyConnections, Trouble.FULL),
    (psycopg.errors.ConnectionTimeout, Trouble.SILENT),
    (IsADirectoryError, Trouble.NOT_A_FILE),
)
_OF_TEXT: tuple[tuple[str, Trouble], ...] = (
    (r"database \".*\" does not exist", Trouble.NO_DATABASE),
    (r"password authentication failed|no password supplied|wrong password", Trouble.WRONG_PASSWORD),
    (
        r"role \".*\" does not exist|pg_hba\.conf|authentication failed|not permitted",
        Trouble.NO_ROLE,
    ),
    (r"permission denied", Trouble.NO_RIGHT),
    (r"too many clients|connection slots|too many connections", Trouble.FULL),
    (r"the database system is|not accepting connections|recovery mode", Trouble.STARTING),
    (r"resolve host|translate host name|name or service not known|name resolution", Trouble.UNKNOWN_HOST),
    (r"SSL|certificate|TLS", Trouble.WRONG_TLS),
    (r"timeout|timed out", Trouble.SILENT),
    (r"Connection refused|No such file or directory|No route to host|unreachable", Trouble.REFUSED),
    (r"no such table|no such column", Trouble.NOT_SET_UP),
)
_OF_SQLITE: dict[int, Trouble] = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_FULL: Trouble.DISK_FULL,
    sqlite3.SQLITE_IOERR: Trouble.DISK_FULL,
    sqlite3.SQLITE_NOTADB: Trouble.NOT_A_DATABASE,
    sqlite3.SQLITE_CORRUPT: Trouble.NOT_A_DATABASE,
    sqlite3.SQLITE_PERM: Trouble.UNREADABLE_FILE,
}


def trouble_of(failure: BaseException, *, path: str | None) -> Trouble | None:
    """What is the matter; None where the failure is none of a database.

    `path` is the file, where the database is one.
    """
    causes = list(_causes(failure))
    for cause in causes:
        found = _of_cause(cause, path)
        if found is not None:
            return found
    kinds = (Unavailable, psycopg.Error, sqlite3.Error)
    return Trouble.UNREACHABLE if any(isinstance(cause, kinds) for cause in causes) else None


def _of_cause(cause: BaseException, path: str | None) -> Trouble | None:
    if isinstance(cause, OSError) and cause.filename != path:
        # Of another file, or of no file at all.
        return None
    if path is not None and isinstance(cause, OSError | sqlite3.Error):
        found = _of_path(Path(path), cause)
        if found is not None:
            return found
    for kind, trouble in _OF_TYPE:
        if isinstance(cause, kind):
            return trouble
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in _OF_SQLITE:
            return _OF_SQLITE[code]
    if not isinstance(cause, psycopg.Error | sqlite3.Error):
        return None
    text = str(cause)
    return next((one for pattern, one in _OF_TEXT if re.search(pattern, text)), None)


def _of_path(path: Path, cause: BaseException) -> Trouble | None:
    """What the place of a file says, where it could not be opened or made."""
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(cause, sqlite3.Error) and (code is None or code & 0xFF != sqlite3.SQLITE_CANTOPEN):
        return None
    try:
        if path.is_dir():
            return Trouble.NOT_A_FILE
        if not path.parent.is_dir():
            return Trouble.NO_FOLDER
        is_there = path.exists()
    except OSError:
        return Trouble.UNWRITABLE_FOLDER
    if is_there:
        return Trouble.UNREADABLE_FILE
    return Trouble.NO_FILE if isinstance(cause, FileNotFoundError) else Trouble.UNWRITABLE_FOLDER


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    """A failure and what it came from, the first cause first: it says most."""
    chain = []
    while failure is not None and failure not in chain:
        chain.append(failure)
        original = getattr(failure, "orig", None)
        failure = failure.__cause__ or (
            original if isinstance(original, BaseException) else failure.__context__
        )
    return reversed(chain)
