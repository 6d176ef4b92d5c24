"""Signing in without an application: the form, the cookies, the account's page, signing out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grantway.core import errors
from grantway.core.ports import Unavailable
from grantway.features.accounts import throttling
from grantway.features.accounts.login import Login
from tests.signin.browser import Seen, WsgiBrowser
from tests.signin.stage import PASSWORD, Stage

MARA = "mara@northwind.example"


def signed_in(stage: Stage, browser: WsgiBrowser) -> Seen:
    stage.person()
    return browser.follow(browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD))


def test_a_stranger_is_led_to_the_form(browser: WsgiBrowser) -> None:
    seen = browser.get("/")
    assert (seen.status, seen.location) == (303, "/sign-in")
    form = browser.follow(seen).form
    assert form.action == "/sign-in"


def test_the_right_password_leads_home(stage: Stage, browser: WsgiBrowser) -> None:
    stage.person()
    sent = browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    assert (sent.status, sent.location) == (303, "/")
    assert "Mara Lindqvist" in browser.follow(sent).text
    assert (browser.get("/sign-in").status, browser.get("/sign-in").location) == (303, "/")


def test_the_cookies_are_kept_from_scripts_and_from_other_hosts(stage: Stage, browser: WsgiBrowser) -> None:
    """V143, C244: names, attributes and lifetimes of every cookie that signing in sets."""
    stage.person()
    shown = browser.get("/sign-in")
    sent = browser.submit(shown.form, email=MARA, password=PASSWORD)
    cookies = {line.partition("=")[0]: line for line in (*shown.set_cookies, *sent.set_cookies)}
    assert set(cookies) == {"__Host-browser", "__Host-session", "__Host-device"}
    for line in cookies.values():
        assert {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"} <= set(line.split("; "))
        assert "Domain" not in line
    assert "Max-Age" not in cookies["__Host-session"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (MARA, "not-the-password-1"),
        ("nobody@northwind.example", PASSWORD),
        ("", ""),
        ("x" * 400, "y" * 2_000),
    ],
)
def test_a_wrong_password_says_so_and_keeps_the_address(
    stage: Stage, browser: WsgiBrowser, email: str, password: str
) -> None:
    """V150, V151: one page for all of them."""
    stage.person()
    seen = browser.submit(browser.get("/sign-in").form, email=email, password=password)
    assert seen.status == 403
    assert errors.LOGIN_FAILED.text in seen.text
    assert seen.form.fields["email"] == email
    assert seen.form.fields["password"] == ""
    assert "__Host-session" not in browser.cookies
    assert password not in seen.body or not password
    assert browser.get("/").location == "/sign-in"


def test_the_page_of_an_unknown_account_is_the_page_of_a_known_one(
    stage: Stage, browser: WsgiBrowser
) -> None:
    """V150, C215: byte for byte, but for what the browser itself sent."""
    stage.person()
    pages = []
    for email in (MARA, "maia@northwind.example"):
        form = browser.get("/sign-in").form
        seen = browser.submit(form, email=email, password="not-the-password-1")
        headers = [(name, value) for name, value in seen.headers if name != "content-security-policy"]
        pages.append((seen.status, headers, re.sub(r'nonce="\w+"', "", seen.body).replace(email, "")))
    assert pages[0] == pages[1]


def test_too_many_attempts_say_when_to_come_back(stage: Stage, browser: WsgiBrowser) -> None:
    stage.person()
    for _ in range(throttling.ACCOUNT_FROM_NETWORK):
        seen = browser.submit(browser.get("/sign-in").form, email=MARA, password="not-the-password-1")
    seen = browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    assert seen.status == 429
    assert "Wait 15 minutes" in seen.text
    assert "not locked" in seen.text
    assert seen.header("retry-after") == "900"


class Full:
    """Password hashing that has no place left."""

    def hash(self, password: str) -> str:
        raise Unavailable("full")

    def verify(self, phc: str | None, password: str) -> bool:
        raise Unavailable("full")


def test_a_rush_is_told_to_come_back_in_a_moment(stage: Stage) -> None:
    stage.person()
    stage.login = Login(replace(stage.services, passwords=Full()), stage.sessions)
    browser = WsgiBrowser(stage.app())
    seen = browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    assert seen.status == 503
    assert seen.header("retry-after") is not None
    assert errors.SERVER_UNAVAILABLE.text in seen.text


def test_every_page_is_private_and_framed_by_nobody(stage: Stage, browser: WsgiBrowser) -> None:
    """C010, C012, C022, V142."""
    for address in ("/sign-in", "/signed-out"):
        seen = browser.get(address)
        policy = seen.header("content-security-policy") or ""
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self';" in policy
        assert seen.header("x-frame-options") == "DENY"
        assert seen.header("referrer-policy") == "same-origin"
        assert seen.header("cache-control") == "no-store"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/password", "/sessions/end"])
@pytest.mark.parametrize("proof", [None, "", "forged", "foreign"])
def test_a_form_without_our_proof_is_refused(
    stage: Stage, browser: WsgiBrowser, address: str, proof: str | None
) -> None:
    """V138, V141: without a token, with a made-up one, and with another browser's."""
    signed_in(stage, browser)
    values = {"email": MARA, "password": PASSWORD}
    if proof == "foreign":
        stranger = WsgiBrowser(browser.app)
        proof = stranger.get("/sign-in").form.fields["csrf"]
    if proof is not None:
        values["csrf"] = proof
    seen = browser.post(address, values)
    assert seen.status == 400
    assert errors.STEP_FORGED.text in seen.text
    assert browser.get("/").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(
    stage: Stage, browser: WsgiBrowser, headers: dict[str, str]
) -> None:
    stage.person()
    form = browser.get("/sign-in").form
    seen = browser.post(form.action, {**form.fields, "email": MARA, "password": PASSWORD}, **headers)
    assert seen.status == 400
    assert "__Host-session" not in browser.cookies


