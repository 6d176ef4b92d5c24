"""A server whose post is watched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.features.notices.post import Post, world_with
from tests.kit.world import World


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def sender(store_url: str, post: Post) -> Iterator[World]:
    world = world_with(post, store_url)
    yield world
    world.close()
