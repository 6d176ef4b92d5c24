"""Remembered decisions about scopes die with the records they were made from, in every process.

Each story warms a second process, changes something in the first, and asks the second again: once it has
read the feed, and once when it has lost it. Nothing may be given that the changed records do not give,
and introspection of a live token tells what is true now (data model §6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from grantway.core.errors import OAuthError
from grantway.core.model import Api, Application, Installation, Organization
from grantway.core.scopes import parse
from grantway.edges.dialects.standard import paths
from tests.kit.world import World

READ, WRITE = "orders:read", "orders:write"


@dataclass(frozen=True)
class Story:
    """An application at home and installed elsewhere; `other` has answered for both."""

    world: World
    other: World
    api: Api
    guest: Organization
    application: Application
    installation: Installation
    home_secret: str
    guest_secret: str

    def given(self, secret: str, **form: str) -> set[str]:
        """The scopes that the second process gives now; none where it refuses."""
        answer = self.other.token(self.application, secret, grant_type="client_credentials", **form)
        return set(answer.json["scope"].split(" ")) if answer.status_code == 200 else set()

    def told(self, token: str, secret: str) -> set[str]:
        """The scopes that the second process says a live token has."""
        form = {"client_id": self.application.client_id, "client_secret": secret, "token": token}
        body = "&".join(f"{name}={value}" for name, value in form.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.other.client.simulate_post(paths.INTROSPECT, headers=headers, body=body)
        assert answer.status_code == 200
        return set(answer.json.get("scope", "").split(" ")) - {""}


@pytest.fixture
def story(world: World) -> Iterator[Story]:
    northwind, guest = world.make.organization("Northwind"), world.make.organization("Guest")
    api = world.make.api(northwind, READ, WRITE)
    application = world.make.application(
        northwind, scopes=(READ, WRITE), audience_requested="any_organization"
    )
    installation = world.make.installation(application, guest)
    secrets = world.make.secret(application), world.make.secret(application, guest)
    other = world.beside()
    story = Story(world, other, api, guest, application, installation, *secrets)
    yield story
    other.close()


def narrow_application(story: Story) -> None:
    story.world.make.change_application(story.application, scopes=frozenset({READ}))


def narrow_installation(story: Story) -> None:
    narrowed = replace(story.installation, scopes=frozenset({READ}))
    with story.world.store.begin() as tx:
        door = tx.organization(story.guest.id)
        assert door.update_installation(narrowed, version=story.installation.version)


def retire_scope(story: Story) -> None:
    with story.world.store.begin() as tx:
        door = tx.organization(story.api.organization_id)
        scope = next(one for one in door.scopes(story.api.id) if one.value == WRITE)
        assert door.update_scope(replace(scope, retired_at=1), version=scope.version)


def disable_api(story: Story) -> None:
    with story.world.store.begin() as tx:
        door = tx.organization(story.api.organization_id)
        assert door.update_api(replace(story.api, state="disabled"), version=story.api.version)


CHANGES: dict[str, tuple[Callable[[Story], None], set[str], set[str]]] = {
    "application narrowed": (narrow_application, {READ}, {READ}),
    "installation narrowed": (narrow_installation, {READ, WRITE}, {READ}),
    "scope retired": (retire_scope, {READ}, {READ}),
    "API disabled": (disable_api, set(), set()),
}
every_change = pytest.mark.parametrize("name", CHANGES)


@every_change
@pytest.mark.parametrize("has_feed", [True, False], ids=["feed read", "feed lost"])
def test_a_change_reaches_what_was_remembered(story: Story, name: str, *, has_feed: bool) -> None:
    change, at_home, away = CHANGES[name]
    tokens = {
        secret: story.other.machine_token(story.application, secret)
        for secret in (story.home_secret, story.guest_secret)
    }
    for secret, token in tokens.items():
        # Asked twice, so that the second answer is out of memory.
        assert story.given(secret) == story.given(secret) == {READ, WRITE}
        assert story.told(token, secret) == story.told(token, secret) == {READ, WRITE}
    change(story)
    if has_feed:
        story.other.product.poll()
    else:
        story.other.clock.advance(1)
    assert story.given(story.home_secret) == at_home
    assert story.given(story.guest_secret) == away
    assert story.told(tokens[story.home_secret], story.home_secret) == at_home
    assert story.told(tokens[story.guest_secret], story.guest_secret) == away


@every_change
def test_a_named_scope_that_was_remembered_is_refused_after_the_change(story: Story, name: str) -> None:
    change, at_home, _ = CHANGES[name]
    assert story.given(story.home_secret, scope=WRITE) == {WRITE}
    change(story)
    story.other.product.poll()
    assert story.given(story.home_secret, scope=WRITE) == at_home & {WRITE}


def test_what_was_remembered_for_one_question_answers_no_other(story: Story) -> None:
    secrets = (story.home_secret, story.guest_secret)
    narrow_installation(story)
    story.other.product.poll()
    for _ in range(2):
        assert [story.given(secret) for secret in secrets] == [{READ, WRITE}, {READ}]
        assert [story.given(secret, scope=READ) for secret in secrets] == [{READ}, {READ}]
        assert [story.given(secret, scope=WRITE) for secret in secrets] == [{WRITE}, set()]
        assert story.given(story.home_secret, scope=READ, resource="https://elsewhere.example") == set()
        assert story.given(story.home_secret, scope=READ, resource=story.api.identifier) == {READ}


def test_a_refused_text_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(OAuthError):
            parse('orders:read "')
        assert parse(f"{READ} {WRITE}") == frozenset({READ, WRITE})