def test_a_browser_that_keeps_no_cookies_is_told_what_to_do(stage: Stage, browser: WsgiBrowser) -> None:
    stage.person()
    form = browser.get("/sign-in").form
    browser.cookies.clear()
    seen = browser.submit(form, email=MARA, password=PASSWORD)
    assert seen.status == 400
    assert "This page is out of date" in seen.text
    assert errors.STEP_UNKNOWN.text in seen.text


def test_signing_out_ends_the_session_at_the_server(stage: Stage, browser: WsgiBrowser) -> None:
    """C249: the cookie alone opens nothing afterwards."""
    home = signed_in(stage, browser)
    kept = browser.cookies["__Host-session"]
    (sign_out,) = [form for form in home.forms if form.action == "/sign-out"]
    seen = browser.follow(browser.submit(sign_out))
    assert "You are signed out" in seen.text
    assert "__Host-session" not in browser.cookies
    browser.cookies["__Host-session"] = kept
    assert browser.get("/").location == "/sign-in"


def test_signing_out_is_asked_for_when_it_comes_by_address(stage: Stage, browser: WsgiBrowser) -> None:
    """V141: a foreign page that leads here signs nobody out."""
    signed_in(stage, browser)
    asked = browser.get("/sign-out")
    assert "Sign out?" in asked.text
    assert browser.submit(asked.form, ("action", "stay")).location == "/account"
    assert browser.get("/account").status == 200
    assert browser.submit(browser.get("/sign-out").form, ("action", "sign_out")).location == "/signed-out"
    assert browser.get("/account").status == 303


