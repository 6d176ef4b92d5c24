"""Applications whose callback leads onward to another origin, as brokers and front ends have them, in Chromium.

Chromium holds the policy for forms against every redirect after a form, so a policy that names the callback's
origin ends these sign-ins without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from grantway.core.model import Application, Redirect, User
from tests.kit.chromium import NewPage
from tests.kit.databases import Databases
from tests.signin import live
from tests.signin.stage import PASSWORD, Stage

MARA = "mara@northwind.example"
MODES = ("query", "form_post")


@dataclass
class Road:
    """The server, and an application whose callback is two redirects away from where people end."""

    origin: str
    stage: Stage
    application: Application
    person: User

    def request(self, **parameters: str) -> str:
        return f"{self.origin}/interaction/{self.stage.begin(self.application, **parameters)}"


@pytest.fixture
def road(databases: Databases) -> Iterator[Road]:
    url = databases.sqlite()
    stages: list[Stage] = []

    def make(origin: str) -> object:
        stages.append(Stage(url, issuer=origin))
        return stages[0].app()

    with ExitStack() as streets:
        end = streets.enter_context(live.serving(lambda _: live.application))
        broker = streets.enter_context(live.serving(lambda _: live.onward(end)))
        callback = streets.enter_context(live.serving(lambda _: live.onward(broker)))
        origin = streets.enter_context(live.serving(make))  # type: ignore[arg-type]
        stage = stages[0]
        organization = stage.organization("Harbour Analytics")
        person = stage.person()
        stage.membership(person, organization, "developer")
        application = stage.application(
            organization,
            redirects=(Redirect(f"{callback}/callback"),),
            audience_effective="any_organization",
        )
        yield Road(origin, stage, application, person)
    stages[0].close()
    databases.drop(url)


def fill(page: Page, email: str = MARA) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def arrives(page: Page, what: str) -> None:
    expect(page.get_by_role("heading", name="Back at Fieldnotes")).to_be_visible()
    expect(page.locator(what)).to_be_visible()
    assert "/dashboard?" in page.url


@pytest.mark.parametrize("mode", MODES)
def test_allowing_arrives(road: Road, page: Page, mode: str) -> None:
    page.goto(road.request(response_mode=mode))
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    arrives(page, "#code")


@pytest.mark.parametrize("mode", MODES)
def test_refusing_arrives(road: Road, page: Page, mode: str) -> None:
    page.goto(road.request(response_mode=mode))
    fill(page)
    page.get_by_role("button", name=re.compile("t allow$")).click()
    arrives(page, "#error")


@pytest.mark.parametrize("mode", MODES)
def test_cancelling_before_signing_in_arrives(road: Road, page: Page, mode: str) -> None:
    page.goto(road.request(response_mode=mode))
    page.get_by_role("button", name="Cancel and go back to Fieldnotes").click()
    arrives(page, "#error")


@pytest.mark.parametrize("mode", MODES)
def test_signing_in_again_where_everything_is_allowed_arrives(road: Road, page: Page, mode: str) -> None:
    """The form with the password is the last one that the browser sends before the answer."""
    page.goto(road.request())
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    arrives(page, "#code")
    road.stage.clock.advance(60_000_000)
    page.goto(road.request(response_mode=mode, prompt="login"))
    fill(page)
    arrives(page, "#code")


def test_choosing_an_organization_where_all_is_allowed_arrives(road: Road, page: Page) -> None:
    """The form of the choice is the last one: consent in both was given before."""
    stage = road.stage
    stage.membership(road.person, stage.organization("Northwind Traders"))
    for name in ("Harbour Analytics", "Northwind Traders", "Harbour Analytics"):
        page.goto(road.request(prompt="select_account"))
        if page.get_by_label("E-mail address").is_visible():
            fill(page)
        page.get_by_text(name).click()
        page.get_by_role("button", name="Continue with this organization").click()
        if page.get_by_role("button", name="Allow", exact=True).is_visible():
            page.get_by_role("button", name="Allow", exact=True).click()
        arrives(page, "#code")


def test_nobody_let_the_application_in_and_going_back_arrives(road: Road, page: Page) -> None:
    road.stage.membership(
        road.stage.person("otto@fjord.example", "Otto Brandt"), road.stage.organization("Fjord")
    )
    foreign = road.stage.application(
        road.stage.organization("Ledger Labs"), redirects=road.application.redirects
    )
    page.goto(f"{road.origin}/interaction/{road.stage.begin(foreign)}")
    fill(page, "otto@fjord.example")
    page.get_by_role("button", name="Go back to Fieldnotes").click()
    arrives(page, "#error")


def test_a_posted_answer_arrives_without_scripts(road: Road, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(road.request(response_mode="form_post"))
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    arrives(page, "#code")
