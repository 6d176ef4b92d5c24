"""How much was done, drawn: tokens, sign-ins and refusals by day, with the numbers as a table beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from grantway.edges.console.blocks import Block, Column, Drawn, Section, Table
from grantway.edges.console.cells import Number, Press, Said
from grantway.edges.console.here import Here, Record
from grantway.edges.web import charts
from grantway.edges.web.words import Words, _, words

_NAMES = {"tokens": _("Tokens"), "sign_ins": _("Sign-ins"), "refusals": _("Refused requests")}
SPANS = {"30": _("30 days"), "90": _("90 days"), "400": _("400 days")}
_TOP = 10


def days_of(here: Here) -> tuple[date, date]:
    """The days that are asked for, until today in UTC."""
    today = datetime.fromtimestamp(here.now / 1_000_000, UTC).date()
    asked = here.query.get("days", "30")
    return today - timedelta(days=int(asked if asked in SPANS else "30") - 1), today


def drawn(here: Here, operation: str, days: tuple[date, date]) -> list[Block]:
    """One figure for each thing that is counted."""
    query = {"from": days[0].isoformat(), "to": days[1].isoformat()}
    found = here.every(operation, query=query)
    return [Section(Words(name), [figure_of(here, metric, found, days)]) for metric, name in _NAMES.items()]


def spans(here: Here) -> list[Press]:
    """The ways to other spans of days."""
    asked = here.query.get("days", "30")
    return [
        Press(Words(text), here.again({"days": days}), is_link=True)
        for days, text in SPANS.items()
        if days != asked
    ]


def top_errors(here: Here, operation: str, days: tuple[date, date]) -> list[Block]:
    """The refusals that there were most of."""
    query = {"from": days[0].isoformat(), "to": days[1].isoformat(), "metric": "refusals", "by": "error"}
    found = sorted(here.every(operation, query=query), key=lambda one: -one["count"])[:_TOP]
    table = Table(
        words(_("Most frequent refusals")),
        (Column(words(_("Error"))), Column(words(_("How many")), is_number=True)),
        [(Said(one["error_id"] or ""), Number(one["count"])) for one in found],
        words(_("Nothing was refused in these days.")),
    )
    return [Section(words(_("Most frequent refusals")), [table])]


def figure_of(here: Here, metric: str, found: Sequence[Record], days: tuple[date, date]) -> Drawn:
    """One thing that is counted, by day."""
    counts: dict[date, int] = {}
    for one in found:
        if one["metric"] == metric and one["day"]:
            day = date.fromisoformat(one["day"])
            counts[day] = counts.get(day, 0) + one["count"]
    said = charts.Words(
        title=here.in_words(_NAMES[metric]),
        day=here.in_words(_("Day")),
        week=here.in_words(_("Week from")),
        count=here.in_words(_("How many")),
        numbers=here.in_words(_("The numbers as a table")),
    )
    return Drawn(charts.chart(metric.replace("_", "-"), counts, days, words=said, locale=here.locale))
