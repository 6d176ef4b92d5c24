"""Numbers as a picture and as a table: the same in both, in the reader's language, and nothing that runs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from grantway.edges.web.charts import MOST_BARS, Words, chart

FIRST = date(2026, 11, 2)
WORDS = Words("Tokens", "Day", "Week from", "Count", "Numbers")


def drawn(counts: dict[int, int], days: int = 30, locale: str = "en", words: Words = WORDS) -> str:
    given = {FIRST + timedelta(days=offset): count for offset, count in counts.items()}
    last = FIRST + timedelta(days=days - 1)
    return str(chart("tokens", given, (FIRST, last), words=words, locale=locale))


def rows(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<tr><th scope="row">(.*?)</th><td class="number">(.*?)</td></tr>', html)


def texts(html: str, kind: str) -> list[str]:
    return re.findall(rf'<text class="chart-{kind}"[^>]*>(.*?)</text>', html)


def rects(html: str) -> list[tuple[str, float, float, float, float]]:
    found = re.findall(
        r'<rect class="([\w-]+)" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"', html
    )
    return [(kind, *map(float, numbers)) for kind, *numbers in found]


def test_picture_and_table_say_the_same_and_days_without_any_are_shown() -> None:
    html = drawn({0: 3, 2: 1_500}, days=5)
    assert rows(html) == [
        ("Nov 2, 2026", "3"),
        ("Nov 3, 2026", "0"),
        ("Nov 4, 2026", "1,500"),
        ("Nov 5, 2026", "0"),
        ("Nov 6, 2026", "0"),
    ]
    bars = rects(html)
    assert [kind for kind, *_ in bars] == [
        "chart-bar",
        "chart-none",
        "chart-bar",
        "chart-none",
        "chart-none",
    ]
    assert bars[2][4] > bars[0][4] > bars[1][4] > 0
    assert all(x >= 0 and y >= 0 and x + width <= 720 for _, x, y, width, _ in bars)
    assert texts(html, "most") == ["1,500"]
    assert "Nov 2, 2026 \N{EN DASH} Nov 6, 2026: 1,503" in html


@pytest.mark.parametrize("largest", [0, 1, 2, 3, 4, 7, 10, 99, 101, 12_345, 10**9])
def test_at_most_four_labels_of_round_numbers_which_no_bar_exceeds(largest: int) -> None:
    html = drawn({3: largest})
    labels = [int(text.replace(",", "")) for text in texts(html, "label") if re.fullmatch(r"[\d,]+", text)]
    assert labels[0] == 0
    assert 2 <= len(labels) <= 4
    assert labels[-1] >= largest
    assert len({after - before for before, after in pairwise(labels)}) == 1
    assert all(y >= 20 for _, _, y, _, _ in rects(html))


def test_times_are_labelled_three_times_at_most() -> None:
    for days, labels in ((1, ["Nov 2"]), (2, ["Nov 2", "Nov 3"]), (30, ["Nov 2", "Nov 16", "Dec 1"])):
        html = drawn({0: 1}, days=days)
        assert [text for text in texts(html, "label") if not text.isdigit()] == labels


def test_too_many_days_are_added_up_by_weeks() -> None:
    assert len(rows(drawn({}, days=MOST_BARS))) == MOST_BARS
    html = drawn(dict.fromkeys(range(400), 1), days=400)
    found = rows(html)
    assert len(found) == 58
    assert found[0] == ("Nov 2, 2026", "7")
    assert sum(int(count) for _, count in found) == 400
    assert "Week from" in html
    assert '<th scope="col">Day' not in html


def test_a_first_week_that_is_not_whole_begins_with_the_first_day() -> None:
    given = {date(2026, 11, 5): 2}
    days = (date(2026, 11, 4), date(2027, 11, 4))
    html = str(chart("a", given, days, words=WORDS, locale="en"))
    assert rows(html)[:2] == [("Nov 4, 2026", "2"), ("Nov 9, 2026", "0")]


def test_numbers_and_days_are_in_the_readers_language() -> None:
    html = drawn({0: 12_500}, days=3, locale="de")
    assert rows(html)[0] == ("02.11.2026", "12.500")
    assert "2. Nov." in texts(html, "label")


def test_nothing_in_it_runs_or_is_styled_inside() -> None:
    """The strict policy of the pages lets it through: no script, no style, no handler, no address."""
    hostile = '"><script>alert(1)</script><a href="https://evil.example" onclick=x style="color:red">'
    html = drawn({1: 5}, words=Words(*[hostile] * 5))
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, dict(attrs)))

    Reader().feed(html)
    tags = {tag for tag, _ in seen}
    assert tags == {
        *("figure", "svg", "title", "desc", "line", "rect", "text"),
        *("details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
    names = {name for _, attributes in seen for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "href", "src"}}
    ET.fromstring(html)


def test_who_does_not_see_it_is_told() -> None:
    html = drawn({0: 1})
    assert 'role="img" aria-labelledby="tokens-title tokens-desc"' in html
    assert '<title id="tokens-title">Tokens</title>' in html
    assert "<caption>Tokens</caption>" in html


@pytest.mark.parametrize(
    ("name", "days", "count"), [("Bad name", 3, 1), ("", 3, 1), ("a", 0, 1), ("a", 401, 1), ("a", 3, -1)]
)
def test_what_cannot_be_drawn_is_refused(name: str, days: int, count: int) -> None:
    last = FIRST + timedelta(days=days - 1)
    with pytest.raises(ValueError, match=r"figure|counted"):
        chart(name, {FIRST: count}, (FIRST, last), words=WORDS, locale="en")
