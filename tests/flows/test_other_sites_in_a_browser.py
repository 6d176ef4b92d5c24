"""A whole server and an application on another site, in Chromium: cookies that a browser holds back, and many tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
from itertools import permutations
from typing import Any
from urllib.parse import unquote_plus, urlencode

import pytest
from playwright.sync_api import Page, expect

from grantway.core.model import Application
from tests.kit.chromium import NewPage
from tests.kit.databases import Databases
from tests.kit.factories import Person
from tests.kit.world import World, authorization_request, settings_of
from tests.signin import live
from tests.signin.town import fill

AUTHORIZE = "/oauth/authorize"


@dataclass
class Sites:
    """The server at `localhost`, and the application at 127.0.0.1, which is another site to a browser."""

    world: World
    person: Person
    application: Application
    elsewhere: str

    def request(self, **parameters: str) -> dict[str, str]:
        uri = self.application.redirects[0].uri
        return authorization_request(self.application, redirect_uri=uri, scope="openid") | parameters

    def address(self, **parameters: str) -> str:
        return f"{self.world.issuer}{AUTHORIZE}?{urlencode(self.request(**parameters))}"

    def form(self, **parameters: str) -> str:
        """A page of the application that sends its request by a form."""
        return f"{self.elsewhere}/form?{urlencode(self.request(**parameters))}"


def application_at(issuer: Callable[[], str]) -> Callable[..., Iterable[bytes]]:
    """The application: a form that asks for a sign-in by POST, links that open three, and its callback."""

    def page(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/form":
            return live.application(environ, start)
        start("200 OK", [("content-type", "text/html; charset=utf-8")])
        pairs = [pair.partition("=") for pair in environ["QUERY_STRING"].split("&")]
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{escape(unquote_plus(value))}">'
            for name, _, value in pairs
        )
        form = f'<form method="post" action="{issuer()}{AUTHORIZE}">{inputs}<button>Go</button></form>'
        return [f"<!doctype html><title>Start</title>{form}".encode()]

    return page


@pytest.fixture
def sites(databases: Databases) -> Iterator[Sites]:
    url, worlds = databases.sqlite(), []

    def serve(origin: str) -> Callable[..., Iterable[bytes]]:
        worlds.append(World(settings_of(url, issuer=origin)))
        app: Callable[..., Iterable[bytes]] = worlds[0].app
        return app

    with ExitStack() as streets:
        elsewhere = streets.enter_context(live.serving(lambda _: application_at(lambda: worlds[0].issuer)))
        elsewhere = elsewhere.replace("localhost", "127.0.0.1")
        streets.enter_context(live.serving(serve))
        (world,) = worlds
        organization = world.make.organization("Acme")
        person = world.make.person(organization, name="Ada Honest")
        application = world.make.application(
            organization, "public", scopes=("openid",), redirects=(f"{elsewhere}/callback",)
        )
        world.product.poll()
        yield Sites(world, person, application, elsewhere)
        world.close()
    databases.drop(url)


def sign_in(sites: Sites, page: Page) -> None:
    fill(page, sites.person.email, sites.person.password)


def allow(page: Page) -> None:
    page.get_by_role("button", name="Allow", exact=True).click()


def arrives(page: Page) -> None:
    expect(page.locator("#code")).to_contain_text("code=gwc_")


def test_a_form_of_another_site_finds_the_person_signed_in_and_breaks_nothing(
    sites: Sites, page: Page
) -> None:
    page.goto(sites.address())
    sign_in(sites, page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("to act for you")
    before = {one["name"]: one["value"] for one in page.context.cookies()}
    second = page.context.new_page()
    second.goto(sites.form())
    second.get_by_role("button", name="Go").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("to act for you")
    allow(second)
    arrives(second)
    assert {one["name"]: one["value"] for one in page.context.cookies()} == before
    allow(page)
    arrives(page)
    second.goto(sites.form(prompt="none"))
    second.get_by_role("button", name="Go").click()
    arrives(second)


def test_a_form_of_another_site_begins_a_sign_in_in_a_fresh_browser(sites: Sites, page: Page) -> None:
    page.goto(sites.form())
    page.get_by_role("button", name="Go").click()
    sign_in(sites, page)
    allow(page)
    arrives(page)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_three_tabs_that_a_fresh_browser_opens_at_once_all_finish(
    sites: Sites, new_page: NewPage, order: tuple[int, ...]
) -> None:
    assert order in set(permutations(range(3)))
    opener = new_page()
    opener.goto(f"{sites.elsewhere}/front")
    context = opener.context
    opener.evaluate(
        "addresses => addresses.forEach(one => window.open(one, '_blank'))",
        [sites.address(state=f"s-{number}") for number in range(3)],
    )
    while len(context.pages) < 4:
        context.wait_for_event("page")
    tabs = context.pages[1:]
    for one in tabs:
        expect(one.get_by_label("E-mail address")).to_be_visible()
    for place in order:
        sign_in(sites, tabs[place])
        button = tabs[place].get_by_role("button", name="Allow", exact=True)
        expect(button.or_(tabs[place].locator("#code"))).to_be_visible()
        if button.is_visible():
            button.click()
        arrives(tabs[place])
    states = {one.locator("#state").inner_text() for one in tabs}
    assert states == {"state=s-0", "state=s-1", "state=s-2"}
