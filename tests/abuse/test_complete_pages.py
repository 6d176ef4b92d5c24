"""Pages held against what is stored, not against sentences that somebody remembered to look for."""

from __future__ import annotations

from html import escape

import pytest

from tests.abuse.story import Client, Story
from tests.kit.browser import Browser

SCOPE = "openid profile email offline_access orders:read ledgers:read ledgers:write"


def several(story: Story) -> Client:
    """A client whose scopes are of several APIs, so that the page has several groups."""
    story.world.make.api(None, "ledgers:read", "ledgers:write", identifier="https://ledgers.example.test")
    scopes = tuple(SCOPE.split(" "))
    return story.client(story.acme, scopes=scopes, settings={"several_audiences": True})


def asked(story: Story, client: Client) -> Browser:
    """The browser of the honest person, before the consent page."""
    browser = story.world.browser()
    browser.visit(story.request(client, scope=SCOPE))
    browser.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
    assert browser.forms[0].has("decision", "approve"), browser.page
    return browser


def test_the_consent_page_says_every_scope_that_allowing_stores(story: Story) -> None:
    """V144, C081: what is stored and what was shown are the same, word for word."""
    client = several(story)
    browser = asked(story, client)
    page = browser.page
    left = browser.submit(("decision", "approve"))
    assert left is not None
    assert "code=" in left
    with story.world.store.read() as tx:
        stored = tx.gate.consent(story.person.user.id, client.application.id, story.acme.id)
        catalogue = tx.gate.catalogue()
    assert stored is not None
    assert stored.scopes == frozenset(SCOPE.split(" "))
    for value in stored.scopes:
        assert str(escape(catalogue.scopes[value].text)) in page, f"{value} was stored and not shown"
    for value in catalogue.scopes.keys() - stored.scopes:
        assert f">{catalogue.scopes[value].text}<" not in page, f"{value} was shown and not stored"


def test_the_list_of_what_was_allowed_says_every_scope_of_it(story: Story) -> None:
    """C082: what can be withdrawn is told as completely as it was asked for."""
    client = several(story)
    asked(story, client).submit(("decision", "approve"))
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    browser.visit("/applications")
    with story.world.store.read() as tx:
        catalogue = tx.gate.catalogue()
    for value in SCOPE.split(" "):
        assert str(escape(catalogue.scopes[value].text)) in browser.page, value


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_has_a_title_of_its_own(story: Story, language: str) -> None:
    """V146, WCAG 2.4.2: the title says on which page somebody is; two pages are never called alike."""
    client = several(story)
    titles: dict[str, str] = {}

    def seen(name: str, browser: Browser) -> None:
        before, dash, product = browser.title.rpartition(" - ")
        assert (dash, product) == (" - ", "Grantway"), (name, browser.title)
        assert before.strip(), f"the page {name} has an empty title"
        titles[name] = before

    browser = asked(story, client)
    assert client.application.name in browser.title
    seen("consent", browser)
    browser.submit(("decision", "approve"))
    for path in ("/", "/applications", "/password", "/sign-out"):
        browser.visit(f"{path}?ui_locales={language}")
        seen(path, browser)
    stranger = story.world.browser()
    for path in ("/sign-in", "/no-such-page"):
        stranger.visit(path)
        seen(path, stranger)
    assert len(set(titles.values())) == len(titles), titles
