"""Numbers of days as a picture: bars in SVG, and beside it the same in a table, for who does not see it.

Nothing runs in the browser and nothing is styled inside the picture: it has classes, `currentColor` and
presentation attributes, so the policy of the page lets it through and it is light or dark with the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup, escape

MOST_BARS = 92
"""Of more days than these a bar is a week, from Monday on."""
MOST_DAYS = 400

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 22, 24
_MOST_STEPS = 3
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in the picture and in the table, in the reader's language.

    `title` says what is counted. `day` and `week` head the column of times, `count` that of numbers, and
    `numbers` opens the table.
    """

    title: str
    day: str
    week: str
    count: str
    numbers: str


@dataclass(frozen=True, slots=True)
class _Bar:
    begins: date
    count: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a number to a height: `top` is a round number that no bar exceeds, in so many equal steps."""

    top: int
    step: int

    def height(self, count: int) -> float:
        return round((_HEIGHT - _TOP - _BOTTOM) * count / self.top, 1)

    def y(self, count: int) -> float:
        return round(_HEIGHT - _BOTTOM - self.height(count), 1)


def chart(
    name: str, counts: Mapping[date, int], days: tuple[date, date], *, words: Words, locale: str
) -> Markup:
    """A figure of the numbers from one day to another, both included.

    `name` tells figures of one page apart. A day that is not in `counts` had none. Raises ValueError for a
    number below zero, and for days that are none or more than 400.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError("the name of a figure is a word of small letters")
    first, last = days
    length = (last - first).days + 1
    if not 1 <= length <= MOST_DAYS:
        raise ValueError("a figure shows 1 to 400 days")
    is_weekly = length > MOST_BARS
    bars = _bars(counts, first, last, is_weekly=is_weekly)
    picture = _picture(name, bars, words, locale)
    table = _table(bars, words, locale, is_weekly=is_weekly)
    return Markup('<figure class="chart">{}{}</figure>').format(picture, table)


def _bars(counts: Mapping[date, int], first: date, last: date, *, is_weekly: bool) -> tuple[_Bar, ...]:
    sums: dict[date, int] = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        count = counts.get(day, 0)
        if count < 0:
            raise ValueError("what is counted is not below zero")
        begins = max(first, day - timedelta(days=day.weekday())) if is_weekly else day
        sums[begins] = sums.get(begins, 0) + count
    return tuple(_Bar(begins, count) for begins, count in sums.items())


def _scale(largest: int) -> _Scale:
    """Steps of 1, 2 or 5 times a power of ten, as few as reach the largest number."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            steps = max(1, -(-largest // step))
            if steps <= _MOST_STEPS:
                return _Scale(steps * step, step)
        power *= 10


def _picture(name: str, bars: Sequence[_Bar], words: Words, locale: str) -> Markup:
    largest = max(bars, key=lambda bar: bar.count)
    scale = _scale(largest.count)
    total = _number(sum(bar.count for bar in bars), locale)
    desc = f"{_day(bars[0].begins, locale)} \N{EN DASH} {_day(bars[-1].begins, locale)}: {total}"
    parts = [
        *_lines(scale, locale),
        *_rects(bars, largest, scale, locale),
        *_times(bars, locale),
    ]
    return Markup(
        '<svg class="chart-picture" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc" '
        'focusable="false"><title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>'
    ).format(_WIDTH, _HEIGHT, name, name, name, words.title, name, desc, Markup("").join(parts))


def _lines(scale: _Scale, locale: str) -> Iterator[Markup]:
    """The baseline and a line for each step, with its number: at most four."""
    for count in range(0, scale.top + 1, scale.step):
        y = scale.y(count)
        kind = "chart-grid" if count else "chart-base"
        yield Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor"/>').format(
            kind, _LEFT, _WIDTH - _RIGHT, y, y
        )
        yield _text(_LEFT - 8, y + 4, "end", _number(count, locale))


def _rects(bars: Sequence[_Bar], largest: _Bar, scale: _Scale, locale: str) -> Iterator[Markup]:
    room = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    width = round(max(1.0, min(32.0, room * 0.75)), 2)
    for number, bar in enumerate(bars):
        middle = _LEFT + room * (number + 0.5)
        # A day without any is a mark on the baseline: it is known to be none, and not missing.
        height = max(scale.height(bar.count), 2.0 if bar.count else 1.0)
        yield Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="currentColor"/>').format(
            "chart-bar" if bar.count else "chart-none",
            round(middle - width / 2, 2),
            round(_HEIGHT - _BOTTOM - height, 1),
            width,
            height,
        )
        if bar is largest and bar.count:
            anchor = "start" if number < len(bars) * 0.1 else "end" if number > len(bars) * 0.9 else "middle"
            yield _text(round(middle, 1), scale.y(bar.count) - 6, anchor, _number(bar.count, locale), "most")


def _times(bars: Sequence[_Bar], locale: str) -> Iterator[Markup]:
    """The first day, the last one, and one between where there is room."""
    room = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    last = len(bars) - 1
    shown = {0: "start", last: "end"} if last else {0: "middle"}
    if last >= 4:
        shown[last // 2] = "middle"
    for number, anchor in sorted(shown.items()):
        edge = {"start": -0.4, "middle": 0.0, "end": 0.4}[anchor]
        x = round(_LEFT + room * (number + 0.5 + edge), 1)
        short = format_skeleton("MMMd", bars[number].begins, locale=locale)
        yield _text(x, _HEIGHT - 6, anchor, short)


def _text(x: float, y: float, anchor: str, text: str, kind: str = "label") -> Markup:
    return Markup(
        '<text class="chart-{}" x="{}" y="{}" text-anchor="{}" font-size="12" fill="currentColor">{}</text>'
    ).format(kind, x, round(y, 1), anchor, text)


def _table(bars: Sequence[_Bar], words: Words, locale: str, *, is_weekly: bool) -> Markup:
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="number">{}</td></tr>').format(
            _day(bar.begins, locale), _number(bar.count, locale)
        )
        for bar in bars
    )
    return Markup(
        '<details class="chart-numbers"><summary>{}</summary><table><caption>{}</caption><thead><tr>'
        '<th scope="col">{}</th><th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody></table>'
        "</details>"
    ).format(words.numbers, words.title, words.week if is_weekly else words.day, words.count, rows)


def _day(day: date, locale: str) -> str:
    return format_date(day, "medium", locale=locale)


def _number(count: int, locale: str) -> str:
    return str(escape(format_decimal(count, locale=locale)))
