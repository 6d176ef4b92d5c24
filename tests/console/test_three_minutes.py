"""A developer who has never been here gets a token for an application of their own, without reading or copying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage
    from tests.kit.server import LiveServer


def sign_in(page: Page, server: LiveServer, account: dict[str, Any]) -> None:
    page.goto(f"{server.issuer}/sign-in")
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()


def create(page: Page, server: LiveServer, kind: str, scope: str = "", **typed: str) -> None:
    slug = server.facts["organizations"][0]["name"].lower()
    page.goto(f"{server.issuer}/o/{slug}/applications/new")
    page.get_by_role("link", name=kind).click()
    for label, value in typed.items():
        page.get_by_label(label.replace("_", " "), exact=False).first.fill(value)
    if scope:
        page.locator(f'input[name="scopes"][value="{scope}"]').check()
    page.get_by_role("button", name="Create application").click()


def run(page: Page, name: str, step: str) -> str:
    """Press the button of a step; the state in which the step ends."""
    page.get_by_role("button", name=name).click()
    section = page.locator(f'[data-step="{step}"]:not([data-state="ready"])')
    section.wait_for()
    return section.get_attribute("data-state") or ""


@pytest.fixture
def developer(live_server: LiveServer) -> dict[str, Any]:
    account: dict[str, Any] = live_server.facts["organizations"][0]["developer"]
    return account


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def test_a_single_page_application_is_made_tried_and_shows_its_token(
    page: Page, live_server: LiveServer, developer: dict[str, Any]
) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, live_server, developer)
    create(
        page,
        live_server,
        "Single-page application",
        Name="Parcel map",
        Redirect_URIs="https://parcel.example/cb",
    )
    page.get_by_role("link", name="Try it now").click()
    home = page.url
    # Nothing can be sent before an answer could arrive.
    page.locator('[data-step="request"][data-state="ready"]').wait_for()
    assert not page.get_by_role("button", name="Send the browser to the server").is_visible()
    page.get_by_role("button", name="Add this address").click()
    page.get_by_role("button", name="Send the browser to the server").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(home)
    # No code, no token and no secret is in an address, or is asked to be copied.
    assert "?" not in page.url
    assert run(page, "Exchange the code for tokens", "token") == "done"
    told = page.locator('[data-explained="token"]')
    assert "What an API is shown." in told.inner_text()
    assert "The access token, decoded" in told.inner_text()
    assert "Who made it: this server." in told.inner_text()
    assert run(page, "Fetch the keys and check", "identity") == "done"
    assert run(page, "Ask with the access token", "userinfo") == "done"
    assert developer["email"] in page.locator('[data-step="userinfo"]').inner_text()
    assert faults == []


def test_a_web_application_is_tried_with_a_secret_that_is_made_for_it(
    page: Page, live_server: LiveServer, developer: dict[str, Any]
) -> None:
    sign_in(page, live_server, developer)
    create(page, live_server, "Web application", Name="Parcel desk", Redirect_URIs="https://desk.example/cb")
    page.get_by_role("link", name="Try it now").click()
    page.get_by_role("button", name="Add this address").click()
    page.get_by_role("button", name="Send the browser to the server").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url("**/try")
    page.get_by_role("button", name="Make a secret for an hour").click()
    page.wait_for_url("**/try/secret")
    # What was reached before is still there, and the secret needs no copying.
    assert run(page, "Exchange the code for tokens", "token") == "done"
    page.get_by_role("button", name="Introspect the access token").click()
    page.locator('[data-explained="introspect"] table').wait_for()
    assert "?" not in page.url
    # The page is read again without it: it was shown once, and is kept nowhere.
    page.goto(page.url.removesuffix("/secret"))
    assert page.get_by_label("Client secret").input_value() == ""


def test_a_program_gets_a_token_for_itself_and_calls_with_it(
    page: Page, live_server: LiveServer, developer: dict[str, Any]
) -> None:
    sign_in(page, live_server, developer)
    create(page, live_server, "Service without people", "applications:read", Name="Parcel count")
    page.get_by_role("link", name="Try it now").click()
    page.get_by_role("button", name="Make a secret for an hour").click()
    assert run(page, "Send the request", "token") == "done", page.locator('[data-step="token"]').inner_text()
    assert "The access token, decoded" in page.locator('[data-explained="token"]').inner_text()
    assert run(page, "Ask the management API who this is", "call") == "done"
    page.get_by_role("button", name="Introspect the access token").click()
    page.locator('[data-explained="introspect"] table').wait_for()
    assert run(page, "Revoke the access token", "end") == "done"
