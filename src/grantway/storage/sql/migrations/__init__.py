"""The history of the schema, and the one function that leads a database along it.

Each file in `versions` is one step and stands by itself: it does not import the tables of today.
Alembic is loaded when somebody migrates, and never by a server.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    column,
    create_engine,
    event,
    func,
    inspect,
    select,
    table,
)
from sqlalchemy.exc import SQLAlchemyError

from grantway.core.ports import NewerSchema, OlderSchema, StoreKind, Unavailable
from grantway.storage.sql.sqlite import connect, make_file

if TYPE_CHECKING:
    from alembic.config import Config

# The number says nothing; everybody who migrates a database asks the server for the same one.
_LOCK = 4_702_111_234_474_983_745


@dataclass(frozen=True, slots=True)
class Condition:
    """What somebody asks who wonders why a server does not start. `now` is in seconds since 1970."""

    kind: StoreKind
    revision: str | None
    newest: str
    now: float | None

    @property
    def is_newer(self) -> bool:
        """Whether it is at a step that this version does not know."""
        return self.revision is not None and self.revision not in known_revisions()


def upgrade(kind: StoreKind, address: str) -> None:
    """Run the steps that a database lacks, in one transaction that others wait for."""
    from alembic import command

    configuration = _configuration()
    if kind == "sqlite":
        make_file(address)
    with connected(kind, address) as connection:
        _refuse_newer(_revision(connection))
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def check(kind: StoreKind, address: str) -> None:
    """Raise NewerSchema or OlderSchema where a database is not at the newest step, else Unavailable.

    Every command asks, so this reads one row and does not load Alembic.
    """
    with _reading(kind, address) as connection:
        revision = _revision(connection)
    _refuse_newer(revision)
    if revision != max(known_revisions()):
        raise OlderSchema("steps are missing")


def known_revisions() -> set[str]:
    """The steps that this version has, by their numbers."""
    return {path.stem.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")}


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision not in known_revisions():
        raise NewerSchema("a step that this version does not know")


def _revision(connection: Connection) -> str | None:
    """At which step a database is; None: it has none of our tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(select(column("version_num")).select_from(table("alembic_version")))
    return None if found is None else str(found)


def condition(kind: StoreKind, address: str) -> Condition:
    """How a database stands: the step it is at, the newest there is, and its clock. Raises Unavailable."""
    with _reading(kind, address) as connection:
        time = select(func.extract("epoch", func.clock_timestamp()))
        # A file has no clock of its own.
        now = float(connection.scalar(time) or 0) if kind == "postgresql" else None
        return Condition(kind, _revision(connection), max(known_revisions()), now)


@contextmanager
def _reading(kind: StoreKind, address: str) -> Iterator[Connection]:
    """A connection that changes nothing. Raises Unavailable, from what the driver said."""
    if kind == "sqlite" and not Path(address).exists():
        raise Unavailable("there is no such file") from FileNotFoundError(errno.ENOENT, "no file", address)
    engine = _engine(kind, address, is_writing=False)
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, sqlite3.Error) as failure:
        raise Unavailable("no answer") from failure
    finally:
        engine.dispose()


def _configuration() -> Config:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return configuration


@contextmanager
def connected(kind: StoreKind, address: str) -> Iterator[Connection]:
    """A connection in one transaction, alone with the schema."""
    engine = _engine(kind, address)
    try:
        with engine.begin() as connection:
            if kind == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection
    finally:
        engine.dispose()


def _engine(kind: StoreKind, address: str, *, is_writing: bool = True) -> Engine:
    if kind == "postgresql":
        return create_engine(f"postgresql+psycopg://{address.partition('://')[2]}", poolclass=NullPool)
    engine = create_engine("sqlite://", creator=lambda: connect(address), poolclass=NullPool)
    # The driver's own transactions leave DDL out; ours hold the file until the last step is done.
    if is_writing:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine
