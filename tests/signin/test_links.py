"""The pages behind one-use links."""

from __future__ import annotations

import pytest

from grantway.core import errors
from grantway.core.model import DAY, User
from tests.signin.browser import WsgiBrowser
from tests.signin.stage import PASSWORD, START, Stage

MARA = "mara@northwind.example"


def activation_link(stage: Stage) -> str:
    user = User(stage.services.entropy.new_id(), "enabled", 1, 1, "Mara Lindqvist", MARA, created_at=START)
    with stage.store.begin() as tx:
        assert tx.platform.insert_user(user)
        return stage.activation.invite(tx, user)


def setup_link(stage: Stage) -> str:
    with stage.store.begin() as tx:
        link = stage.activation.setup_link(tx)
    assert link is not None
    return link


def test_the_token_leaves_the_address_at_once(stage: Stage, browser: WsgiBrowser) -> None:
    """V159."""
    link = activation_link(stage)
    seen = browser.get(link)
    assert (seen.status, seen.location) == (303, "/activate")
    (cookie,) = seen.set_cookies
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    page = browser.follow(seen)
    assert page.status == 200
    assert MARA in page.text
    assert page.header("referrer-policy") == "same-origin"
    assert page.header("cache-control") == "no-store"


def test_choosing_a_password_leads_to_signing_in_with_it(stage: Stage, browser: WsgiBrowser) -> None:
    page = browser.follow(browser.get(activation_link(stage)))
    sent = browser.submit(page.form, new_password=PASSWORD, confirm=PASSWORD)
    assert (sent.status, sent.location) == (303, "/sign-in?done=password")
    assert "__Host-session" not in browser.cookies
    assert "__Host-link" not in browser.cookies
    form = browser.follow(sent)
    assert "Your password is set." in form.text
    assert "Mara Lindqvist" in browser.follow(browser.submit(form.form, email=MARA, password=PASSWORD)).text


@pytest.mark.parametrize(
    ("password", "confirm", "said"),
    [
        ("short", "short", errors.FIELD_PASSWORD_SHORT),
        ("password1234", "password1234", errors.FIELD_PASSWORD_COMMON),
        ("mara-lindqvist", "mara-lindqvist", errors.FIELD_PASSWORD_KNOWN),
        (PASSWORD, PASSWORD + "x", errors.FIELD_PASSWORD_DIFFERENT),
        ("", "", errors.FIELD_REQUIRED),
    ],
)
def test_a_refused_password_says_why_and_may_be_tried_again(
    stage: Stage, browser: WsgiBrowser, password: str, confirm: str, said: errors.Reason
) -> None:
    page = browser.follow(browser.get(activation_link(stage)))
    seen = browser.submit(page.form, new_password=password, confirm=confirm)
    assert seen.status == 422
    assert said.text in seen.text
    assert seen.form.fields["new_password"] == ""
    assert browser.submit(seen.form, new_password=PASSWORD, confirm=PASSWORD).status == 303


def test_a_used_link_says_so(stage: Stage, browser: WsgiBrowser) -> None:
    """V023: the second time, in another browser, and by the back button."""
    link = activation_link(stage)
    page = browser.follow(browser.get(link))
    browser.submit(page.form, new_password=PASSWORD, confirm=PASSWORD)
    for seen in (
        browser.follow(browser.get(link)),
        (other := WsgiBrowser(browser.app)).follow(other.get(link)),
    ):
        assert seen.status == 400
        assert "This link no longer works" in seen.text
        assert errors.LINK_INVALID.text in seen.text
        assert 'href="/account"' in seen.body
    again = browser.submit(page.form, new_password="another-lamp-otter", confirm="another-lamp-otter")
    assert (again.status, again.location) == (303, "/sign-in?done=used")
    assert "If you chose a password here, sign in with it." in browser.follow(again).text
    assert stage.sign_in(password=PASSWORD) is not None


def test_the_second_click_that_makes_the_first_operator_leads_to_signing_in(
    stage: Stage, browser: WsgiBrowser
) -> None:
    page = browser.follow(browser.get(setup_link(stage)))
    for end in ("password", "used"):
        sent = browser.submit(
            page.form, name="Ada Operator", email="ada@platform.example", new_password=PASSWORD
        )
        assert sent.location == f"/sign-in?done={end}"


def test_a_link_that_is_too_old_says_so(stage: Stage, browser: WsgiBrowser) -> None:
    link = activation_link(stage)
    stage.clock.advance(DAY + 1)
    assert "This link no longer works" in browser.follow(browser.get(link)).text


@pytest.mark.parametrize(
    "link", ["/activate", "/setup", "/activate?token=", "/activate?token=x", "/setup?token=%3Cb%3E"]
)
def test_no_link_says_so(browser: WsgiBrowser, link: str) -> None:
    seen = browser.follow(browser.get(link))
    assert seen.status == 400
    assert errors.LINK_INVALID.text in seen.text


def test_opening_a_link_uses_nothing_up(stage: Stage, browser: WsgiBrowser) -> None:
    """Mail gateways open links before people do."""
    link = activation_link(stage)
    for _ in range(3):
        scanner = WsgiBrowser(browser.app)
        assert scanner.follow(scanner.get(link)).status == 200
    page = browser.follow(browser.get(link))
    assert browser.submit(page.form, new_password=PASSWORD, confirm=PASSWORD).status == 303


@pytest.mark.parametrize("missing", ["csrf", "token"])
def test_a_form_without_proof_sets_no_password(stage: Stage, browser: WsgiBrowser, missing: str) -> None:
    """V138."""
    form = browser.follow(browser.get(activation_link(stage))).form
    del form.fields[missing]
    assert browser.submit(form, new_password=PASSWORD, confirm=PASSWORD).status == 400
    with stage.store.read() as tx:
        assert tx.gate.password_of(MARA) is None


def test_the_first_operator_is_made_and_signs_in(stage: Stage, browser: WsgiBrowser) -> None:
    link = setup_link(stage)
    page = browser.follow(browser.get(link))
    assert "Create the first operator" in page.text
    wrong = browser.submit(page.form, name="", email="ada", new_password="short")
    assert wrong.status == 422
    for said in (errors.FIELD_REQUIRED, errors.FIELD_EMAIL, errors.FIELD_PASSWORD_SHORT):
        assert said.text in wrong.text
    assert wrong.form.fields["email"] == "ada"
    sent = browser.submit(
        wrong.form, name="Ada Operator", email="ada@platform.example", new_password=PASSWORD
    )
    form = browser.follow(sent).form
    browser.submit(form, email="ada@platform.example", password=PASSWORD)
    home = browser.get("/account")
    assert "Ada Operator" in home.text
    assert "Platform" in home.text
    assert "This link no longer works" in browser.follow(browser.get(link)).text
