"""What a session gave dies with it: codes, requests under way, refresh tokens and access tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import DAY, HOUR, SECOND
from tests.abuse.story import Client, Story
from tests.api.cast import cast_of
from tests.kit.browser import Browser
from tests.kit.factories import PASSWORD
from tests.kit.world import World

NEW = "green harbour lamps at dusk"
OFFLINE = "openid offline_access"


@dataclass
class Given:
    """Everything that one session gave, and the browser that has it."""

    browser: Browser
    client: Client
    tokens: dict[str, Any]
    offline: dict[str, Any]
    code: str
    offline_code: str
    under_way: str


def given(story: Story, client: Client, browser: Browser | None = None) -> Given:
    """Sign in, and let the application have one of everything."""
    at = browser or story.world.browser()
    tokens, offline = (
        story.redeem(client, story.answer(client, None, at, scope=scope)["code"]).json
        for scope in ("openid", OFFLINE)
    )
    code, offline_code = (
        story.answer(client, None, at, scope=scope)["code"] for scope in ("openid", OFFLINE)
    )
    at.visit(story.request(client, prompt="consent"))
    assert at.forms[0].has("decision", "approve")
    return Given(at, client, tokens, offline, code, offline_code, at.address)


def is_over(story: Story, had: Given) -> bool:
    """Whether the request under way is back at the sign-in."""
    assert had.browser.visit(had.under_way) is None
    return "password" in had.browser.forms[0].fields


@pytest.fixture
def there(story: Story) -> Iterator[World]:
    """Another process."""
    world = story.world.beside()
    yield world
    world.close()


@pytest.fixture
def client(story: Story) -> Client:
    """Codes that last long, so that they die of what is tested and of nothing else."""
    return story.client(story.acme, settings={"code_lifetime": 30 * DAY // SECOND})


def sign_out(story: Story, had: Given) -> None:
    had.browser.visit("/sign-out")
    had.browser.submit(("action", "sign_out"))


def remove_from_the_list(story: Story, had: Given) -> None:
    other = story.world.browser()
    session = story.world.product.features.sign_in.sessions.find(had.browser.cookies["__Host-session"])
    assert session is not None
    other.sign_in(story.person.email, story.person.password)
    form = next(
        number for number, one in enumerate(other.forms) if one.fields.get("session") == to_text(session.id)
    )
    other.submit(form=form)
    assert "That session has ended." in other.page


def new_password(story: Story, had: Given) -> None:
    other = story.world.browser()
    other.sign_in(story.person.email, story.person.password)
    other.visit("/password")
    other.submit(password=PASSWORD, new_password=NEW, confirm=NEW)
    assert "Your password is changed" in other.page


def reset(story: Story, had: Given) -> None:
    world, activation = story.world, story.world.product.features.sign_in.activation
    with world.store.begin() as tx:
        link = activation.invite(tx, story.person.user)
    other = world.browser()
    other.visit(link)
    other.submit(new_password=NEW, confirm=NEW)
    assert "Your password is set" in other.page


def by_an_operator(story: Story, had: Given) -> None:
    """C253: somebody who runs the platform ends whatever the person has."""
    cast = cast_of(story.world)
    place = f"/users/{to_text(story.person.id)}/end-sessions"
    for caller in ("owner", "admin", "operator_without_platform"):
        assert cast.call(cast.caller(caller), "POST", place).status_code == 403
    assert story.redeem(had.client, story.answer(had.client, None, had.browser)["code"]).status_code == 200
    ended = cast.as_operator("POST", place)
    assert ended.status_code == 200
    assert cast.as_operator("POST", place).json == {"ended": 0}, "and none is left"
    assert cast.as_operator("POST", "/users/3xKnown9/end-sessions").status_code == 404


def another_person(story: Story, had: Given) -> None:
    """V020: signing in over somebody else's session signs them out."""
    story.world.advance(1)
    had.browser.visit(story.request(story.honest, prompt="login"))
    had.browser.submit(("action", "sign_in"), email=story.stranger.email, password=story.stranger.password)
    had.browser.visit("/sign-out")
    had.browser.submit(("action", "sign_out"))


Way = Callable[[Story, Given], None]
WAYS: dict[str, Way] = {
    "signing out": sign_out,
    "removal from the list": remove_from_the_list,
    "another person": another_person,
    "a new password": new_password,
    "a reset": reset,
    "an operator": by_an_operator,
}
PASSWORDS = {"a new password", "a reset", "an operator"}
"""What ends every session of the person, and by policy what goes on without the person."""


