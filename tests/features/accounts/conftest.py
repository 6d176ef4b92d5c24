"""People and their sessions, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.signin.stage import Stage


@pytest.fixture
def stage(store_url: str) -> Iterator[Stage]:
    made = Stage(store_url)
    yield made
    made.close()
