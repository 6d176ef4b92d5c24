"""Site management: what was done anywhere, by anybody."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.activity_words import said_of
from grantway.edges.console.blocks import Column, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Said, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed, search_field
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.places.site_platform import GROUP
from grantway.edges.console.table import Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Words, _, words

ACTORS = {
    "user": _("A person"),
    "service_account": _("A service account"),
    "application": _("An application"),
    "command_line": _("Somebody at the machine"),
    "server": _("The server"),
}


def show(here: Here) -> View:
    """The whole log, the newest first."""
    blocks = listed(
        here,
        "listWholeAudit",
        caption=words(_("Activity")),
        columns=(
            Column(words(_("What"))),
            Column(words(_("When"))),
            Column(words(_("Who"))),
            Column(words(_("Organization"))),
            Column(words(_("Record"))),
            Column(words(_("From where"))),
        ),
        row=lambda one: _row(here, one),
        empty=words(_("Nothing was done yet.")),
        filters=(
            search_field("action", words(_("Action"))),
            search_field("actor", words(_("ID of who did it"))),
            search_field("target", words(_("ID of the record"))),
            search_field("since", words(_("From"))),
            search_field("until", words(_("Until"))),
        ),
    )
    return View(blocks)


def _row(here: Here, one: Record) -> Sequence[Cell]:
    who: list[Cell] = [Said(Words(ACTORS[one["actor_kind"]]))]
    if one["user_id"] and one["actor_kind"] == "user":
        who.append(Link(one["user_id"], here.at("site.user", user_id=id_of(one["user_id"]))))
    elif one["user_id"] or one["application_id"]:
        who.append(Code(one["user_id"] or one["application_id"], is_copied=False))
    where: Cell = Said(words(_("The platform")), is_muted=True)
    if one["organization_id"]:
        owner = id_of(one["organization_id"])
        where = Link(one["organization_id"], here.at("site.organization", organization_id=owner))
    return (
        Many([Said(said_of(one["action"])), Said(one["action"], is_muted=True)]),
        When(one["at"]),
        Many(who),
        where,
        Code(one["target_id"]),
        Said(one["address"] or "-"),
    )


PLACES = (
    Place(
        id="site.activity",
        path="site/activity",
        title=_("Activity"),
        lead=_("Every change of everybody's records, the newest first. Lines are never changed or removed."),
        reads="listWholeAudit",
        show=show,
        group=GROUP,
        under=UNDER,
        finds=("Audit log", "Log", "Monitor Application"),
    ),
)
