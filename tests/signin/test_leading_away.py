"""Applications whose callback leads onward to another origin, as brokers and front ends have them, in Chromium.

Chromium holds the policy for forms against every redirect after a form, so a policy that names the callback's
origin ends these sign-ins without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from tests.kit.chromium import NewPage
from tests.kit.databases import Databases
from tests.signin import live
from tests.signin.town import Town, fill, settled

MODES = ("query", "form_post")


@pytest.fixture
def town(databases: Databases) -> Iterator[Town]:
    """Its application's callback is two redirects away from where people end."""
    with ExitStack() as streets:
        end = streets.enter_context(live.serving(lambda _: live.application))
        broker = streets.enter_context(live.serving(lambda _: live.onward(end)))
        callback = streets.enter_context(live.serving(lambda _: live.onward(broker)))
        yield streets.enter_context(settled(databases, callback))


def arrives(page: Page, what: str) -> None:
    expect(page.get_by_role("heading", name="Back at Fieldnotes")).to_be_visible()
    expect(page.locator(what)).to_be_visible()
    assert "/dashboard?" in page.url


@pytest.mark.parametrize("mode", MODES)
def test_allowing_arrives(town: Town, page: Page, mode: str) -> None:
    page.goto(town.request(response_mode=mode))
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    arrives(page, "#code")


@pytest.mark.parametrize("mode", MODES)
def test_refusing_arrives(town: Town, page: Page, mode: str) -> None:
    page.goto(town.request(response_mode=mode))
    fill(page)
    page.get_by_role("button", name=re.compile("t allow$")).click()
    arrives(page, "#error")


@pytest.mark.parametrize("mode", MODES)
def test_cancelling_before_signing_in_arrives(town: Town, page: Page, mode: str) -> None:
    page.goto(town.request(response_mode=mode))
    page.get_by_role("button", name="Cancel and go back to Fieldnotes").click()
    arrives(page, "#error")


@pytest.mark.parametrize("mode", MODES)
def test_going_back_from_what_is_wrong_arrives(town: Town, page: Page, mode: str) -> None:
    """C065: the page waits for the button, and everything after it is followed."""
    page.goto(town.request(response_mode=mode, scope="no-such-scope"))
    expect(
        page.get_by_role("heading", name="Fieldnotes sent a request that cannot be answered")
    ).to_be_visible()
    expect(page.get_by_text("E-SCOPE-01")).to_be_visible()
    page.get_by_role("button", name="Go back to Fieldnotes").click()
    arrives(page, "#error")


def test_going_back_needs_no_script(town: Town, new_page: NewPage) -> None:
    page = new_page(width=390, javascript=False)
    page.goto(town.request(code_challenge_method="plain"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Go back to Fieldnotes").click()
    arrives(page, "#error")


@pytest.mark.parametrize("mode", MODES)
def test_signing_in_again_where_everything_is_allowed_arrives(town: Town, page: Page, mode: str) -> None:
    """The form with the password is the last one that the browser sends before the answer."""
    page.goto(town.request())
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    arrives(page, "#code")
    town.stage.clock.advance(60_000_000)
    page.goto(town.request(response_mode=mode, prompt="login"))
    fill(page)
    arrives(page, "#code")


def test_choosing_an_organization_where_all_is_allowed_arrives(town: Town, page: Page) -> None:
    """The form of the choice is the last one: consent in both was given before."""
    stage = town.stage
    stage.membership(town.person, stage.organization("Northwind Traders"))
    for name in ("Harbour Analytics", "Northwind Traders", "Harbour Analytics"):
        page.goto(town.request(prompt="select_account"))
        if page.get_by_label("E-mail address").is_visible():
            fill(page)
        page.get_by_text(name).click()
        page.get_by_role("button", name="Continue with this organization").click()
        if page.get_by_role("button", name="Allow", exact=True).is_visible():
            page.get_by_role("button", name="Allow", exact=True).click()
        arrives(page, "#code")


def test_nobody_let_the_application_in_and_going_back_arrives(town: Town, page: Page) -> None:
    town.stage.membership(
        town.stage.person("otto@fjord.example", "Otto Brandt"), town.stage.organization("Fjord")
    )
    foreign = town.stage.application(
        town.stage.organization("Ledger Labs"), redirects=town.application.redirects
    )
    page.goto(f"{town.origin}/interaction/{town.stage.begin(foreign)}")
    fill(page, "otto@fjord.example")
    page.get_by_role("button", name="Go back to Fieldnotes").click()
    arrives(page, "#error")


def test_a_posted_answer_arrives_without_scripts(town: Town, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(town.request(response_mode="form_post"))
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    arrives(page, "#code")
