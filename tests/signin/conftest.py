"""The pages of signing in, over WSGI on each kind of database, and in a real browser on one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.databases import Databases
from tests.signin import live
from tests.signin.browser import WsgiBrowser
from tests.signin.stage import Stage
from tests.signin.town import Town, settled


@pytest.fixture
def stage(store_url: str) -> Iterator[Stage]:
    made = Stage(store_url)
    yield made
    made.close()


@pytest.fixture
def browser(stage: Stage) -> WsgiBrowser:
    return WsgiBrowser(stage.app())


@pytest.fixture
def town(databases: Databases) -> Iterator[Town]:
    with live.serving(lambda _: live.application) as elsewhere, settled(databases, elsewhere) as made:
        yield made
