"""The profile, and a password of two keyboards, in headless Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.kit.chromium import NewPage
from tests.signin.town import MARA, Town, fill

COMPOSED = "caf\u00e9-au-lait-sans-sucre"
DECOMPOSED = "cafe\u0301-au-lait-sans-sucre"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_profile_is_filled_in_and_told_what_is_wrong(
    town: Town, new_page: NewPage, *, javascript: bool
) -> None:
    page = new_page(width=390, javascript=javascript)
    page.goto(f"{town.origin}/sign-in?to=account")
    fill(page)
    page.get_by_role("link", name="Your profile").click()
    page.get_by_label("Date of birth").fill("21.7.1985")
    page.get_by_label("Street and number").fill("Isarweg 7\nHof")
    page.get_by_role("button", name="Save").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Enter a day, such as 1985-07-21")
    alert.get_by_role("link").click()
    page.get_by_label("Date of birth").fill("1985-07-21")
    expect(page.get_by_label("Street and number")).to_have_value("Isarweg 7\nHof")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Your profile is saved.")
    page.get_by_role("link", name="Your profile").click()
    expect(page.get_by_label("Date of birth")).to_have_value("1985-07-21")
    expect(page.get_by_label("Street and number")).to_have_value("Isarweg 7\nHof")


@pytest.mark.parametrize(("chosen", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_an_accent_of_either_keyboard_signs_in(
    town: Town, new_page: NewPage, chosen: str, typed: str
) -> None:
    page = new_page()
    page.goto(f"{town.origin}/sign-in?to=account")
    fill(page)
    page.get_by_role("link", name="Change your password").click()
    page.get_by_label("Present password", exact=True).fill("tangerine-lamp-otter")
    page.get_by_label("New password", exact=True).fill(chosen)
    page.get_by_label("New password again", exact=True).fill(typed)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password is changed")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{town.origin}/sign-in?to=account")
    fill(page, MARA, typed)
    expect(page.get_by_role("heading", name="Mara Lindqvist")).to_be_visible()
