"""The cast of every test of the console: two tenants and the platform, and people in all positions."""

from __future__ import annotations

import pytest

from tests.api.cast import Cast, cast_of
from tests.console.visitors import Visitors
from tests.kit.world import World


@pytest.fixture
def cast(world: World) -> Cast:
    """Over an empty database of each kind."""
    return cast_of(world)


@pytest.fixture
def visitors(cast: Cast) -> Visitors:
    """Their browsers."""
    return Visitors(cast)
