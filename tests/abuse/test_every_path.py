"""A limit holds on every path that takes what is limited, from the start of its window to the end."""

from __future__ import annotations

import pytest

from grantway.core.model import SECOND
from grantway.edges.dialects.standard import paths
from grantway.features.accounts import throttling
from tests.abuse.counting import CountingPasswords
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser
from tests.kit.factories import PASSWORD, Person

WRONG = "not the password at all"
NEW = "green harbour lamps"


def paths_of(counted: Story, person: Person, device: str) -> dict[str, tuple[Browser, str]]:
    """Each page that takes the password of a person, in a browser that signed in before, and its refusal."""
    found: dict[str, Browser] = {}
    for name in ("sign-in", "application", "password"):
        browser = counted.world.browser()
        if name == "password":
            browser.sign_in(person.email, PASSWORD)
        browser.cookies["__Host-device"] = device
        found[name] = browser
    return {
        "sign-in": (found["sign-in"], "/sign-in"),
        "application": (found["application"], counted.request(counted.honest)),
        "password": (found["password"], "/password"),
    }


def guess_at(browser: Browser, address: str, email: str, password: str) -> int:
    """The status of one guess on one of these pages."""
    browser.visit(address)
    if address == "/password":
        browser.submit(password=password, new_password=NEW, confirm=NEW)
    else:
        browser.submit(password=password, email=email)
    return browser.status


@pytest.mark.parametrize("start", ["sign-in", "application", "password"])
def test_what_one_page_counted_holds_on_every_other_from_its_start_to_its_end(
    counted: Story, passwords: CountingPasswords, start: str
) -> None:
    """V148, V147: the budget of a password is one, on each page that takes it, up to the window's last second."""
    person, world = counted.person, counted.world
    world.advance((throttling.WINDOW - world.clock.now() % throttling.WINDOW) // SECOND)
    first = world.browser()
    first.sign_in(person.email, PASSWORD)
    pages = paths_of(counted, person, first.cookies["__Host-device"])
    world.advance(throttling.WINDOW // SECOND)
    before = len(passwords.verified)
    browser, address = pages[start]
    seen = [guess_at(browser, address, person.email, WRONG) for _ in range(12)]
    assert seen[:10] == [422 if start == "password" else 403] * 10
    assert seen[10:] == [429] * 2
    for wait in (0, throttling.WINDOW // SECOND - 1):
        world.advance(wait)
        for browser, address in pages.values():
            assert guess_at(browser, address, person.email, PASSWORD) == 429, (address, wait)
    assert len(passwords.verified) - before == 10
    world.advance(1)
    for browser, address in pages.values():
        assert guess_at(browser, address, person.email, WRONG) != 429, address
    assert len(passwords.verified) - before == 13


@pytest.mark.parametrize("start", [paths.TOKEN, paths.INTROSPECT, paths.REVOKE])
def test_guesses_at_a_secret_are_counted_together_on_every_path(story: Story, start: str) -> None:
    """V148, C055: token, introspection and revocation take the same secret, so they share what may be guessed."""
    world = story.world
    world.advance(60 - world.clock.now() // SECOND % 60)
    guesser = Client(story.honest.application, "gws_" + "A" * 43)
    form = {"grant_type": "client_credentials", "token": "x"}
    assert [story.post(start, guesser, **form).status_code for _ in range(31)] == [401] * 30 + [429]
    for wait in (0, 59):
        world.advance(wait)
        for path in (paths.TOKEN, paths.INTROSPECT, paths.REVOKE):
            assert story.post(path, guesser, **form).status_code == 429, (path, wait)
            assert story.post(path, story.honest, **form | {"scope": "orders:read"}).status_code == 200
    world.advance(1)
    for path in (paths.TOKEN, paths.INTROSPECT, paths.REVOKE):
        assert story.post(path, guesser, **form).status_code == 401, path
