"""Every abuse test runs on both databases, against the whole server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.abuse.counting import CountingPasswords
from tests.abuse.marked import Marked, marked_of
from tests.abuse.story import Story
from tests.api.cast import Cast, cast_of
from tests.kit.databases import Databases, Postgresql, RunFolder
from tests.kit.joining import Mailbox
from tests.kit.world import World, settings_of


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


@pytest.fixture
def cast(world: World) -> Cast:
    """Two tenants and the platform, with callers of the management API in all positions."""
    return cast_of(world)


@pytest.fixture
def marked(world: World) -> Marked:
    """A server with one of everything, and every secret that was made on the way."""
    return marked_of(world)


@pytest.fixture
def passwords() -> CountingPasswords:
    return CountingPasswords()


@pytest.fixture
def counted(store_url: str, passwords: CountingPasswords) -> Iterator[Story]:
    """The story on a server that counts how often it hashes a password."""
    world = World(settings_of(store_url), passwords=passwords)
    yield Story(world)
    world.close()


@pytest.fixture
def world_pair(story: Story, databases: Databases) -> Iterator[tuple[Story, Story]]:
    """Two servers under one name, each with a database of its own."""
    other = World(settings_of(databases.sqlite()))
    yield story, Story(other)
    other.close()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mailing(store_url: str, mailbox: Mailbox) -> Iterator[Cast]:
    """The cast on a server that sends letters."""
    world = World(settings_of(store_url), outside=mailbox.outside)
    yield cast_of(world)
    world.close()


@pytest.fixture(scope="session")
def own_server() -> Iterator[Postgresql]:
    """A server of PostgreSQL for tests that end it under a running product."""
    with RunFolder() as folder:
        server = Postgresql(folder.path)
        server.start()
        yield server
