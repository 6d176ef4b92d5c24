"""Each system's guide is run on its page, request by request, by somebody in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grantway.demo.cast import APPLICATIONS
from grantway.edges.dialects import ALL, STANDARD
from tests.flows.conftest import Demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage

FIVE = {"nexus211", "deeplynx", "cxone", "nitro", "nexusguard"}
CASES = [(one.draft.preset, one.draft.type) for one in APPLICATIONS if one.draft.preset != STANDARD.name]


def test_each_of_the_five_systems_has_a_guide_to_run() -> None:
    assert {dialect.name for dialect in ALL if dialect.tour} == FIVE == {name for name, _ in CASES}


def go_through_sign_in(page: Page, account: dict[str, str], back: str) -> None:
    """Answer what is asked, until the browser is back where it came from."""
    page.wait_for_url(lambda url: "/interaction/" in url or back in url)
    if back in page.url:
        return
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    allow = page.get_by_role("button", name="Allow", exact=True)
    if allow.is_visible():
        allow.click()
    page.wait_for_url(f"**{back}")


@pytest.mark.parametrize(("dialect", "kind"), CASES)
def test_a_guide_is_run_to_its_end(demo: Demo, new_page: NewPage, dialect: str, kind: str) -> None:
    application = demo.application(kind, dialect)
    page, faults = new_page(), list[str]()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{demo.issuer}/playground")
    page.get_by_role("link", name=dialect, exact=True).click()
    chosen = page.get_by_role("radio", name=application["name"])
    if chosen.count():
        chosen.check()
    steps = page.locator("[data-step]:visible")
    for number in range(steps.count()):
        step = steps.nth(number)
        step.get_by_role("button", name="Send", exact=False).first.click()
        if (
            "/playground/guides/" not in page.url
            or step.get_by_role("button", name="Send the browser").count()
        ):
            go_through_sign_in(page, demo.user_of(application), f"/playground/guides/{dialect}/callback")
        assert_done(page, number)
    assert faults == []
    if application["client_secret"]:
        assert application["client_secret"] not in page.locator("main").inner_text()


def assert_done(page: Page, number: int) -> None:
    step = page.locator("[data-step]:visible").nth(number)
    page.wait_for_function(
        "(step) => ['done', 'failed'].includes(step.dataset.state)", arg=step.element_handle()
    )
    assert step.get_attribute("data-state") == "done", step.inner_text()
