"""How much an application is used."""

from __future__ import annotations

from grantway.edges.console.blocks import Block, Section, View
from grantway.edges.console.here import Here
from grantway.edges.console.places.application import BASE
from grantway.edges.console.table import Place
from grantway.edges.console.usage_shown import days_of, drawn, spans, top_errors
from grantway.edges.web.words import _, words


def show(here: Here) -> View:
    """Tokens, sign-ins and refusals by day, and the refusals there were most of."""
    days = days_of(here)
    blocks: list[Block] = [
        Section(words(_("By UTC day")), drawn(here, "listActivity", days), actions=spans(here)),
        *top_errors(here, "listActivity", days),
    ]
    return View(blocks)


PLACES = (
    Place(
        id="application.usage",
        path=BASE + "/usage",
        title=_("Usage"),
        lead=_("How many tokens, sign-ins and refused requests there were. Kept for 400 days."),
        reads="listActivity",
        show=show,
        group="application",
        under="applications",
    ),
)
