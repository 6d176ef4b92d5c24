"""The history of the schema, and the one function that leads a database along it.

Each file in `versions` is one step and stands by itself: it does not import the tables of today.
Alembic is loaded when somebody migrates, and never by a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, func, select

from grantway.core.ports import StoreKind
from grantway.storage.sql.sqlite import connect

# The number says nothing; everybody who migrates a database asks the server for the same one.
_LOCK = 4_702_111_234_474_983_745


def upgrade(kind: StoreKind, address: str) -> None:
    """Run the steps that a database lacks, in one transaction that others wait for."""
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with connected(kind, address) as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


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
