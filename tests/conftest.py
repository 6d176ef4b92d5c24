"""Fixtures for every folder: a server in this process, and one in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kit.browser import Browser
    from tests.kit.server import LiveServer
    from tests.kit.world import World


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    """A whole server in this process, over an empty database of each kind, with a clock that is told to move."""
    from tests.kit.world import World, settings_of

    world = World(settings_of(store_url))
    yield world
    world.close()


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    """A browser at that server."""
    browser = world.browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server in a process of its own on a free loopback port, with the demonstration's data."""
    from tests.kit.server import LiveServer

    with LiveServer(tmp_path_factory.mktemp("server")) as server:
        yield server