def test_the_account_page_lists_organizations_and_sessions(stage: Stage, browser: WsgiBrowser) -> None:
    """C252, C255."""
    mara = stage.person()
    stage.membership(mara, stage.organization("Northwind Traders"), "admin")
    other = WsgiBrowser(browser.app)
    for one in (browser, other):
        one.submit(one.get("/sign-in").form, email=MARA, password=PASSWORD)
    home = browser.get("/account")
    assert "Northwind Traders" in home.text
    assert "Admin" in home.text
    assert "This browser" in home.text
    (end,) = [form for form in home.forms if form.action == "/sessions/end"]
    done = browser.follow(browser.submit(end))
    assert "That session has ended." in done.text
    assert other.get("/").location == "/sign-in"
    assert browser.get("/account").status == 200


def test_links_for_developers_appear_only_where_they_lead_somewhere(stage: Stage) -> None:
    stage.person()
    for links in ({}, {"playground_url": "/playground", "reference_url": "/api"}):
        browser = WsgiBrowser(stage.app(**links))
        home = browser.follow(browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD))
        assert ("/playground" in home.body) == bool(links)


def test_the_password_is_changed_on_a_page_of_its_own(stage: Stage, browser: WsgiBrowser) -> None:
    """C197, C198, C251."""
    signed_in(stage, browser)
    other = WsgiBrowser(browser.app)
    other.submit(other.get("/sign-in").form, email=MARA, password=PASSWORD)
    page = browser.get("/password")
    wrong = browser.submit(
        page.form, password="nope", new_password="quiet-harbour-seventeen", confirm="quiet-harbour-seventeen"
    )
    assert wrong.status == 422
    assert errors.FIELD_PASSWORD_WRONG.text in wrong.text
    done = browser.follow(
        browser.submit(
            page.form,
            password=PASSWORD,
            new_password="quiet-harbour-seventeen",
            confirm="quiet-harbour-seventeen",
        )
    )
    assert "Your password is changed" in done.text
    assert other.get("/").location == "/sign-in"


def test_strangers_change_no_password(browser: WsgiBrowser) -> None:
    assert browser.get("/password").location == "/sign-in?to=password"


def test_every_password_field_is_masked_and_takes_a_password_manager(
    stage: Stage, browser: WsgiBrowser
) -> None:
    """C201, C202, C204."""
    signed_in(stage, browser)
    browser_two = WsgiBrowser(browser.app)
    for body in (browser_two.get("/sign-in").body, browser.get("/password").body):
        fields = re.findall(r"<input[^>]*password[^>]*>", body)
        assert fields
        for tag in fields:
            assert 'type="password"' in tag
            assert re.search(r'autocomplete="(current|new)-password"', tag)
            assert "onpaste" not in tag
            assert int(re.search(r'maxlength="(\d+)"', tag)[1]) >= 64  # type: ignore[index]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_told_which_there_are(browser: WsgiBrowser, method: str) -> None:
    seen = browser.send(method, "/sign-in")
    assert (seen.status, seen.header("allow")) == (405, "GET, HEAD, POST, OPTIONS")


def test_files_of_the_pages_are_cached_by_their_content(browser: WsgiBrowser) -> None:
    address = re.search(r'href="(/static/grantway\.css\?v=\w+)"', browser.get("/sign-in").body)
    assert address is not None
    seen = browser.get(address[1])
    assert seen.status == 200
    assert "immutable" in (seen.header("cache-control") or "")
    again = browser.get(address[1], **{"if-none-match": seen.header("etag") or ""})
    assert (again.status, again.body) == (304, "")
    assert browser.get("/static/../pages.py").status == 404
    assert browser.get("/static/nothing.css").status == 404


def test_the_pages_speak_german(stage: Stage, browser: WsgiBrowser) -> None:
    stage.person()
    browser.language = "de-DE,de;q=0.9,en;q=0.5"
    page = browser.get("/sign-in")
    assert '<html lang="de">' in page.body
    assert "Anmelden" in page.text
    wrong = browser.submit(page.form, email=MARA, password="not-the-password-1")
    assert errors.LOGIN_FAILED.text not in wrong.text
