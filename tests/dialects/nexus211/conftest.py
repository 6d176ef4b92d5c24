"""Fixtures of the tests of Nexus211's guide."""

from __future__ import annotations

import pytest

from tests.dialects.nexus211.guide import Guide, a_guide
from tests.dialects.nexus211.story import Story, a_story
from tests.kit.world import World


@pytest.fixture
def guide(world: World) -> Guide:
    """A reader of the guide, with an application of theirs."""
    return a_guide(world)


@pytest.fixture
def story(world: World) -> Story:
    """An application of theirs, before anybody authorized it."""
    return a_story(world)
