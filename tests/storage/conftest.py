"""The contract suite of the store: every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grantway.core.ports import Store
from grantway.storage import open_store
from tests.storage import records


@pytest.fixture
def empty_store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    records.populate(empty_store)
    return empty_store
