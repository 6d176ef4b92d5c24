"""What people do on these pages, in headless Chromium: keyboard, phone, no scripts, German."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from grantway.core.model import User
from tests.kit.chromium import NewPage
from tests.signin.stage import PASSWORD, START
from tests.signin.town import MARA, Town, fill


def is_narrow_enough(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_signing_in_and_allowing_by_keyboard_alone(town: Town, page: Page) -> None:
    page.goto(town.request())
    keys = page.keyboard
    expect(page.get_by_label("E-mail address")).to_be_focused()
    keys.type(MARA)
    keys.press("Tab")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Allow Fieldnotes to act for you")
    allow = page.get_by_role("button", name="Allow", exact=True)
    for _ in range(10):
        keys.press("Tab")
        if allow.evaluate("button => button === document.activeElement"):
            break
    expect(allow).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Back at Fieldnotes")).to_be_visible()
    expect(page.locator("#code")).to_contain_text("code=gwc_")
    expect(page.locator("#state")).to_have_text("state=s-1")


def test_a_wrong_password_is_said_and_the_password_asked_again(town: Town, page: Page) -> None:
    page.goto(town.request())
    fill(page, password="not-the-password-1")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("do not fit together")
    expect(page.get_by_label("E-mail address")).to_have_value(MARA)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    expect(page).to_have_title(re.compile("Error: Sign in"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Allow Fieldnotes")


def test_choosing_an_organization(town: Town, page: Page) -> None:
    town.stage.membership(town.person, town.stage.organization("Northwind Traders"), "admin")
    page.goto(town.request())
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Which organization?")
    page.get_by_text("Northwind Traders").click()
    page.get_by_role("button", name="Continue with this organization").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("in Northwind Traders?")
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator("#code")).to_be_visible()


def test_refusing_leads_back_to_the_application(town: Town, page: Page) -> None:
    page.goto(town.request())
    fill(page)
    page.get_by_role("button", name=re.compile("t allow$")).click()
    expect(page.locator("#error")).to_have_text("error=access_denied")


def test_going_back_leads_to_the_application_without_a_password(town: Town, page: Page) -> None:
    page.goto(town.request())
    page.get_by_role("button", name="Cancel and go back to Fieldnotes").click()
    expect(page.locator("#error")).to_have_text("error=access_denied")


def test_the_back_button_and_an_old_address_say_how_it_ended_and_lead_on(town: Town, page: Page) -> None:
    address = town.request()
    page.goto(address)
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator("#code")).to_be_visible()
    town.stage.clock.advance(120_000_000)
    page.go_back()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("This is done")
    page.goto(address)
    expect(heading).to_have_text("This is done")
    page.get_by_role("link", name=re.compile("^Go to localhost")).click()
    expect(page.get_by_role("heading", name="Back at Fieldnotes")).to_be_visible()
    page.goto(address)
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mara Lindqvist")


def test_a_page_that_was_open_too_long_has_a_button_back(town: Town, page: Page) -> None:
    page.goto(town.request())
    town.stage.clock.advance(20 * 60_000_000)
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This took too long")
    page.get_by_role("button", name="Go back to Fieldnotes").dblclick()
    expect(page.locator("#error")).to_have_text("error=access_denied")


def test_a_reload_after_the_password_shows_what_is_due(town: Town, page: Page) -> None:
    page.goto(town.request())
    fill(page)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Allow Fieldnotes")
    page.reload()
    expect(heading).to_contain_text("Allow Fieldnotes")
    page.go_back()
    expect(heading).to_contain_text("Allow Fieldnotes")


def test_everything_works_without_scripts(town: Town, new_page: NewPage) -> None:
    town.stage.membership(town.person, town.stage.organization("Northwind Traders"))
    page = new_page(javascript=False)
    page.goto(town.request())
    fill(page)
    page.get_by_text("Northwind Traders").click()
    page.get_by_role("button", name="Continue with this organization").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator("#code")).to_be_visible()
    page.goto(f"{town.origin}/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")


@pytest.mark.parametrize("javascript", [True, False])
def test_asking_for_an_application_that_nobody_let_in(
    town: Town, new_page: NewPage, *, javascript: bool
) -> None:
    stage = town.stage
    makers, northwind = stage.organization("Ledger Labs"), stage.organization("Northwind Traders")
    stage.membership(stage.person("otto@northwind.example", "Otto Brandt"), northwind)
    application = stage.application(
        makers, name="Ledger", installable="by_client_id", redirects=town.application.redirects
    )
    page = new_page(width=390, height=844, javascript=javascript)
    page.goto(f"{town.origin}/interaction/{stage.begin(application)}")
    fill(page, "otto@northwind.example")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Your organization has not let Ledger in")
    assert is_narrow_enough(page)
    page.get_by_role("button", name="Ask the admins of Northwind Traders").click()
    expect(heading).to_have_text("Your request is with the admins")
    assert is_narrow_enough(page)
    page.reload()
    expect(heading).to_have_text("Your request is with the admins")
    page.get_by_role("button", name="Go back to Ledger").click()
    expect(page.locator("#error")).to_have_text("error=access_denied")


@pytest.mark.parametrize("javascript", [True, False])
def test_withdrawing_what_an_application_may_do(town: Town, new_page: NewPage, *, javascript: bool) -> None:
    page = new_page(width=390, height=844, javascript=javascript)
    page.goto(town.request())
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator("#code")).to_be_visible()
    page.goto(f"{town.origin}/account")
    page.get_by_role("link", name="Applications that act for you").click()
    expect(page.get_by_text("Read the orders")).to_be_hidden()
    page.get_by_text("What it can do, and who makes it").click()
    expect(page.get_by_text("Read the orders")).to_be_visible()
    assert is_narrow_enough(page)
    page.get_by_role("button", name="Withdraw Fieldnotes in Harbour Analytics").click()
    expect(page.get_by_role("status")).to_contain_text("Withdrawn.")
    page.goto(town.request())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Allow Fieldnotes to act for you")


def test_everything_fits_on_a_phone(town: Town, new_page: NewPage) -> None:
    town.stage.membership(town.person, town.stage.organization("Niederschlagswasserbewirtschaftungsverband"))
    page = new_page(width=320, height=640)
    page.goto(town.request())
    assert is_narrow_enough(page)
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Which organization?")
    assert is_narrow_enough(page)
    page.get_by_text("Niederschlagswasser").click()
    page.get_by_role("button", name="Continue with this organization").click()
    expect(page.get_by_role("button", name="Allow", exact=True)).to_be_visible()
    assert is_narrow_enough(page)
    page.goto(f"{town.origin}/account")
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    assert is_narrow_enough(page)
    page.goto(town.origin + "/password")
    assert is_narrow_enough(page)


def test_a_first_password_by_link(town: Town, page: Page) -> None:
    """V159: neither the address bar nor the history keeps the token."""
    stage = town.stage
    user = User(
        stage.services.entropy.new_id(), "enabled", 1, 1, "Otto Brandt", "otto@x.example", created_at=START
    )
    with stage.store.begin() as tx:
        tx.platform.insert_user(user)
        link = stage.activation.invite(tx, user)
    page.goto(town.origin + link)
    assert urlsplit(page.url).query == ""
    page.get_by_label("New password", exact=True).fill("otto-brandt-1")
    page.get_by_label("New password again", exact=True).fill("otto-brandt-1")
    page.get_by_role("button", name="Set password and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Little is left of this password")
    page.get_by_label("New password", exact=True).fill("quiet-harbour-seventeen")
    page.get_by_label("New password again", exact=True).fill("quiet-harbour-seventeen")
    page.get_by_role("button", name="Set password and continue").click()
    expect(page.get_by_role("status")).to_have_text("Your password is set. Sign in with it.")
    fill(page, "otto@x.example", "quiet-harbour-seventeen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Otto Brandt")


def test_changing_the_password_signs_the_other_browser_out(town: Town, new_page: NewPage) -> None:
    here, there = new_page(), new_page()
    for one in (here, there):
        one.goto(f"{town.origin}/account")
        fill(one)
    here.get_by_role("link", name="Change your password").click()
    here.get_by_label("Present password", exact=True).fill(PASSWORD)
    here.get_by_label("New password", exact=True).fill("quiet-harbour-seventeen")
    here.get_by_label("New password again", exact=True).fill("quiet-harbour-seventeen")
    here.get_by_role("button", name="Change password").click()
    expect(here.get_by_role("status")).to_contain_text("Your password is changed")
    there.reload()
    expect(there.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_way_in_german(town: Town, new_page: NewPage) -> None:
    page = new_page(locale="de-DE")
    page.goto(town.request())
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label("E-Mail-Adresse").fill(MARA)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("button", name="Erlauben", exact=True)).to_be_visible()
    assert "will be able to" not in page.content()


def test_scripts_and_styles_obey_the_policy(town: Town, page: Page) -> None:
    """Nothing on these pages is blocked by their own policy, and nothing comes from elsewhere (C011)."""
    complaints: list[str] = []
    addresses: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(town.origin + "/sign-in?to=account")
    page.get_by_role("button", name="Show: Password").click()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mara Lindqvist")
    assert complaints == []
    assert {f"{urlsplit(address).scheme}://{urlsplit(address).netloc}" for address in addresses} == {
        town.origin
    }
