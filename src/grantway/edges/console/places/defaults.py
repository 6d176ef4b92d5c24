"""Default applications: what presets of other systems offer to every organization, one of each."""

from __future__ import annotations

from dataclasses import replace

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Block, Column, Section, Table
from grantway.edges.console.cells import Cell, Code, Link, Many, Said
from grantway.edges.console.here import Here, Record
from grantway.edges.console.table import Form
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Words, _, words

_MAKING = {
    "on_first_use": _("Made by the first feature that needs it"),
    "on_request": _("Made when somebody asks for it"),
}
TAKE = "default"

FORM = Form(
    path=TAKE,
    does="takeDefaultApplication",
    button=_("Get it"),
    fields=("preset", "name"),
    leads_to="application.settings",
    makes="application_id",
    done=_("This is your organization's own. Make a secret under Credentials to use it."),
)


def section(here: Here) -> list[Block]:
    """What the systems that are spoken here offer, and what the organization has of it."""
    presets = {one["name"]: one for one in here.every("listPresets")}
    offered = [
        one
        for one in here.every("listDefaultApplications")
        if presets[one["preset"]]["is_spoken"] or one["application_id"]
    ]
    if not offered:
        return []
    table = Table(
        words(_("Default applications")),
        (
            Column(words(_("Name"))),
            Column(words(_("System"))),
            Column(words(_("How it comes"))),
            Column(words(_("Scopes"))),
            Column(words(_("Yours"))),
        ),
        [_row(here, one, presets[one["preset"]]) for one in offered],
        "",
    )
    lead = words(_("Systems that are spoken here offer these to every organization, one of each."))
    return [Section(words(_("Default applications")), [table], lead)]


def _row(here: Here, one: Record, preset: Record) -> tuple[Cell, ...]:
    own: Cell = Many(
        [
            replace(press, hidden=(*press.hidden, ("preset", one["preset"]), ("name", one["name"])))
            for press in press_on(here, TAKE, of=one["name"])
        ],
        words(_("Not yet")),
    )
    if one["application_id"]:
        to = here.at("application.settings", application_id=id_of(one["application_id"]))
        own = Link(one["client_id"], to)
    return (
        Said(one["name"]),
        Said(preset["title"]),
        Said(Words(_MAKING[one["making"]])),
        Many([Code(scope, is_copied=False) for scope in one["scopes"]]),
        own,
    )
