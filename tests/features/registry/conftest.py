"""The features of the registry over a whole server."""

from __future__ import annotations

import pytest

from tests.features.registry.customers import Market, market_of
from tests.features.registry.office import Office
from tests.kit.world import World


@pytest.fixture
def office(world: World) -> Office:
    """An organization on a fresh server, with either database."""
    return Office(world, world.make.organization())


@pytest.fixture
def market(world: World) -> Market:
    """A vendor's application that any organization may install, on either database."""
    return market_of(world)
