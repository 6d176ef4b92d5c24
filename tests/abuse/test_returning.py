"""The page that was asked for before the sign-in is where one lands after it, and never another site."""

from __future__ import annotations

import pytest

from grantway.edges.web.browsers import RETURNS
from tests.abuse import census
from tests.abuse.story import Story


def test_every_page_that_asks_to_sign_in_first_is_returned_to(story: Story) -> None:
    """Found in the route table, so that none is forgotten."""
    pages = {
        one.address({})
        for one in census.declared(story.world)
        if one.method == "GET" and one.who == "session"
    }
    assert pages == set(RETURNS.values())


@pytest.mark.parametrize("address", [one for one in RETURNS.values() if one != "/sign-out"])
def test_one_lands_where_one_wanted_to_go(story: Story, address: str) -> None:
    """By the form, after a wrong password, and where somebody signed in in another tab meanwhile."""
    browser, person = story.world.browser(), story.person
    browser.visit(address)
    assert "password" in browser.forms[0].fields
    waiting = browser.address
    browser.submit(email=person.email, password="not the password at all")
    browser.submit(email=person.email, password=person.password)
    assert browser.address == story.world.issuer + address
    browser.visit(waiting)
    assert browser.address == story.world.issuer + address


@pytest.mark.parametrize("sent", ["/password", "/profile", "/applications/withdraw", "/sessions/end"])
def test_a_form_sent_after_signing_out_elsewhere_leads_back_too(story: Story, sent: str) -> None:
    browser, person = story.world.browser(), story.person
    story.answer(story.honest, person, browser)
    page = "/" + (sent.split("/")[1] if sent != "/sessions/end" else "account")
    story.world.browser().sign_in(person.email, person.password)
    browser.visit(page)
    form = next(one for one in browser.forms if one.action == sent)
    del browser.cookies["__Host-session"]
    browser.post(form.action, **form.fields)
    browser.submit(email=person.email, password=person.password)
    assert browser.address == story.world.issuer + page


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/%5Cevil.example",
        "/password",
        "password/../../x",
        "nowhere",
        "home",
        "javascript:alert(1)",
        "Password",
        "password%0d%0ax",
        "",
    ],
)
def test_no_address_from_outside_is_followed(story: Story, to: str) -> None:
    """V046, V047: the pages are named, so an address cannot be said at all."""
    browser, person = story.world.browser(), story.person
    browser.visit(f"/sign-in?to={to}")
    assert browser.submit(email=person.email, password=person.password) is None
    assert browser.address == f"{story.world.issuer}/"
