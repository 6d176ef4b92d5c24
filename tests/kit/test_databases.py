"""The databases that tests are given: fresh, migrated, gone afterwards, whoever asks for them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.kit.databases import Databases, RunFolder
from tests.kit.lending import Lending


def migrate(url: str) -> None:
    """Stand in for the product's migration: one table, in the journal mode that keeps changes beside the file."""
    if url.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(path_of(url))) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE notes (text TEXT)")
        return
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("CREATE TABLE versions (text TEXT); INSERT INTO versions VALUES ('1')")


def path_of(url: str) -> Path:
    return Path(urlsplit(url).path.removeprefix("/"))


def write(url: str, text: str) -> None:
    if url.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(path_of(url))) as connection:
            connection.execute("INSERT INTO notes VALUES (?)", (text,))
            connection.commit()
        return
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO notes VALUES (%s)", (text,))


def read(url: str) -> list[str]:
    if url.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(path_of(url))) as connection:
            return [text for (text,) in connection.execute("SELECT text FROM notes")]
    with psycopg.connect(url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes")]


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    """Databases of a run of their own, so that these tests and the product's migration never meet."""
    with RunFolder() as run:
        yield Databases(migrate, run.path)


def test_a_database_is_migrated_and_empty_whatever_the_one_before_held(
    store_url: str, databases: Databases
) -> None:
    assert read(store_url) == []
    write(store_url, "kept")
    another = databases.sqlite() if store_url.startswith("sqlite:") else databases.postgresql()
    assert read(another) == []
    assert read(store_url) == ["kept"]
    databases.drop(another)


def test_a_dropped_database_is_gone_even_while_somebody_is_connected(databases: Databases) -> None:
    url = databases.postgresql()
    with contextlib.closing(psycopg.connect(url)):
        databases.drop(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.fixture
def lending(databases: Databases) -> Iterator[Lending]:
    lending = Lending(databases)
    yield lending
    lending.close()


def test_a_lent_database_is_as_a_migration_left_it_whatever_the_test_before_wrote(lending: Lending) -> None:
    url = lending.borrow()
    write(url, "of the test before")
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM versions")
    lending.give_back(url)
    assert lending.borrow() == url
    assert read(url) == []
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT text FROM versions").fetchall() == [("1",)]
    lending.give_back(url)


def test_two_that_are_lent_at_a_time_are_two(lending: Lending) -> None:
    one, other = lending.borrow(), lending.borrow()
    write(one, "here")
    assert read(other) == []
    lending.give_back(one)
    lending.give_back(other)


def test_who_forgot_to_leave_is_put_out_with_what_was_not_committed(lending: Lending) -> None:
    url = lending.borrow()
    with contextlib.closing(psycopg.connect(url)) as forgotten:
        forgotten.execute("INSERT INTO notes VALUES ('never committed')")
        lending.give_back(url)
        with pytest.raises(psycopg.OperationalError, match="terminating connection"):
            forgotten.execute("SELECT 1")
    assert lending.borrow() == url
    assert read(url) == []
    lending.give_back(url)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more (text TEXT)",
        "DROP TABLE versions",
        "TRUNCATE notes",
        "ALTER TABLE notes ADD COLUMN more TEXT",
        "ALTER TABLE notes ALTER COLUMN text SET NOT NULL",
        "CREATE INDEX more ON notes (text)",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database()); END $$",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_one_that_was_changed_is_never_lent_again(lending: Lending, change: str) -> None:
    url = lending.borrow()
    with psycopg.connect(url) as connection:
        connection.execute(change.encode())
    lending.give_back(url)
    another = lending.borrow()
    assert another != url
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
    lending.give_back(another)


def test_the_server_listens_on_no_port(databases: Databases) -> None:
    url = databases.postgresql()
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()
    assert row == ("",)
    databases.drop(url)


def test_the_server_and_its_folder_end_with_a_process_that_is_killed() -> None:
    script = (
        "from tests.kit.databases import Postgresql, RunFolder\n"
        "import signal\n"
        "folder = RunFolder()\n"
        "Postgresql(folder.path).start()\n"
        "print(folder.path, folder.janitor_id, flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        path, janitor = process.stdout.readline().split()
        assert (Path(path) / "data" / "postmaster.pid").exists()
        janitor_ends = os.pidfd_open(int(janitor))
        process.send_signal(signal.SIGKILL)
    ended, _, _ = select.select([janitor_ends], [], [], 30)
    os.close(janitor_ends)
    assert ended
    assert not Path(path).exists()
