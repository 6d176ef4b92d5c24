"""A guarded API over a whole server, on both databases."""

from __future__ import annotations

import pytest

from tests.kit.gateway import Gateway, gateway_of
from tests.kit.world import World


@pytest.fixture
def gateway(world: World) -> Gateway:
    """An API that takes tokens of the standard mount, as one does by default."""
    return gateway_of(world)
