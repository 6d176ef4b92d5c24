"""The consent page is complete against what is stored: nothing is allowed that did not stand there."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest

from grantway.core.identifiers import to_text
from tests.abuse.story import Story
from tests.abuse.test_showing import APPROVE, consent, flow

__all__ = ["flow"]


class _Asked(HTMLParser):
    """What a consent page says an application will be able to: the sentences before "It will not"."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self._tag, self._is_over, self._is_item = "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self._is_item = True
        is_detail = dict(attrs).get("class") == "detail"
        if tag == "p" and self._is_item and not self._is_over and not is_detail:
            self.sentences.append("")
        self._tag = "detail" if is_detail else tag

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""
        if tag == "li":
            self._is_item = False

    def handle_data(self, data: str) -> None:
        if self._tag == "h3" and data.strip() == "It will not":
            self._is_over = True
        if self._tag == "p" and self._is_item and not self._is_over:
            self.sentences[-1] += data


SETS = [
    ("openid",),
    ("openid", "orders:read"),
    ("email", "orders:read", "orders:write", "offline_access"),
    ("openid", "profile", "email", "offline_access", "orders:read", "orders:write"),
]


@pytest.mark.parametrize("scopes", SETS, ids=len)
def test_every_scope_that_is_stored_stood_on_the_page(flow: Story, scopes: tuple[str, ...]) -> None:
    """C083: not one more and not one less, and each page on the way has a title."""
    client = flow.client(flow.globex, audience_effective="any_organization", scopes=scopes)
    flow.world.product.poll()
    browser = flow.world.browser()
    titles = []
    browser.visit(flow.request(client, scope=""))
    titles.append(browser.title)
    browser.submit(("action", "sign_in"), email=flow.person.email, password=flow.person.password)
    titles.append(browser.title)
    browser.submit(("action", "choose"), organization=to_text(flow.acme.id))
    titles.append(browser.title)
    page = browser.page
    assert "code=" in (browser.submit(APPROVE) or "")
    given = consent(flow, flow.person, client)
    assert given is not None
    with flow.world.store.read() as tx:
        catalogue = tx.gate.catalogue()
    stored = Counter(catalogue.scopes[one].text for one in given.scopes)
    assert given.scopes == frozenset(scopes)
    assert Counter(one.strip() for one in _Asked(page).sentences if one.strip()) == stored
    assert all(title.removesuffix("- Grantway").strip() for title in titles)
    assert len(set(titles)) == 3
