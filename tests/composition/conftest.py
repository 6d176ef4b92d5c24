"""What several modules of this folder ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.kit.databases import Databases
from tests.kit.world import World, settings_of


@pytest.fixture(scope="module")
def standing(databases: Databases) -> Iterator[World]:
    """One server for a whole module, where nothing depends on the kind of database or on records before."""
    url = databases.sqlite()
    with closing(World(settings_of(url))) as world:
        yield world
    databases.drop(url)
