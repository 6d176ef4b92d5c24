"""From an account to a first token, counted in what a person does: an address opened, a button pressed, a form sent.

The steps on a real server are those of docs/integrating.md, read from there. Nobody else has a hand in them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grantway.core.model import REFERENCE_CLIENT, Organization
from tests.flows.nodes import is_ready, wait
from tests.kit.databases import Databases
from tests.kit.factories import Person
from tests.kit.server import free_port
from tests.kit.world import ManualClock, World, settings_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage
    from tests.kit.server import LiveServer

MOST_STEPS = 6
WAIT = 60_000
DOCUMENT = Path(__file__).parents[2] / "docs" / "integrating.md"
_STEP = re.compile(r"^\d+\. (.*)$", re.MULTILINE)
_PRESSED = re.compile(r"\*\*(.+?)\*\*")


@dataclass
class Real:
    """A server as `grantway serve` runs it, with an organization that lets in only what it installed."""

    issuer: str
    world: World
    organization: Organization
    person: Person


def written_steps() -> list[str]:
    """The steps of the document, as they stand there."""
    section = DOCUMENT.read_text(encoding="utf-8").partition("## First token in five minutes")[2]
    return _STEP.findall(section.partition("\n## ")[0])


@pytest.fixture
def real(databases: Databases) -> Iterator[Real]:
    url, port = databases.sqlite(), free_port()
    issuer = f"http://localhost:{port}"
    world = World(
        settings_of(url, issuer=issuer),
        clock=ManualClock(time.time_ns() // 1000),  # noqa: TID251 - the process beside this one lives now
    )
    organization = world.make.organization("Kestrel Freight", gate="installed")
    person = world.make.person(organization, role="developer")
    environ = {
        "PATH": os.defpath,
        "GRANTWAY_ISSUER": issuer,
        "GRANTWAY_DATABASE_URL": url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_HOST": "127.0.0.1",
        "GRANTWAY_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "grantway", "serve"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait(lambda: is_ready(issuer), 180)
        yield Real(issuer, world, organization, person)
    finally:
        process.terminate()
        process.wait(20)
        world.close()
        databases.drop(url)


def sign_in_at(page: Page, email: str, password: str, button: str = "Sign in") -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name=button, exact=True).click()


def token_shown(page: Page) -> bool:
    page.locator('[data-step="token"][data-state="done"]').wait_for(timeout=WAIT)
    return '"access_token"' in page.locator('[data-exchange="token"]').inner_text()


def test_the_written_steps_lead_a_developer_to_a_token_on_a_real_server(
    real: Real, new_page: NewPage
) -> None:
    steps = written_steps()
    assert 0 < len(steps) <= MOST_STEPS
    page = new_page()
    window = page
    for step in steps:
        pressed = _PRESSED.findall(step)
        if step.startswith("Open `"):
            page.goto(step.split("`")[1].replace("https://id.example.com", real.issuer))
        elif pressed == ["Sign in"]:
            sign_in_at(window, real.person.email, real.person.password)
            page.locator("[data-chosen]").first.wait_for(timeout=WAIT)
        elif pressed == ["Register one for this page"]:
            with page.expect_popup() as opened:
                page.get_by_role("button", name=pressed[0]).click()
            window = opened.value
        else:
            (name,) = pressed
            page.get_by_role("button", name=name, exact=True).click()
    assert token_shown(page)
    (made,) = real.world.make.applications_of(real.organization)
    assert [one.uri for one in made.redirects] == [f"{real.issuer}/playground/callback"]
    assert (made.type, made.audience_effective) == ("public", "own_organization")


def test_the_home_page_leads_there(real: Real, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{real.issuer}/sign-in")
    sign_in_at(page, real.person.email, real.person.password)
    page.get_by_role("link", name="Playground").click()
    page.get_by_role("button", name="Register one for this page").wait_for()


def test_a_first_token_of_the_demonstration(live_server: LiveServer, new_page: NewPage) -> None:
    page, account = new_page(), live_server.account()
    steps = 1
    page.goto(f"{live_server.issuer}/playground")
    for step in ("Send the browser to the server", "Sign in", "Allow", "Exchange the code for tokens"):
        if step == "Sign in":
            sign_in_at(page, account["email"], account["password"])
        else:
            page.get_by_role("button", name=step, exact=True).click()
        steps += 1
    assert token_shown(page)
    assert steps <= MOST_STEPS


def test_the_same_steps_over_http_request_by_request(world: World) -> None:
    """What the page's script sends, by hand: the rights are the developer's, and nothing else is needed."""
    organization = world.make.organization(gate="installed")
    person, browser, callback = (
        world.make.person(organization, role="developer"),
        world.browser(),
        f"{world.issuer}/playground/callback",
    )
    browser.visit("/playground")
    opened = 1
    assert REFERENCE_CLIENT in browser.page
    built_in = world.application_of(REFERENCE_CLIENT)
    token = world.authorize(built_in, person, browser=browser).access_token
    pressed_and_signed_in = 2
    bearer = {"Authorization": f"Bearer {token}"}
    place = world.bearer(token, "/api/v1/me").json["organization"]["id"]
    body = {"type": "public", "name": "Playground", "redirect_uris": [callback], "scopes": ["openid"]}
    made = world.client.simulate_post(
        f"/api/v1/organizations/{place}/applications", json=body, headers=bearer
    )
    assert made.status_code == 201, made.text
    own = world.application_of(made.json["client_id"])
    signed_in = world.authorize(own, person, browser=browser)
    sent_allowed_and_exchanged = 3
    assert signed_in.tokens["id_token"]
    assert opened + pressed_and_signed_in + sent_allowed_and_exchanged <= MOST_STEPS
