"""A second click on the forms of one's own account leads on too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.abuse.stages import tab
from tests.abuse.story import Story
from tests.kit.browser import Browser

LOST = "E-STEP-0"


def the_link(story: Story, link: str, browser: Browser) -> None:
    browser.visit(link)
    assert browser.status == 200, browser.page


def activation(story: Story, browser: Browser) -> dict[str, str]:
    person = story.world.make.person(story.acme, name="Nora New")
    with story.world.store.begin() as tx:
        user = tx.gate.user(person.id)
        assert user is not None
        link = story.world.product.features.sign_in.activation.invite(tx, user)
    the_link(story, link, browser)
    return {"new_password": "green harbour lamps", "confirm": "green harbour lamps"}


def own_password(story: Story, browser: Browser) -> dict[str, str]:
    browser.sign_in(story.person.email, story.person.password)
    browser.visit("/password")
    new = {"new_password": "green harbour lamps", "confirm": "green harbour lamps"}
    return {"password": story.person.password, **new}


def own_session(story: Story, browser: Browser) -> dict[str, str]:
    story.world.browser().sign_in(story.person.email, story.person.password)
    browser.sign_in(story.person.email, story.person.password)
    return {}


def signing_in(story: Story, browser: Browser) -> dict[str, str]:
    browser.visit("/sign-in")
    return {"email": story.person.email, "password": story.person.password}


def signing_out(story: Story, browser: Browser) -> dict[str, str]:
    browser.sign_in(story.person.email, story.person.password)
    browser.visit("/sign-out")
    return {}


def withdrawing(story: Story, browser: Browser) -> dict[str, str]:
    story.answer(story.honest, story.person, browser)
    browser.visit("/applications")
    return {}


OWN: dict[str, tuple[Callable[[Story, Browser], dict[str, str]], str, str]] = {
    "activate": (activation, "/activate", "Sign in"),
    "password": (own_password, "/password", "Your account"),
    "end a session": (own_session, "/sessions/end", "Your account"),
    "sign in": (signing_in, "/sign-in", "Your account"),
    "sign out": (signing_out, "/sign-out", "Signed out"),
    "withdraw": (withdrawing, "/applications/withdraw", "Applications that act for you"),
}


@pytest.mark.parametrize("name", OWN)
def test_the_second_click_on_a_form_of_ones_account_leads_on_too(story: Story, name: str) -> None:
    """One after the other, and both at once."""
    open_it, action, title = OWN[name]
    browser = story.world.browser()
    typed = open_it(story, browser)
    form = next(one for one in browser.forms if one.action == action)
    press = dict([form.buttons[0]]) if form.buttons else {}
    fields = {**form.fields, **typed, **press}
    tabs = [tab(story, browser) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.post(form.action, **fields), tabs))
    tabs[0].post(form.action, **fields)
    for one in tabs:
        assert (one.status, one.title.startswith(title)) == (200, True), one.page
        assert LOST not in one.page
