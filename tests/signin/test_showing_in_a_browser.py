"""What a person meets in headless Chromium when something changes while a page of ours is open."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from grantway.core.model import Scope, User
from tests.signin.stage import PASSWORD
from tests.signin.town import MARA, Town, fill

AGAIN = "Something changed while this page was open"
OTTO = "otto@northwind.example"


def allow(page: Page) -> None:
    page.get_by_role("button", name="Allow", exact=True).click()


def another_person(town: Town) -> User:
    otto = town.stage.person(OTTO, "Otto Brandt")
    town.stage.membership(otto, town.stage.organization("Northwind Traders"), "member")
    return otto


def widen(town: Town) -> None:
    """The makers want one scope more."""
    application = town.application
    with town.stage.store.begin() as tx:
        door = tx.organization(application.organization_id)
        (scope,) = [one for one in tx.gate.catalogue().scopes.values() if one.value.endswith(":read")]
        more = Scope(
            town.stage.services.entropy.new_id(), scope.api_id, "orders:export", "any", "Export all", 1
        )
        door.insert_scope(more)
        stored = door.application(application.id)
        assert stored is not None
        wider = replace(stored, scopes=stored.scopes | {more.value})
        assert door.update_application(wider, version=stored.version) is not None


def test_what_was_added_while_the_page_was_open_is_read_before_it_is_allowed(town: Town, page: Page) -> None:
    page.goto(town.request())
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Allow Fieldnotes")
    expect(page.get_by_text("Export all")).to_have_count(0)
    widen(town)
    allow(page)
    expect(page.get_by_role("alert")).to_contain_text(AGAIN)
    expect(page.get_by_text("Export all")).to_be_visible()
    allow(page)
    expect(page.locator("#code")).to_contain_text("code=gwc_")


def test_another_person_in_a_second_tab_reads_a_page_of_their_own(town: Town, page: Page) -> None:
    another_person(town)
    page.goto(town.request())
    fill(page)
    expect(page.get_by_text("You are signed in as Mara")).to_be_visible()
    town.stage.clock.advance(1_000_000)
    second = page.context.new_page()
    second.goto(town.request(prompt="login"))
    fill(second, OTTO)
    expect(second.get_by_text("You are signed in as Otto Brandt")).to_be_visible()
    second.close()
    allow(page)
    expect(page.get_by_role("alert")).to_contain_text(AGAIN)
    expect(page.get_by_text("You are signed in as Otto Brandt")).to_be_visible()
    expect(page.locator("#code")).to_have_count(0)


def test_who_signs_out_in_a_second_tab_signs_in_again_before_going_on(town: Town, page: Page) -> None:
    page.goto(town.request())
    fill(page)
    second = page.context.new_page()
    second.goto(f"{town.origin}/sign-out")
    second.get_by_role("button", name=re.compile("Sign out")).first.click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("signed out")
    second.close()
    allow(page)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    fill(page)
    expect(page.get_by_role("alert")).to_contain_text(AGAIN)
    allow(page)
    expect(page.locator("#code")).to_contain_text("code=gwc_")


def test_a_double_click_leads_to_the_application_once(town: Town, page: Page) -> None:
    page.goto(town.request())
    fill(page)
    page.get_by_role("button", name="Allow", exact=True).dblclick()
    expect(page.locator("#code")).to_contain_text("code=gwc_")
    with town.stage.store.read() as tx:
        codes = tx.gate.artifacts_of_subject("code", town.person.id, now=town.stage.clock.now())
    assert len(codes) == 1


@pytest.mark.parametrize("button", ["Sign in", "Cancel and go back to Fieldnotes"])
def test_a_double_click_on_the_first_page_leads_on(town: Town, page: Page, button: str) -> None:
    page.goto(town.request())
    page.get_by_label("E-mail address").fill(MARA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=button).dblclick()
    if button == "Sign in":
        expect(page.get_by_role("heading", level=1)).to_contain_text("Allow Fieldnotes")
    else:
        expect(page.locator("#error")).to_have_text("error=access_denied")


def test_a_posted_answer_is_posted_once(town: Town, page: Page) -> None:
    """By itself, and however often somebody presses the button while the application is slow."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(town.request(response_mode="form_post"))
    fill(page)
    callback = town.application.redirects[0].uri
    page.route(callback, lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Allow", exact=True).click()
    button = page.get_by_role("button", name="Continue")
    button.click()
    button.dblclick()
    assert [url for url in sent if url == callback] == [callback]
