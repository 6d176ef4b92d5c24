"""The cast of every test of the management API."""

from __future__ import annotations

import pytest

from tests.api.cast import Cast, cast_of
from tests.kit.world import World


@pytest.fixture
def cast(world: World) -> Cast:
    """Two tenants and the platform, over an empty database of each kind."""
    return cast_of(world)
