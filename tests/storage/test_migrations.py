"""The history of the schema leads, on both databases, exactly to the tables that the statements use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from grantway.storage import kind_of, migrate, open_store, path_of
from grantway.storage.sql.migrations import connected
from grantway.storage.sql.sqlite import make_file
from grantway.storage.sql.tables import METADATA
from tests.kit.databases import Databases
from tests.storage import records


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/50% new.db"
        return
    url = databases.server.postgres_url(databases.server.create_database())
    yield url
    databases.drop(url)


def address_of(url: str) -> str:
    return path_of(url) if kind_of(url) == "sqlite" else url


def test_the_history_leads_to_the_tables_of_today(empty_url: str) -> None:
    migrate(empty_url)
    with connected(kind_of(empty_url), address_of(empty_url)) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() is not None


def constraints(connection: Any) -> dict[str, set[str]]:
    """What a comparison of tables does not look at: conditions of indexes, checks, and what a deletion does."""
    inspector = inspect(connection)
    found: dict[str, set[str]] = {}
    for name in METADATA.tables:
        indexes = {
            f"{index['name']} {index['column_names']} {index['unique']} "
            f"{str(index['dialect_options'].get(f'{connection.dialect.name}_where', '')).lower().replace('(', '').replace(')', '').replace('::text', '')}"
            for index in inspector.get_indexes(name)
            if not index.get("duplicates_constraint")
        }
        keys = {
            f"{key['name']} {key['referred_table']} {key['options']}"
            for key in inspector.get_foreign_keys(name)
        }
        checks = {str(check["name"]) for check in inspector.get_check_constraints(name)}
        found[name] = indexes | keys | checks
    return found


def test_the_history_leads_to_the_conditions_of_today(
    empty_url: str, databases: Databases, tmp_path: Path
) -> None:
    migrate(empty_url)
    kind = kind_of(empty_url)
    made = f"sqlite:///{tmp_path}/made.db"
    if kind == "postgresql":
        made = databases.server.postgres_url(databases.server.create_database())
    else:
        make_file(address_of(made))
    with connected(kind, address_of(made)) as connection:
        METADATA.create_all(connection)
        wanted = constraints(connection)
    with connected(kind, address_of(empty_url)) as connection:
        assert constraints(connection) == wanted
    if kind == "postgresql":
        databases.drop(made)


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    migrate(empty_url)
    store = open_store(empty_url)
    records.populate(store)
    position = records.position_of(store)
    migrate(empty_url)
    assert records.position_of(store) == position
    store.close()


def test_several_may_migrate_at_once(empty_url: str) -> None:
    program = "import sys; from grantway.storage import migrate; migrate(sys.argv[1])"

    def run(_: int) -> int:
        return subprocess.run([sys.executable, "-c", program, empty_url], check=False).returncode

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, range(3))) == [0, 0, 0]
    store = open_store(empty_url)
    assert records.position_of(store) == 0
    store.close()


def test_a_server_does_not_load_what_only_migrates(tmp_path: Path) -> None:
    program = (
        "import sys; from grantway.storage import open_store; "
        "open_store(sys.argv[1]).close(); open_store('postgresql:///x').close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, f"sqlite:///{tmp_path}/x.db"], check=False)
    assert done.returncode == 0
