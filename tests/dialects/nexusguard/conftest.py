"""Fixtures of the tests of Nexusguard's guide."""

from __future__ import annotations

import pytest

from tests.api.cast import Cast, cast_of
from tests.dialects.nexusguard.guide import Guide, a_guide
from tests.kit.world import World


@pytest.fixture
def guide(world: World) -> Guide:
    """An app that a customer has installed, and a member of the customer's in the portal."""
    return a_guide(world)


@pytest.fixture
def cast(world: World) -> Cast:
    """People who call the management API."""
    return cast_of(world)
