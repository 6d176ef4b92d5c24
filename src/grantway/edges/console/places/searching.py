"""The search: pages by what they are called here and in the guides of other systems, applications by name."""

from __future__ import annotations

from collections.abc import Iterator

from grantway.edges.console.blocks import Block, Card, Cards, Column, Prose, Section, Table, View
from grantway.edges.console.cells import Code, Link
from grantway.edges.console.here import Here
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Words, _, words

_LONGEST = 200
_SHOWN = 20


def show(here: Here) -> View:
    """What fits the words that were searched for."""
    asked = (here.query.get("q") or "").strip()[:_LONGEST]
    if not asked:
        return View([Prose(words(_("Search for a page, or for an application by its name or client ID.")))])
    pages = list(_pages(here, asked.casefold()))
    blocks: list[Block] = []
    if pages:
        blocks.append(Section(words(_("Pages")), [Cards(pages)]))
    if here.may("listApplications"):
        found = here.some("listApplications", query={"name": asked}, limit=_SHOWN).items
        found += here.some("listApplications", query={"client_id": asked}, limit=1).items
        if found:
            rows = [
                (
                    Link(one["name"], here.at("application.settings", application_id=id_of(one["id"]))),
                    state_of(one),
                    Code(one["client_id"]),
                )
                for one in found
            ]
            columns = (Column(words(_("Name"))), Column(words(_("State"))), Column(words(_("Client ID"))))
            table = Table(words(_("Applications")), columns, rows, words(_("None yet.")))
            blocks.append(Section(words(_("Applications")), [table]))
    if not blocks:
        blocks.append(Prose(words(_("Nothing is called like that here."))))
    return View(blocks)


def _pages(here: Here, asked: str) -> Iterator[Card]:
    """The pages of this person that are called so, in their own language or in a guide's."""
    for one in here.table.values():
        # A page of one record is reached by the record.
        if one.parameters or one.id == "search" or not here.may_see(one):
            continue
        called = (here.in_words(one.title), *one.finds)
        if any(asked in name.casefold() for name in called):
            yield Card(Words(one.title), Words(one.lead) if one.lead else "", here.at(one.id), one.finds)


PLACES = (
    Place(
        id="search",
        path="search",
        title=_("Search"),
        reads="readMe",
        show=show,
    ),
)
