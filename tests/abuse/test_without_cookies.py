"""Requests that arrive without our cookie: they break no sign-in that waits, and nobody's browser is exchanged."""

from __future__ import annotations

from itertools import permutations
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.abuse.stages import tab
from tests.abuse.story import Story
from tests.kit.browser import Browser

COOKIES = ("__Host-browser", "__Host-session")


def cookieless(story: Story, address: str, method: str = "POST") -> tuple[str, list[str]]:
    """What another site brings about with a form or a link of its own: where to, and the cookies that were set."""
    path, _, query = address.partition("?")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
    if method == "POST":
        result = story.world.client.simulate_post(path, body=query, headers=headers)
    else:
        result = story.world.client.simulate_get(path, query_string=query)
    assert result.status_code == 303, result.text
    return result.headers["location"], [
        value for name, value in result.headers.items() if name.lower() == "set-cookie"
    ]


def told(left: str | None) -> dict[str, str]:
    assert left is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}


def finished(story: Story, browser: Browser) -> str | None:
    """Go on from the page that is open until the application is told."""
    left = None
    for _ in range(3):
        form = browser.forms[0]
        if "password" in form.fields:
            left = browser.submit(
                ("action", "sign_in"), email=story.person.email, password=story.person.password
            )
        else:
            left = browser.submit(("decision", "approve"))
        if left is not None:
            break
    return left


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_authorization_endpoint_gives_no_cookie(story: Story, method: str) -> None:
    """In a browser that has one it would take that one's place, and break whatever waits under it."""
    to, cookies = cookieless(story, story.request(story.honest), method)
    assert to.startswith(f"{story.world.issuer}/interaction/")
    assert cookies == []


def test_a_form_of_another_site_goes_on_as_who_is_signed_in(story: Story) -> None:
    """POST is as good as GET: the next step is asked for by GET, and the cookies are there."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    browser.visit(story.request(story.honest))
    open_page, before = browser.forms[0], {name: browser.cookies[name] for name in COOKIES}
    to, _ = cookieless(story, story.request(story.rival))
    other = tab(story, browser)
    assert other.visit(to) is None
    assert other.forms[0].has("decision", "approve")
    assert "code" in told(finished(story, other))
    assert {name: browser.cookies[name] for name in COOKIES} == before
    assert "code" in told(browser.post(open_page.action, **open_page.fields, decision="approve"))


def test_a_tab_that_came_with_the_cookie_of_another_outlives_the_answer_of_a_third(story: Story) -> None:
    """Whatever replaces the cookie that all tabs share, the form that is open goes on."""
    browser = story.world.browser()
    first, second = (cookieless(story, story.request(story.honest))[0] for _ in range(2))
    browser.visit(first)
    assert browser.visit(second) is None
    late = story.world.browser()
    late.visit(cookieless(story, story.request(story.rival))[0])
    browser.cookies["__Host-browser"] = late.cookies["__Host-browser"]
    assert "code" in told(finished(story, browser))


def test_a_silent_form_of_another_site_is_answered_as_who_is_signed_in(story: Story) -> None:
    browser = story.world.browser()
    story.answer(story.honest, story.person, browser)
    to, _ = cookieless(story, story.request(story.honest, prompt="none"))
    assert "code" in told(browser.visit(to))
    stranger = story.world.browser()
    to, _ = cookieless(story, story.request(story.honest, prompt="none"))
    assert told(stranger.visit(to))["error"] == "login_required"


def test_a_silent_request_of_a_stranger_is_answered_at_once_and_kept_nowhere(story: Story) -> None:
    to, _ = cookieless(story, story.request(story.honest, prompt="none"), "GET")
    assert told(to)["error"] == "login_required"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_tabs_of_a_fresh_browser_all_finish(story: Story, order: tuple[int, ...]) -> None:
    """Each page is asked for before the answer to another one came, so each is given another cookie."""
    browser = story.world.browser()
    clients = (story.honest, story.rival, story.public)
    tabs: list[Browser] = []
    jar: dict[str, str] = {}
    for client in clients:
        alone = story.world.browser()
        alone.visit(story.request(client))
        jar |= alone.cookies
        tabs.append(alone)
    browser.cookies = jar
    for one in tabs:
        one.cookies = browser.cookies
    for place in order:
        assert "code" in told(finished(story, tabs[place])), tabs[place].page


def test_a_request_that_nobody_opened_yet_belongs_to_who_opens_it_first(story: Story) -> None:
    """V007, V008: nothing was decided in it, and from then on no other browser gets anywhere with it."""
    to, _ = cookieless(story, story.request(story.honest))
    first, second = story.world.browser(), story.world.browser()
    second.sign_in(story.stranger.email, story.stranger.password)
    first.visit(to)
    assert second.visit(to) is None
    assert (second.status, "E-STEP-01" in second.page) == (400, True)
    assert "code" in told(finished(story, first))


def test_a_sign_in_that_an_attacker_began_does_not_become_the_victims(story: Story) -> None:
    """V007, V139: neither does the victim go on as the attacker, nor the attacker as the victim."""
    attacker, victim = story.world.browser(), story.world.browser()
    to, _ = cookieless(story, story.request(story.honest))
    attacker.visit(to)
    victim.sign_in(story.person.email, story.person.password)
    session = victim.cookies["__Host-session"]
    assert victim.visit(to) is None
    assert victim.status == 400
    assert victim.cookies["__Host-session"] == session
    # The attacker's own cookie of the request, planted in the victim's browser, finds nobody signed in by it.
    planted = {name: value for name, value in attacker.cookies.items() if "-flow-" in name}
    assert planted
    attacker.visit(to)
    assert "password" in attacker.forms[0].fields
