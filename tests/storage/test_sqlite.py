"""What only SQLite can show: the settings of the file, and writers that wait for each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grantway.core.ports import Unavailable
from grantway.storage import migrate, path_of
from grantway.storage.sql.sqlite import SqliteEngine, connect, statements
from grantway.storage.sql.store import SqlStore
from tests.kit.databases import Databases
from tests.storage.records import NOW, artifact


@pytest.fixture
def path(databases: Databases, tmp_path: Path) -> str:
    return path_of(databases.sqlite(tmp_path))


@pytest.fixture
def hasty_store(path: str) -> Iterator[SqlStore]:
    store = SqlStore(SqliteEngine(path, pool_size=4, pool_timeout=0.05, busy_timeout=0.05))
    yield store
    store.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 5_000)],
)
def test_every_connection_has_the_settings(path: str, pragma: str, value: object) -> None:
    with closing(connect(path)) as connection:
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_a_new_file_and_those_beside_it_are_for_their_owner_alone(tmp_path: Path) -> None:
    """It holds hashes and sealed keys; one that an operator made is left as it is."""
    url = f"sqlite:///{tmp_path}/new.db"
    migrate(url)
    with closing(connect(f"{tmp_path}/new.db")) as connection:
        connection.execute("CREATE TABLE probe (one)")
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}
    (tmp_path / "own.db").touch()
    # Whatever the mask of this process is.
    (tmp_path / "own.db").chmod(0o640)
    migrate(f"sqlite:///{tmp_path}/own.db")
    assert (tmp_path / "own.db").stat().st_mode & 0o777 == 0o640


def test_a_writer_in_another_process_is_waited_for_until_the_deadline(
    hasty_store: SqlStore, path: str
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with hasty_store.read() as tx:
            assert tx.gate.feed_position() == 0
        with pytest.raises(Unavailable), hasty_store.begin() as tx:
            tx.gate.put_artifact(artifact("jti", b"1"))
        other.execute("COMMIT")
    with hasty_store.begin() as tx:
        assert tx.gate.put_artifact(artifact("jti", b"1"))


def test_a_writer_in_another_thread_is_waited_for_until_the_deadline(hasty_store: SqlStore) -> None:
    with hasty_store.begin() as first:
        first.gate.put_artifact(artifact("jti", b"1"))
        with pytest.raises(Unavailable), hasty_store.begin() as second:
            second.gate.put_artifact(artifact("jti", b"1"))
        with hasty_store.read() as third:
            assert third.gate.artifact("jti", b"1", now=NOW) is None
    with hasty_store.begin() as tx:
        assert not tx.gate.put_artifact(artifact("jti", b"1"))


def test_a_file_that_is_no_database_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is no database, it is a text that is longer than a header" * 20)
    store = SqlStore(SqliteEngine(str(path), pool_size=1, pool_timeout=0.05))
    with pytest.raises(Unavailable), store.read() as tx:
        tx.gate.feed_position()
    store.close()


def test_the_end_of_an_installation_finds_its_grants_by_an_index(path: str) -> None:
    text = statements()["revoke_grants_of_application"].text
    values = {"application_id_": 1, "organization_id_": 1, "now": NOW, "reason": "x"}
    with closing(connect(path)) as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN " + text, values).fetchall()
    assert "USING INDEX ix_grants_application_id_organization_id" in plan[0][3]
