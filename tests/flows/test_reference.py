"""The reference page sends its requests: a reader signs in there, and the token stays in the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grantway.system import SystemEntropy

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage
    from tests.kit.server import LiveServer

WAIT = 20_000


def sign_in(page: Page, server: LiveServer, organization: str = "Northwind") -> None:
    """Get a token as a reader does: in a window that closes itself or can be closed."""
    account = server.account("admin", organization)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in in a new window").click()
    window = opened.value
    window.get_by_label("E-mail address").fill(account["email"])
    window.get_by_label("Password", exact=True).fill(account["password"])
    window.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("[data-access-state].ok").wait_for(timeout=WAIT)


def tried(page: Page, anchor: str) -> None:
    """Open an operation and its form."""
    page.locator(f"#{anchor} .try > summary").click()


def test_a_reader_signs_in_and_sends_a_request_with_the_form_filled_in(
    live_server: LiveServer, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(live_server.issuer + "/reference")
    sign_in(page, live_server)
    tried(page, "listapplications")
    place = page.locator("#listapplications-organization_id")
    assert place.input_value() == live_server.facts["organizations"][0]["id"]
    page.locator("#listapplications-type").select_option("backend")
    page.locator("#listapplications").get_by_role("button", name="Send the request").click()
    outcome = page.locator("#listapplications .try-outcome")
    outcome.get_by_text("200").first.wait_for(timeout=WAIT)
    text = outcome.inner_text()
    assert "Northwind Night Sync" in text
    assert "Northwind Board" not in text
    assert "Bearer hidden" in text
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert "token" not in kept
    assert "code=" not in kept
    assert not page.evaluate("document.documentElement.outerHTML.includes('eyJ')")


def test_a_record_is_made_and_changed_with_the_tag_that_the_answer_had(
    live_server: LiveServer, new_page: NewPage
) -> None:
    page = new_page(width=390)
    page.goto(live_server.issuer + "/reference")
    sign_in(page, live_server, "Harbour Works")
    tried(page, "createapplication")
    name = f"Tried {SystemEntropy().new_id()}"
    page.locator("#createapplication-body").fill(f'{{"type": "backend", "name": "{name}"}}')
    page.locator("#createapplication").get_by_role("button", name="Send the request").click()
    page.locator("#createapplication .try-outcome").get_by_text("201").first.wait_for(timeout=WAIT)
    tried(page, "updateapplication")
    assert page.locator("#updateapplication-application_id").input_value()
    assert page.locator("#updateapplication-If-Match").input_value() == '"1"'
    page.locator("#updateapplication-body").fill('{"description": "Known."}')
    page.locator("#updateapplication").get_by_role("button", name="Send the request").click()
    page.locator("#updateapplication .try-outcome").get_by_text('"Known."').first.wait_for(timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def send(page: Page, anchor: str, status: str) -> None:
    """Send an operation as its form stands there."""
    page.locator(f"#{anchor}").get_by_role("button", name="Send the request").click()
    page.locator(f"#{anchor} .try-outcome").get_by_text(status).first.wait_for(timeout=WAIT)


def test_the_samples_are_sent_unchanged_and_name_what_was_made_before(
    live_server: LiveServer, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(live_server.issuer + "/reference")
    sign_in(page, live_server)
    # One form is open before there is anything to name, and the other is opened after.
    tried(page, "createvoucher")
    tried(page, "createapplication")
    send(page, "createapplication", "201")
    client_id = json.loads(page.locator("#createvoucher-body").input_value())["client_id"]
    assert client_id in page.locator("#createapplication .try-outcome").inner_text()
    send(page, "createvoucher", "201")
    tried(page, "createsecret")
    send(page, "createsecret", "201")
    tried(page, "updateapplication")
    send(page, "updateapplication", "200")


def test_a_refusal_and_a_missing_value_are_shown_where_the_reader_looks(
    live_server: LiveServer, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(live_server.issuer + "/reference")
    tried(page, "readorganization")
    form = page.locator("#readorganization .try")
    form.get_by_role("button", name="Send the request").click()
    assert form.get_by_role("alert").inner_text() == "Fill in what is required."
    page.get_by_label("Access token").fill("gwo_not-a-token")
    page.get_by_role("button", name="Use this token").click()
    assert page.get_by_label("Access token").input_value() == ""
    page.locator("#readorganization-organization_id").fill("3xKnown9")
    form.get_by_role("button", name="Send the request").click()
    form.locator(".try-outcome").get_by_text("401").first.wait_for(timeout=WAIT)
    page.get_by_role("button", name="Forget the token").click()
    assert "No token yet" in page.locator("[data-access-state]").inner_text()


def test_an_answer_with_a_foreign_state_is_not_taken(live_server: LiveServer, new_page: NewPage) -> None:
    """RFC 9700 §4.7: whoever can open a window at the callback has no code of theirs exchanged here."""
    page = new_page()
    page.goto(live_server.issuer + "/reference")
    other = page.context.new_page()
    other.goto(live_server.issuer + "/reference/callback?code=theirs&state=theirs")
    other.wait_for_url("**/reference/callback")
    assert "No token yet" in page.locator("[data-access-state]").inner_text()


def test_the_page_can_be_read_without_scripts(live_server: LiveServer, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(live_server.issuer + "/reference")
    assert page.get_by_role("heading", name="Register an application").is_visible()
    assert not page.locator("[data-access]").is_visible()
    assert page.locator(".try:visible").count() == 0
