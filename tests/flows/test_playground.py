"""The playground of a running demo completes a sign-in in a real browser, for both kinds of application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.conftest import Demo

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage


def press(page: Page, name: str, step: str) -> str:
    """Press the button of a step and give the state the step ends in."""
    page.get_by_role("button", name=name).click()
    section = page.locator(f'[data-step="{step}"]:not([data-state="ready"])')
    section.wait_for()
    return section.get_attribute("data-state") or ""


@pytest.mark.parametrize("kind", ["confidential", "public"])
def test_the_playground_runs_a_whole_sign_in(demo: Demo, new_page: NewPage, kind: str) -> None:
    application = demo.application(kind)
    account = demo.user_of(application)
    page = new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{demo.issuer}/playground")
    page.get_by_role("radio", name=application["name"]).check()
    page.get_by_role("button", name="Send the browser to the server").click()
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url("**/playground/callback")
    assert press(page, "Exchange the code for tokens", "token") == "done"
    assert press(page, "Fetch the keys and check", "identity") == "done"
    assert press(page, "Ask with the access token", "userinfo") == "done"
    assert account["email"] in page.locator('[data-step="userinfo"]').inner_text()
    assert press(page, "Refresh the tokens", "refresh") == "done"
    assert press(page, "Revoke the refresh token", "end") == "done"
    assert faults == []
