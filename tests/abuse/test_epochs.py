"""An epoch that rose is enough: whatever stands on it is dead, without anything being swept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.abuse.story import Story, error

RISES: dict[str, Callable[[Story], object]] = {
    "application": lambda story: story.world.make.change_application(story.honest.application, epoch=2),
    "organization": lambda story: story.world.make.change_organization(story.acme, epoch=2),
    "user": lambda story: story.world.make.change_user(story.person, epoch=2),
    "membership": lambda story: story.world.make.change_membership(story.person, story.acme, epoch=2),
}


@pytest.mark.parametrize("what", RISES)
def test_what_stands_on_an_epoch_ends_when_it_rises(story: Story, what: str) -> None:
    """V112, V116, V118: an access token, a refresh token and a waiting code, each by the epoch alone."""
    held, waiting = story.tokens(story.honest), story.code(story.honest)
    assert story.is_alive(held["access_token"])
    RISES[what](story)
    story.world.product.poll()
    assert not story.is_alive(held["access_token"])
    assert story.introspect(story.honest, held["access_token"]) == {"active": False}
    assert error(story.refresh(story.honest, held["refresh_token"])) == (400, "invalid_grant")
    assert error(story.redeem(story.honest, waiting)) == (400, "invalid_grant")
