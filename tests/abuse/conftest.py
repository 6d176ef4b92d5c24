"""Every abuse test runs on both databases, against the whole server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.abuse.story import Story
from tests.kit.databases import Databases
from tests.kit.world import World, settings_of


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


@pytest.fixture
def world_pair(story: Story, databases: Databases) -> Iterator[tuple[Story, Story]]:
    """Two servers under one name, each with a database of its own."""
    other = World(settings_of(databases.sqlite()))
    yield story, Story(other)
    other.close()
