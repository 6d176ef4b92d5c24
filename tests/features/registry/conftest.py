"""The features of the registry over a whole server."""

from __future__ import annotations

import pytest

from tests.features.registry.office import Office
from tests.kit.world import World


@pytest.fixture
def office(world: World) -> Office:
    """An organization on a fresh server, with either database."""
    return Office(world, world.make.organization())
