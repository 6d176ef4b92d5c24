"""What a session is worth: new at each sign-in, and nothing once it has ended."""

from __future__ import annotations

import pytest

from grantway.core.model import DAY, HOUR, SECOND
from grantway.core.secrets import decode
from tests.abuse.story import Story
from tests.kit.browser import Browser
from tests.kit.factories import PASSWORD


def attempt(browser: Browser, email: str, password: str) -> int:
    """The status of one attempt."""
    browser.visit("/sign-in")
    browser.submit(email=email, password=password)
    return browser.status


def is_in(browser: Browser) -> bool:
    browser.visit("/")
    browser.visit("/account")
    return browser.address.endswith("/account") and browser.status == 200


def test_every_sign_in_makes_a_new_session(story: Story) -> None:
    """C246, C245, C244, V139: and ends the one before, in the database too."""
    browser = story.world.browser()
    texts = []
    for _ in range(4):
        browser.visit(story.request(story.honest, prompt="login"))
        browser.submit(("action", "sign_in"), email=story.person.email, password=PASSWORD)
        texts.append(browser.cookies["__Host-session"])
        story.world.advance(1)
    assert len(set(texts)) == 4
    assert all(len(decode(text)) == 32 for text in texts)
    sessions = story.world.product.features.sign_in.sessions
    assert [sessions.find(text) is not None for text in texts] == [False, False, False, True]


@pytest.mark.parametrize("seconds", [12 * HOUR // SECOND, 7 * DAY // SECOND, 3_650 * DAY // SECOND])
def test_an_old_session_opens_nothing(story: Story, seconds: int) -> None:
    """C247, C248, C249: by the clock at use; but a password does not grow old (C205)."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, PASSWORD)
    story.world.advance(seconds)
    assert not is_in(browser)
    assert browser.visit(story.request(story.honest)) is None
    assert "password" in browser.forms[0].fields
    assert attempt(story.world.browser(), story.person.email, PASSWORD) == 200


def test_a_session_in_use_ends_after_a_week_all_the_same(story: Story) -> None:
    """C248: use keeps it from idling, not from its end."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, PASSWORD)
    alive = 0
    while is_in(browser):
        story.world.advance(6 * HOUR // SECOND)
        alive += 1
    assert alive == 28


def test_after_signing_out_the_kept_cookies_open_nothing(story: Story) -> None:
    """C249: not here, not on another process."""
    other = story.world.beside()
    browser, thief = story.world.browser(), other.browser()
    browser.sign_in(story.person.email, PASSWORD)
    thief.cookies = dict(browser.cookies)
    assert is_in(thief)
    browser.visit("/sign-out")
    browser.submit(("action", "sign_out"))
    assert not is_in(thief)
    assert thief.visit(story.request(story.honest, prompt="none")) is not None
    assert "error=login_required" in (thief.left or "")
    other.close()


def test_a_switched_off_account_has_no_session(story: Story) -> None:
    """C250, V114: on every process, at once."""
    other = story.world.beside()
    browser = story.world.browser()
    browser.sign_in(story.person.email, PASSWORD)
    story.world.make.change_user(story.person, state="disabled", epoch=story.person.user.epoch + 1)
    other.product.poll()
    twin = other.browser()
    twin.cookies = dict(browser.cookies)
    assert not is_in(browser)
    assert not is_in(twin)
    story.world.make.change_user(story.person, state="enabled")
    other.product.poll()
    assert not is_in(browser)
    assert not is_in(twin)
    other.close()