@pytest.mark.parametrize("name", WAYS)
def test_what_a_session_gave_dies_with_it(story: Story, there: World, client: Client, name: str) -> None:
    """C249, C251, C253, C255, V020, V115: on this process in the same commit, on another with its next poll."""
    had = given(story, client)
    there.product.poll()
    for token in (had.tokens, had.offline):
        assert there.bearer(token["access_token"]).status_code == 200
    WAYS[name](story, had)
    there.product.poll()
    # A code made in it is dead, whatever it would give: nobody was away when it was made.
    for code in (had.code, had.offline_code):
        assert story.redeem(client, code).json["error"] == "invalid_grant"
    assert is_over(story, had)
    assert story.refresh(client, had.tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert story.introspect(client, had.tokens["refresh_token"]) == {"active": False}
    fresh = story.world.beside()
    outlived = name not in PASSWORDS
    for process in (story.world, there, fresh):
        assert process.bearer(had.tokens["access_token"]).status_code == 401
        assert (process.bearer(had.offline["access_token"]).status_code == 200) is outlived
    fresh.close()
    again = story.refresh(client, had.offline["refresh_token"])
    assert (again.status_code == 200) is outlived
    if outlived:
        # What is refreshed afterwards outlives it too, and so does what is narrowed.
        narrower = story.refresh(client, again.json["refresh_token"], scope="openid")
        assert story.is_alive(narrower.json["access_token"])


def test_a_process_that_remembers_too_little_asks_the_database(story: Story, client: Client) -> None:
    had = given(story, client)
    other = story.world.beside()
    other.services.directory._memory.dead_is_complete = False  # noqa: SLF001 - as with too many revocations
    sign_out(story, had)
    assert other.bearer(had.offline["access_token"]).status_code == 200
    assert other.bearer(had.tokens["access_token"]).status_code == 401
    other.close()


@pytest.mark.parametrize("name", sorted(PASSWORDS))
def test_policy_says_whether_a_password_ends_what_goes_on_without_the_person(
    story: Story, client: Client, name: str
) -> None:
    had = given(story, client)
    with story.world.store.begin() as tx:
        policy = tx.gate.platform_policy()
        assert policy.password_ends_offline
        tx.platform.update_policy(replace(policy, password_ends_offline=False), version=policy.version)
    WAYS[name](story, had)
    assert story.refresh(client, had.tokens["refresh_token"]).status_code == 400
    assert not story.is_alive(had.tokens["access_token"])
    assert story.refresh(client, had.offline["refresh_token"]).status_code == 200
    assert story.redeem(client, had.offline_code).status_code == 400


def test_a_new_password_leaves_alone_what_its_own_session_gave(story: Story, client: Client) -> None:
    had = given(story, client)
    had.browser.visit("/password")
    had.browser.submit(password=PASSWORD, new_password=NEW, confirm=NEW)
    assert not is_over(story, had)
    for tokens in (had.tokens, had.offline):
        assert story.is_alive(tokens["access_token"])
        assert story.refresh(client, tokens["refresh_token"]).status_code == 200
    assert story.redeem(client, had.code).status_code == 200


def expire(story: Story, *, swept: bool) -> None:
    """Let the session expire, with or without housekeeping between this and the next use."""
    story.world.advance(13 * HOUR // SECOND)
    if swept:
        story.world.advance(2 * HOUR // SECOND)
        assert story.world.product.housekeeping.step().artifacts > 0


@pytest.mark.parametrize("swept", [False, True], ids=["not swept", "swept"])
def test_a_session_that_expires_is_no_sign_out(story: Story, client: Client, swept: bool) -> None:
    """What it gave lives on, whether or not anybody has cleaned up after it."""
    had = given(story, client)
    expire(story, swept=swept)
    assert story.redeem(client, had.code).status_code == 200
    for tokens in (had.tokens, had.offline):
        assert story.refresh(client, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("swept", [False, True], ids=["not swept", "swept"])
@pytest.mark.parametrize("name", sorted(PASSWORDS))
def test_a_password_ends_what_lived_on_from_expired_sessions_too(
    story: Story, client: Client, name: str, swept: bool
) -> None:
    """Whoever got in with the former password is out, however long ago that was."""
    had = given(story, client)
    expire(story, swept=swept)
    refreshed = story.refresh(client, had.tokens["refresh_token"]).json
    WAYS[name](story, had)
    assert not story.is_alive(refreshed["access_token"])
    assert story.refresh(client, refreshed["refresh_token"]).status_code == 400
    assert story.refresh(client, had.offline["refresh_token"]).status_code == 400
    assert story.redeem(client, had.code).status_code == 400


def test_an_end_is_not_forgotten_while_a_family_could_come_back(story: Story, client: Client) -> None:
    """Housekeeping runs every day; the refresh token would live for two weeks without a use."""
    had = given(story, client)
    sign_out(story, had)
    for _ in range(13):
        story.world.advance(DAY // SECOND)
        story.world.product.housekeeping.step()
        assert story.refresh(client, had.tokens["refresh_token"]).status_code == 400
    story.world.advance(60 * DAY // SECOND)
    # The first step deletes the grants, and with the second nothing stands on the session any more.
    steps = [story.world.product.housekeeping.step().sessions for _ in range(2)]
    assert sum(steps) == 1
    with story.world.store.read() as tx:
        assert tx.gate.ended_sessions(0) == ()
