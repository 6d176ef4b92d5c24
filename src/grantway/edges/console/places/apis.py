"""What applications can ask for: every scope in use, API by API, as operators declared it."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.blocks import Block, Column, Facts, Notice, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Many, Said
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.site_scopes import LEGS_NAMES, risk_of
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Place
from grantway.edges.web.words import Words, _, words


def show(here: Here) -> View:
    """The catalogue, and the APIs that are the organization's own."""
    by_api: dict[str, list[Record]] = {}
    for one in here.every("listCatalogue"):
        by_api.setdefault(one["api"], []).append(one)
    blocks: list[Block] = []
    if not by_api:
        blocks.append(Notice(words(_("There is no scope to ask for yet. Operators declare them."))))
    for identifier, scopes in sorted(by_api.items(), key=lambda pair: pair[1][0]["api_name"].casefold()):
        name = scopes[0]["api_name"]
        facts = Facts([(words(_("Identifier")), Code(identifier))])
        blocks.append(Section(name, [facts, _scopes(name, scopes)]))
    blocks.append(_own(here))
    return View(blocks)


def _scopes(name: str, scopes: Sequence[Record]) -> Table:
    def row(one: Record) -> Sequence[Cell]:
        read: list[Cell] = [Said(one["text"])]
        if one["detail"]:
            read.append(Said(one["detail"], is_muted=True))
        return (
            Code(one["value"]),
            Many(read),
            Said(Words(LEGS_NAMES[one["legs"]])),
            risk_of(one),
        )

    columns = (
        Column(words(_("Scope"))),
        Column(words(_("What people read"))),
        Column(words(_("For whom"))),
        Column(words(_("Risk"))),
    )
    return Table(words(_("Scopes of %(name)s"), name=name), columns, [row(one) for one in scopes], "")


def _own(here: Here) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (Said(one["name"]), state_of(one), Code(one["identifier"]), Code(one["id"]))
        for one in here.every("listApis")
    ]
    table = Table(
        words(_("APIs of your organization")),
        (
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Identifier"))),
            Column(words(_("ID"))),
        ),
        rows,
        words(_("Your organization has no API of its own. Operators declare one for you.")),
    )
    lead = words(_("Tokens for them carry the identifier as their audience."))
    return Section(words(_("APIs of your organization")), [table], lead)


PLACES = (
    Place(
        id="apis",
        path="apis",
        title=_("APIs and scopes"),
        lead=_("What your applications can be allowed to do, and the sentence that people read about it."),
        reads="listCatalogue",
        show=show,
        finds=("Scopes", "Permissions", "API Documentation", "Resource servers"),
    ),
)
