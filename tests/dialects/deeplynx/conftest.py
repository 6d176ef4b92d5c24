"""Fixtures of the tests of DeepLynx's guide."""

from __future__ import annotations

import pytest

from tests.dialects.deeplynx.guide import Guide, a_guide
from tests.kit.world import World


@pytest.fixture
def guide(world: World) -> Guide:
    """A reader of the guide, with an application of theirs."""
    return a_guide(world)
