"""Ends that race with what they end, and what was withdrawn: nothing of it comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from grantway.core.model import HOUR, SECOND
from tests.abuse.story import Client, Story
from tests.abuse.test_ended_sessions import NEW, client, there
from tests.kit.browser import Browser
from tests.kit.counts import count
from tests.kit.factories import PASSWORD
from tests.kit.world import World

__all__ = ["client", "there"]


def alive(story: Story, client: Client, answer: Any) -> list[str]:
    """What still works of a token answer."""
    if answer.status_code != 200:
        return []
    tokens = answer.json
    works = {
        "access token": story.is_alive(tokens["access_token"]),
        "refresh token": story.refresh(client, tokens["refresh_token"]).status_code == 200,
    }
    return [name for name, does in works.items() if does]


@pytest.mark.parametrize("name", ["signing out", "a reset", "withdrawing"])
def test_a_redemption_that_races_with_the_end_gives_nothing_that_lasts(story: Story, name: str) -> None:
    """Whichever of the two comes first, on each kind of database: nothing is left alive, and no error."""
    world = story.world
    client = story.client(story.acme)

    def end(browser: Browser) -> None:
        if name == "withdrawing":
            application, organization = client.application.id, story.acme.id
            features = world.product.features.sign_in
            assert features.consents.withdraw(story.person.id, application, organization)
        elif name == "a reset":
            with world.store.begin() as tx:
                features = world.product.features.sign_in
                assert features.sessions.end_others(tx, story.person.id, keep=None) == 1
        else:
            world.product.features.sign_in.sessions.end(browser.cookies["__Host-session"])

    for _ in range(count(bounded=6, full=200)):
        browser = world.browser()
        code = story.answer(client, None, browser, scope="openid", prompt="consent")["code"]
        with ThreadPoolExecutor(2) as pool:
            ended = pool.submit(end, browser)
            answer = pool.submit(story.redeem, client, code).result()
            ended.result()
        world.product.poll()
        assert answer.status_code in {200, 400}
        assert alive(story, client, answer) == []


def test_what_was_withdrawn_stays_dead_when_it_is_allowed_again(story: Story, client: Client) -> None:
    """C080: the next consent is another one."""
    browser = story.world.browser()
    held = story.redeem(client, story.answer(client, None, browser)["code"]).json
    waiting = story.answer(client, None, browser)["code"]
    place = (story.person.id, client.application.id, story.acme.id)
    assert story.world.product.features.sign_in.consents.withdraw(*place)
    again = story.redeem(client, story.answer(client, None, browser)["code"]).json
    for tokens, works in ((held, False), (again, True)):
        assert story.is_alive(tokens["access_token"]) is works
        assert (story.refresh(client, tokens["refresh_token"]).status_code == 200) is works
    assert story.redeem(client, waiting).status_code == 400


def test_what_nobody_was_asked_for_is_withdrawn_all_the_same(story: Story, there: World) -> None:
    """There is no consent whose epoch could go up, so the withdrawal is the first thing that is written."""
    client = story.client(story.acme, settings={"consent": "platform", "code_lifetime": HOUR // SECOND})
    story.world.make.voucher(client.application)
    browser = story.world.browser()
    held = story.redeem(client, story.answer(client, None, browser)["code"]).json
    waiting = story.answer(client, None, browser)["code"]
    consents = story.world.product.features.sign_in.consents
    assert [one.is_asked_for for one in consents.of(story.person.id)] == [False]
    assert consents.withdraw(story.person.id, client.application.id, story.acme.id)
    there.product.poll()
    for process in (story.world, there):
        assert process.bearer(held["access_token"]).status_code == 401
    assert story.refresh(client, held["refresh_token"]).status_code == 400
    assert story.redeem(client, waiting).status_code == 400
    assert consents.of(story.person.id) == ()
    assert not consents.withdraw(story.person.id, client.application.id, story.acme.id)


def test_signing_in_while_the_password_changes_leaves_no_session_of_the_former(story: Story) -> None:
    """Whoever is later sees the other: the session is ended, or is not begun."""
    world, features = story.world, story.world.product.features.sign_in
    former = PASSWORD
    for turn in range(count(bounded=4, full=100)):
        present, new = former, f"{NEW} number {turn} of many"
        keeper, thief = world.browser(), world.browser()
        keeper.sign_in(story.person.email, present)
        keeper.visit("/password")
        thief.visit("/sign-in")
        with ThreadPoolExecutor(2) as pool:
            entered = pool.submit(lambda: thief.submit(email=story.person.email, password=present))  # noqa: B023
            changed = pool.submit(
                lambda: keeper.submit(password=present, new_password=new, confirm=new)  # noqa: B023
            )
            entered.result()
            changed.result()
        assert "Your password is changed" in keeper.page
        assert features.sessions.find(thief.cookies.get("__Host-session")) is None
        former = new
