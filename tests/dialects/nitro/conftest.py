"""Fixtures of the tests of Nitro's guide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dialects.nitro.guide import Guide, a_guide
from tests.kit.world import World, settings_of


@pytest.fixture
def guide(store_url: str) -> Iterator[Guide]:
    """A site with a client that may name its users."""
    world = World(settings_of(store_url, mounts="nitro=nitro@/d/nitro"))
    yield a_guide(world)
    world.close()
