"""Every page of the console: it is drawn whole, in each language, by a bounded number of statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import pytest

from grantway.edges.console.here import ELSEWHERE
from grantway.edges.console.table import Form, Place
from grantway.edges.web.operations import Tenant
from grantway.edges.web.records.acting import operation_named
from grantway.storage.sql import postgresql, sqlite
from tests.api.cast import Cast
from tests.console.visitors import EVERYTHING, Visitors, address_of

MOST_STATEMENTS = 12
LANGUAGES = ("en", "de")
DRAWN = [(place, form) for place, form in EVERYTHING if form is None or form.has_page]
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "line"}


class Read(HTMLParser):
    """A page: its tags, which close in order, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open.pop() == tag, tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def who_sees(place: Place) -> str:
    """Operators, where any of its operations is theirs."""
    names = [place.reads, *([place.needs] if place.needs else [])]
    is_theirs = any(operation_named(one).tenant is Tenant.PLATFORM for one in names)
    return "operator" if is_theirs or place.id.startswith(ELSEWHERE) else "owner"


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the statements that are sent to the database meanwhile."""
    asked: list[str] = []
    # What each kind of database sends, at the one place where it sends it.
    run, send = sqlite.SqliteUnit._run, postgresql._PostgresqlUnit._send  # noqa: SLF001

    def ran(unit: Any, name: str, values: Any) -> Any:
        asked.append(name)
        return run(unit, name, values)

    def sent(unit: Any, link: Any, calls: Any) -> Any:
        asked.extend(name for name, _ in calls)
        return send(unit, link, calls)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite.SqliteUnit, "_run", ran)
        patch.setattr(postgresql._PostgresqlUnit, "_send", sent)  # noqa: SLF001
        yield asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_drawn_whole(cast: Cast, visitors: Visitors, language: str) -> None:
    records = {"owner": cast.records(cast.own), "operator": cast.records(cast.world.make.platform)}
    cast.world.product.poll()
    drawn = 0
    for place, form in DRAWN:
        who = who_sees(place)
        browser, where = visitors.browser(who), visitors.place_of(who)[0]
        browser.language = language
        browser.visit(address_of(place, where.slug, records[who].ids, form))
        if browser.status in {404, 409}:
            continue  # A record that has no such page, or is not in the state for it.
        assert browser.status == 200, (place.id, form and form.path, browser.page[:2_000])
        judge(browser.page, place, form)
        drawn += 1
    assert drawn > len(DRAWN) * 0.7


def judge(page: str, place: Place, form: Form | None) -> None:
    read, name = Read(page), (place.id, form and form.path)
    assert len(read.all("h1")) == 1, name
    assert len(read.all("main")) == 1, name
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), name
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in read.tags), name
    assert all(attributes.get("src") for attributes in read.all("script")), name
    labelled = {attributes.get("for") for attributes in read.all("label")}
    for attributes in (*read.all("input"), *read.all("textarea"), *read.all("select")):
        if attributes.get("type") in {"hidden", "checkbox", "radio"}:
            continue
        assert attributes.get("id") in labelled, (name, attributes)
    assert "%(" not in page, name
    assert re.search(r">\s*None\s*<|Undefined|&lt;(Words|span)", page) is None, name


def test_a_page_asks_the_database_a_bounded_number_of_times(
    cast: Cast, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many records there are: each list has some more than one."""
    records = {"owner": cast.records(cast.own), "operator": cast.records(cast.world.make.platform)}
    for _ in range(2):
        cast.records(cast.own)
    cast.world.product.poll()
    over = {}
    for place, form in DRAWN:
        who = who_sees(place)
        browser, where = visitors.browser(who), visitors.place_of(who)[0]
        address = address_of(place, where.slug, records[who].ids, form)
        browser.visit(address)
        with counted(monkeypatch) as asked:
            browser.visit(address)
        if len(asked) > MOST_STATEMENTS:
            over[place.id, form and form.path] = (len(asked), asked)
    assert over == {}


@pytest.mark.parametrize("word", ["New Client", "Developer Config", "Create"])
def test_the_search_finds_pages_by_the_words_of_guides(visitors: Visitors, cast: Cast, word: str) -> None:
    who = "operator" if word == "site" else "developer"
    browser, where = visitors.browser(who), visitors.place_of(who)[0]
    browser.visit(f"/o/{where.slug}/search?q={word}")
    assert "card" in browser.page


def test_what_a_role_may_not_do_is_not_offered(cast: Cast, visitors: Visitors) -> None:
    """Nothing on a page leads to a refusal: every link and every form of it is for the reader."""
    records = cast.records(cast.own)
    cast.world.product.poll()
    for position in ("developer", "member", "contact"):
        browser = visitors.browser(position)
        for place, form in EVERYTHING:
            if form is not None or place.id.startswith("site"):
                continue
            browser.visit(address_of(place, cast.own.slug, records.ids))
            if browser.status != 200:
                continue
            seen = {one["href"] or "" for one in Read(browser.page).all("a")}
            for address in sorted(one for one in seen if one.startswith(f"/o/{cast.own.slug}")):
                browser.visit(address)
                assert browser.status == 200, (position, place.id, address)
