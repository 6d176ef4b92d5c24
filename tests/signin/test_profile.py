"""The page on which people say what applications may be told of them."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.claims import Address, StandardClaims
from grantway.core.model import User
from grantway.features.accounts.own_profile import CHANGES_AN_HOUR
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

FULL: dict[str, Any] = {
    "name": "Mara Lindqvist-Ørsted",
    "given_name": "Mara",
    "middle_name": "Ruth",
    "family_name": "Lindqvist",
    "nickname": "Mari",
    "gender": "weiblich",
    "birthdate": "1985-07-21",
    "locale": "de-AT",
    "zoneinfo": "Europe/Vienna",
    "profile": "https://mara.example/me",
    "website": "https://mara.example/",
    "picture": "https://mara.example/me.png",
    "phone_number": "+43 1 234-5678",
    "address.street_address": "Isarweg 7\r\nHof",
    "address.postal_code": "1010",
    "address.locality": "Wien",
    "address.region": "",
    "address.country": "Österreich",
}


@pytest.fixture
def mara(world: World) -> Person:
    return world.make.person(world.make.organization(), claims=StandardClaims(preferred_username="mara"))


@pytest.fixture
def browser(world: World, mara: Person) -> Browser:
    browser = world.browser()
    browser.sign_in(mara.email, mara.password)
    browser.visit("/profile")
    return browser


def stored(world: World, person: Person) -> User:
    with world.store.read() as tx:
        user = tx.gate.user(person.id)
    assert user is not None
    return user


def told_of(world: World, action: str) -> list[Any]:
    with world.store.read() as tx:
        return [one for one in tx.platform.audit(AuditQuery(limit=50)) if one.action == action]


def test_what_somebody_says_of_themself_is_kept_and_the_log_tells_only_what_changed(
    world: World, mara: Person, browser: Browser
) -> None:
    browser.submit(**FULL)
    assert browser.address.endswith("/account?done=profile")
    assert "Your profile is saved." in browser.page
    user = stored(world, mara)
    assert (user.name, user.given_name, user.family_name, user.locale) == (
        "Mara Lindqvist-Ørsted",
        "Mara",
        "Lindqvist",
        "de-AT",
    )
    assert user.claims == StandardClaims(
        middle_name="Ruth",
        nickname="Mari",
        preferred_username="mara",
        profile="https://mara.example/me",
        picture="https://mara.example/me.png",
        website="https://mara.example/",
        gender="weiblich",
        birthdate="1985-07-21",
        zoneinfo="Europe/Vienna",
        phone_number="+4312345678",
        address=Address("Isarweg 7\nHof", "Wien", None, "1010", "Österreich"),
    )
    (entry,) = told_of(world, "user.change_profile")
    assert "birthdate" in str(entry.after)
    for said in ("1985", "Wien", "mara.example", "2345678", "weiblich"):
        assert said not in str(entry)
    # The form shows it again, and saving what stands there writes nothing.
    browser.visit("/profile")
    assert browser.forms[0].fields["phone_number"] == "+4312345678"
    browser.submit()
    assert browser.address.endswith("/account")
    assert len(told_of(world, "user.change_profile")) == 1
    # What is emptied is gone.
    browser.visit("/profile")
    emptied: dict[str, Any] = dict.fromkeys(FULL, "") | {"name": "Mara"}
    browser.submit(**emptied)
    assert stored(world, mara).claims == StandardClaims(preferred_username="mara")


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("name", "", "E-FIELD-01"),
        ("name", "Mara\u202eLindt", "E-FIELD-05"),
        ("nickname", "a\tb", "E-FIELD-05"),
        ("nickname", "n" * 101, "E-FIELD-02"),
        ("middle_name", "a\nb", "E-FIELD-05"),
        ("gender", "g" * 51, "E-FIELD-02"),
        ("birthdate", "1985-02-29", "E-PROFILE-01"),
        ("birthdate", "21.07.1985", "E-PROFILE-01"),
        ("birthdate", "0000", "E-PROFILE-01"),
        ("birthdate", "١٩٨٥", "E-PROFILE-01"),
        ("locale", "german!", "E-FIELD-04"),
        ("zoneinfo", "Europe/Nowhere", "E-FIELD-21"),
        ("zoneinfo", "../../etc/passwd", "E-FIELD-21"),
        ("profile", "http://mara.example/", "E-PROFILE-05"),
        ("profile", "http://127.0.0.1/", "E-PROFILE-05"),
        ("website", "javascript:alert(1)", "E-PROFILE-05"),
        ("picture", "https://mara.example/#me", "E-PROFILE-05"),
        ("picture", "https://user:pw@mara.example/", "E-PROFILE-05"),
        ("picture", "https://mara.example/" + "x" * 500, "E-FIELD-02"),
        ("phone_number", "089 1234567", "E-PROFILE-02"),
        ("phone_number", "+49 (0)89 1234567", "E-PROFILE-02"),
        ("phone_number", "+4989" + "1" * 20, "E-PROFILE-02"),
        ("address.street_address", "s" * 201, "E-FIELD-02"),
        ("address.street_address", "a\x07b", "E-FIELD-05"),
        ("address.postal_code", "1" * 21, "E-FIELD-02"),
        ("address.country", "Austria\nVienna", "E-FIELD-05"),
    ],
)
def test_what_cannot_be_told_is_refused_at_its_field_and_nothing_is_written(
    world: World, mara: Person, browser: Browser, field: str, text: str, problem: str
) -> None:
    before = stored(world, mara)
    browser.submit(**FULL | {field: text})
    assert (browser.status, problem in browser.page) == (422, True), browser.page
    assert f'href="#{field}"' in browser.page
    assert stored(world, mara) == before
    # What was typed is not lost.
    assert browser.forms[0].fields["given_name"] == "Mara"


@pytest.mark.parametrize("birthdate", ["1985", "0000-02-29", "1984-02-29"])
def test_a_date_of_birth_may_leave_something_out(
    world: World, mara: Person, browser: Browser, birthdate: str
) -> None:
    browser.submit(birthdate=birthdate)
    assert stored(world, mara).claims.birthdate == birthdate


def test_what_others_go_by_is_not_changed_here(world: World, mara: Person, browser: Browser) -> None:
    proof = browser.forms[0].fields
    browser.post(
        "/profile", **proof, preferred_username="admin-of-others", email="x@y.example", state="disabled"
    )
    user = stored(world, mara)
    assert (user.claims.preferred_username, user.email, user.state) == ("mara", mara.email, "enabled")


def test_nothing_that_somebody_else_changed_meanwhile_is_written_over(
    world: World, mara: Person, browser: Browser
) -> None:
    other = world.browser()
    other.sign_in(mara.email, mara.password)
    other.visit("/profile")
    other.submit(nickname="First")
    browser.submit(nickname="Second")
    assert (browser.status, "E-PROFILE-07" in browser.page) == (409, True)
    assert browser.forms[0].fields["nickname"] == "First"
    browser.submit(nickname="Third")
    assert stored(world, mara).claims.nickname == "Third"


def test_a_profile_is_changed_so_often_in_an_hour_and_no_more(
    world: World, mara: Person, browser: Browser
) -> None:
    for number in range(CHANGES_AN_HOUR):
        browser.visit("/profile")
        browser.submit(nickname=f"Name {number}")
    browser.visit("/profile")
    browser.submit(nickname="One more")
    assert (browser.status, "E-PROFILE-06" in browser.page) == (429, True)
    assert browser.forms[0].fields["nickname"] == "One more"
    assert stored(world, mara).claims.nickname == f"Name {CHANGES_AN_HOUR - 1}"


def test_a_stranger_and_a_form_that_is_not_ours_change_nothing(world: World, mara: Person) -> None:
    stranger = world.browser()
    stranger.visit("/profile")
    assert stranger.address.endswith("/sign-in?to=profile")
    signed_in = world.browser()
    signed_in.sign_in(mara.email, mara.password)
    signed_in.post("/profile", name="Mallory", version="1")
    assert (signed_in.status, "E-STEP-02" in signed_in.page) == (400, True)
    assert stored(world, mara).name == "Mara Lindt"
