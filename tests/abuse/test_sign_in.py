"""Guessing, enumerating, shutting out: what signing in withstands, and what a session is worth afterwards."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from argon2 import extract_parameters

from grantway.core.model import HOUR, SECOND
from grantway.edges.dialects.standard import paths
from grantway.features.accounts import throttling
from grantway.system import Argon2Passwords
from tests.abuse import raw
from tests.abuse.counting import CountingPasswords
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser
from tests.kit.counts import count
from tests.kit.factories import PASSWORD, Person
from tests.kit.world import World

GUESSES = count(24, 64)
WRONG = "not the password at all"
NEW = "green harbour lamps"
EMPTY = (
    "null",
    "None",
    "undefined",
    "nil",
    "0",
    "false",
    "NaN",
    "[]",
    "{}",
    "''",
    " ",
    "%00",
    "*",
    "password",
)


def attempt(browser: Browser, email: str, password: str) -> int:
    """The status of one attempt."""
    browser.visit("/sign-in")
    browser.submit(email=email, password=password)
    return browser.status


def is_in(browser: Browser) -> bool:
    browser.visit("/")
    browser.visit("/account")
    return browser.address.endswith("/account") and browser.status == 200


def test_parallel_guesses_are_counted_exactly(counted: Story, passwords: CountingPasswords) -> None:
    """V029, V030, V147, C208, E03, C185: on two processes at once, and the holder gets in from elsewhere."""
    other = counted.world.beside()
    for turn in range(count(1, 100)):
        person = counted.world.make.person(counted.acme)
        known = counted.world.browser(address="198.51.100.1")
        known.sign_in(person.email, PASSWORD)
        known.visit("/sign-out")
        known.submit(("action", "sign_out"))
        worlds = (counted.world, other)
        browsers = [worlds[n % 2].browser(address=f"198.51.100.{n + 2}") for n in range(GUESSES)]
        for browser in browsers:
            browser.visit("/sign-in")
        before = len(passwords.verified)

        def guess(browser: Browser, person: Person = person) -> int:
            browser.submit(email=person.email, password=WRONG)
            return browser.status

        with ThreadPoolExecutor(16) as pool:
            seen = sorted(pool.map(guess, browsers))
        limit = throttling.ACCOUNT_FROM_NETWORK
        assert seen == [403] * limit + [429] * (GUESSES - limit)
        assert len(passwords.verified) - before == limit
        elsewhere = other.browser(address=f"203.0.{turn}.7")
        assert attempt(elsewhere, person.email, PASSWORD) == 200, "the holder, from another network"
        assert attempt(known, person.email, PASSWORD) == 200, "the holder's own browser, from the same one"
        counted.world.advance(HOUR // SECOND)
    other.close()


def test_parallel_guesses_at_a_secret_never_shut_its_holder_out(story: Story) -> None:
    """V029, E03, C062: wrong ones are counted by address, the right one never is."""
    guesses = count(40, 64)
    guesser = Client(story.honest.application, "gws_" + "A" * 43)

    def guess(number: int) -> int:
        client = story.honest if number % 4 == 3 else guesser
        result = story.world.token(
            client.application, client.secret, grant_type="client_credentials", scope="orders:read"
        )
        return result.status_code

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(guess, range(guesses * 4 // 3)))
    right, wrong = seen[3::4], sorted(status for at, status in enumerate(seen) if at % 4 != 3)
    assert set(right) == {200}
    assert wrong == [401] * 30 + [429] * (len(wrong) - 30)


def test_a_changed_password_is_guessed_no_more_often_than_a_sign_in(
    counted: Story, passwords: CountingPasswords
) -> None:
    """V147: the page of a found session has the same budget."""
    browser = counted.world.browser()
    browser.sign_in(counted.person.email, PASSWORD)
    before = len(passwords.verified)
    seen = []
    for _ in range(14):
        browser.visit("/password")
        browser.submit(password=WRONG, new_password=NEW, confirm=NEW)
        seen.append(browser.status)
    assert seen == [422] * 10 + [429] * 4
    assert len(passwords.verified) - before == 10
    assert is_in(browser)


def accounts(story: Story) -> dict[str, str]:
    """Addresses of people of all kinds, none of whom may sign in with what is tried."""
    make = story.world.make
    invited = make.person(story.acme)
    with story.world.store.begin() as tx:
        tx.gate.set_password(invited.id, "", now=story.world.clock.now())
    unverified = replace(
        make.person(story.acme).user, id=story.world.entropy.new_id(), email="new@people.example.test"
    )
    with story.world.store.begin() as tx:
        assert tx.platform.insert_user(unverified)
    disabled = make.person(story.acme)
    make.change_user(disabled, state="disabled")
    return {
        "wrong password": story.person.email,
        "unknown": "nobody@people.example.test",
        "other case": story.person.email.upper(),
        "without a password": invited.email,
        "never verified": unverified.email,
        "disabled": disabled.email,
        "no address": "nobody",
        "empty": "",
        "very long": "x" * 500 + "@people.example.test",
        "not of a database": "no\u202ebody\ud7ff@people.example.test",
    }


@pytest.mark.parametrize("where", ["home", "application"])
def test_nobody_learns_who_exists(counted: Story, passwords: CountingPasswords, where: str) -> None:
    """V150, V151, C215: the same page and the same work for every account that there is or is not."""
    pages = {}
    for number, (kind, email) in enumerate(accounts(counted).items()):
        browser = counted.world.browser(address=f"198.51.{number}.7")
        password = PASSWORD if kind == "disabled" else WRONG
        browser.visit("/sign-in" if where == "home" else counted.request(counted.honest))
        verified, hashed = len(passwords.verified), passwords.hashed
        browser.submit(email=email, password=password)
        assert (len(passwords.verified) - verified, passwords.hashed - hashed) == (1, 0), kind
        assert browser.last is not None
        answer = raw.Answer(browser.status, list(browser.last.headers.items()), b"")
        text = re.sub(r'(<input[^>]*type="email"[^>]*) value="[^"]*"', r"\1", browser.page)
        handle = browser.address.split("/")[-2]
        pages[kind] = (raw.shape(answer), raw.steady(text.replace(handle, "(handle)")))
    assert {kind for kind, page in pages.items() if page != pages["wrong password"]} <= {"empty"}
    assert pages["empty"][0] == pages["wrong password"][0]


def test_the_work_for_nobody_is_the_work_for_somebody() -> None:
    """V150: the hash that stands in has the parameters of a real one."""
    for memory, iterations in ((19 * 1024, 2), (64, 1)):
        passwords = Argon2Passwords(memory=memory, iterations=iterations)
        assert extract_parameters(passwords.nobody) == extract_parameters(passwords.hash("x"))
        assert not passwords.verify(None, "x")


def test_limits_tell_nobody_who_exists(story: Story) -> None:
    """V151: a page that takes a name says the same when it has had enough."""
    pages = []
    for number, email in enumerate((story.person.email, "nobody@people.example.test")):
        browser = story.world.browser(address=f"198.51.{number}.7")
        seen = [attempt(browser, email, WRONG) for _ in range(12)]
        pages.append((seen, raw.steady(browser.page).replace(email, "")))
    assert pages[0] == pages[1]


def test_clients_are_enumerated_no_more_than_people(story: Story) -> None:
    """V151: unknown, with a wrong secret, or switched off: refused with the same words."""
    gone = story.client(story.acme)
    story.world.make.change_application(gone.application, state="disabled")
    story.world.product.poll()
    unknown = replace(gone.application, client_id="client-of-nobody")
    answers, pages = set(), set()
    for application in (story.honest.application, unknown):
        result = story.world.token(application, "gws_" + "A" * 43, grant_type="client_credentials")
        answers.add((result.status_code, re.sub(r'"request_id":"[^"]*"', "", result.text)))
    for application in (gone.application, unknown):
        answer = raw.ask(story.world, "GET", f"{paths.AUTHORIZE}?client_id={application.client_id}")
        pages.add(str(raw.shape(answer)))
    assert len(answers) == len(pages) == 1


def test_an_account_without_a_password_takes_none(story: Story) -> None:
    """V153: the words that programs write for nothing, and nothing itself."""
    email = accounts(story)["without a password"]
    for number, word in enumerate(("", *EMPTY)):
        browser = story.world.browser(address=f"198.51.{number}.7")
        assert attempt(browser, email, word) == 403
        assert not is_in(browser)
        assert story.world.passwords.verify(None, word) is False


def test_no_attempt_switches_an_account_on_again(story: Story) -> None:
    """V117: by the form, by a session from before, by an old link."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, PASSWORD)
    with story.world.store.begin() as tx:
        link = story.world.product.features.sign_in.activation.invite(tx, story.person.user)
    disabled = story.world.make.change_user(story.person, state="disabled").user
    story.world.product.poll()
    assert attempt(story.world.browser(), story.person.email, PASSWORD) == 403
    assert not is_in(browser)
    stranger = story.world.browser()
    stranger.visit(link)
    assert stranger.status == 400
    with story.world.store.read() as tx:
        assert tx.platform.user(story.person.id) == disabled


def test_a_password_counts_as_it_was_typed(story: Story) -> None:
    """C203, C204, C196: its case, its spaces, its last letter, and its accents."""
    password = "  Grüße an alle 64 Zeichen " + "lang " * 20 + "\u00e9 "
    person = story.world.make.person(story.acme, password=password)
    near = (
        password.strip(),
        password.swapcase(),
        password[:72],
        password[:-2],
        password.replace("\u00e9", "e"),
    )
    for number, typed in enumerate((*near, password + "x")):
        assert attempt(story.world.browser(address=f"198.51.{number}.7"), person.email, typed) == 403
    assert attempt(story.world.browser(), person.email, password) == 200


def test_the_server_comes_without_accounts(world: World) -> None:
    """C209, C211: nobody can sign in to a fresh one, whatever names and words they try."""
    for number, name in enumerate(
        ("admin", "root", "operator", "grantway", "test@example.com", "admin@localhost")
    ):
        browser = world.browser(address=f"198.51.{number}.7")
        for word in ("admin", "password", "grantway", "", name):
            assert attempt(browser, name, word) == 403
        assert not is_in(browser)
