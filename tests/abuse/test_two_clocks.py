"""Two processes of one server whose clocks differ: a sign-in ends all the same, and no old one passes for new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.abuse.story import Client, Story
from tests.kit.browser import Browser
from tests.kit.world import ManualClock, World

SKEW = 10


class Between(httpx.BaseTransport):
    """A proxy that gives what shows a page to one process, and what sends a form to another."""

    def __init__(self, reading: World, writing: World) -> None:
        self._reading = httpx.WSGITransport(app=reading.app, remote_addr="127.0.0.1")
        self._writing = httpx.WSGITransport(app=writing.app, remote_addr="127.0.0.1")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        process = self._reading if request.method == "GET" else self._writing
        return process.handle_request(request)


@dataclass
class Pair:
    """A server of two processes. The one that shows pages is ahead of the other, or behind."""

    story: Story
    reading: World
    writing: World

    def browser(self) -> Browser:
        return Browser(self.story.world.issuer, Between(self.reading, self.writing))

    def advance(self, seconds: float) -> None:
        for one in (self.reading, self.writing):
            one.advance(seconds)

    def sign_in(self, browser: Browser, client: Client, **parameters: str) -> dict[str, str]:
        """The answer, if one comes before the person is asked for the same a second time."""
        person = self.story.person
        left = browser.visit(self.story.request(client, **parameters))
        asked: list[str] = []
        while left is None:
            form = browser.forms[0]
            step = form.action.rpartition("/")[2]
            assert step not in asked, f"asked twice: {asked}"
            asked.append(step)
            if step == "sign-in":
                press = ("action", "sign_in")
                left = browser.submit(press, email=person.email, password=person.password)
            else:
                left = browser.submit(("decision", "approve"))
        return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()} | {
            "asked": " ".join(asked)
        }


@pytest.fixture(params=[SKEW, -SKEW, 0], ids=["ahead", "behind", "alike"])
def pair(story: Story, request: pytest.FixtureRequest) -> Iterator[Pair]:
    writing = story.world
    clock = ManualClock()
    clock.advance(request.param)
    reading = World(writing.settings, clock=clock, passwords=writing.passwords, outside=writing.outside)
    yield Pair(story, reading, writing)
    reading.close()


@pytest.mark.parametrize(
    "parameters",
    [{}, {"prompt": "login"}, {"max_age": "0"}, {"max_age": "5"}, {"prompt": "login", "max_age": "1"}],
    ids=["plain", "login", "at once", "five seconds", "both"],
)
def test_a_sign_in_ends_and_its_code_is_redeemed(pair: Pair, parameters: dict[str, str]) -> None:
    """Core 3.1.2.1: the person signs in once for this request, and that was for this request."""
    browser = pair.browser()
    for _ in range(2):
        answer = pair.sign_in(browser, pair.story.honest, **parameters)
        assert pair.story.redeem(pair.story.honest, answer["code"]).status_code == 200
        pair.advance(60)


@pytest.mark.parametrize(
    ("parameters", "age"),
    [({"prompt": "login"}, 0), ({"max_age": "0"}, 0), ({"max_age": "60"}, 60 + SKEW + 1)],
    ids=["login", "at once", "a minute"],
)
def test_an_older_sign_in_is_not_taken_for_a_new_one(
    pair: Pair, parameters: dict[str, str], age: int
) -> None:
    """Nor one that another process dates after the request: only the form of this request is for it."""
    browser = pair.browser()
    pair.sign_in(browser, pair.story.honest)
    pair.advance(age)
    answer = pair.sign_in(browser, pair.story.honest, **parameters)
    assert "sign-in" in answer["asked"]
    answer = pair.sign_in(browser, pair.story.honest)
    assert answer["asked"] == ""


def test_signing_in_for_one_request_is_not_for_another(pair: Pair) -> None:
    """Two requests with prompt=login in two tabs: each asks for the password itself."""
    browser, person = pair.browser(), pair.story.person
    browser.visit(pair.story.request(pair.story.honest, prompt="login"))
    first = browser.address
    pair.sign_in(browser, pair.story.rival, prompt="login")
    assert browser.visit(first) is None
    assert "password" in browser.forms[0].fields
    browser.submit(("action", "sign_in"), email=person.email, password=person.password)
    assert browser.forms[0].has("decision", "approve")


def test_everything_else_of_a_person_works_across_the_clocks(pair: Pair) -> None:
    """A session before it began, a proof, a link and a token of the other process."""
    browser, story = pair.browser(), pair.story
    browser.sign_in(story.person.email, story.person.password)
    assert browser.title.startswith("Your account")
    browser.visit("/password")
    browser.submit(
        password=story.person.password, new_password="green harbour lamps", confirm="green harbour lamps"
    )
    assert "Your password is changed" in browser.page
    person = story.world.make.person(story.acme, name="Nora New")
    with story.world.store.begin() as tx:
        user = tx.gate.user(person.id)
        assert user is not None
        link = pair.writing.product.features.sign_in.activation.invite(tx, user)
    other = pair.browser()
    other.visit(link)
    other.submit(new_password="green harbour lamps", confirm="green harbour lamps")
    assert "Your password is set" in other.page
