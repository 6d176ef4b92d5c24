"""The history of the schema, and the one function that leads a database along it.

Each file in `versions` is one step and stands by itself: it does not import the tables of today.
Alembic is loaded when somebody migrates, and never by a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from grantway.core.ports import StoreKind, Unavailable
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


def upgrade(kind: StoreKind, address: str) -> None:
    """Run the steps that a database lacks, in one transaction that others wait for."""
    from alembic import command

    configuration = _configuration()
    if kind == "sqlite":
        make_file(address)
    with connected(kind, address) as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def condition(kind: StoreKind, address: str) -> Condition:
    """How a database stands: the step it is at, the newest there is, and its clock. Raises Unavailable."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory.from_config(_configuration()).get_current_head()
    if kind == "sqlite" and not Path(address).is_file():
        raise Unavailable("there is no such file")
    engine = _engine(kind, address)
    try:
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            time = select(func.extract("epoch", func.clock_timestamp()))
            # A file has no clock of its own.
            now = float(connection.scalar(time) or 0) if kind == "postgresql" else None
    except SQLAlchemyError as failure:
        raise Unavailable("no answer") from failure
    finally:
        engine.dispose()
    return Condition(kind, revision, newest or "", now)


def known_revisions() -> frozenset[str]:
    """The steps that this version knows: a database at another one is of a newer version."""
    from alembic.script import ScriptDirectory

    return frozenset(one.revision for one in ScriptDirectory.from_config(_configuration()).walk_revisions())


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


def _engine(kind: StoreKind, address: str) -> Engine:
    if kind == "postgresql":
        return create_engine(f"postgresql+psycopg://{address.partition('://')[2]}", poolclass=NullPool)
    engine = create_engine("sqlite://", creator=lambda: connect(address), poolclass=NullPool)
    # The driver's own transactions leave DDL out; ours hold the file until the last step is done.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine
