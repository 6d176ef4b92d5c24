"""Authorized applications: those of other organizations that act for this one, or did, or ask to."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.blocks import Column, View
from grantway.edges.console.cells import (
    Cell,
    Link,
    Many,
    Number,
    Press,
    Said,
    State,
    When,
)
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed
from grantway.edges.console.reading import INSTALLATION_NAMES, installation_of
from grantway.edges.console.table import Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import _, words

ID = "installed"
_PENDING = {"false": _("No"), "true": _("Yes")}


def show(here: Here) -> View:
    """The list, with what one decides by."""
    find = None
    if here.may("listDirectory"):
        find = Press(words(_("Find an application")), here.at("directory"), tone="primary", is_link=True)
    blocks = listed(
        here,
        "listInstallations",
        caption=words(_("Authorized applications")),
        columns=(
            Column(words(_("Application"))),
            Column(words(_("State"))),
            Column(words(_("Made by"))),
            Column(words(_("Scopes")), is_number=True),
            Column(words(_("Never used")), is_number=True),
            Column(words(_("Since"))),
            Column(words(_("Last used"))),
        ),
        row=lambda one: _row(here, one),
        empty=words(_("No application of another organization acts for yours.")),
        empty_action=find,
        filters=(
            choice(here, "listInstallations", "state", words(_("State")), INSTALLATION_NAMES),
            choice(here, "listInstallations", "pending", words(_("Asks for more")), _PENDING),
        ),
    )
    return View(blocks, primary=find)


def _row(here: Here, one: Record) -> Sequence[Cell]:
    name: list[Cell] = [
        Link(one["application"]["name"], here.at("installed.one", installation_id=id_of(one["id"])))
    ]
    if one["scopes_pending"] and one["state"] != "requested":
        name.append(State(words(_("Asks for more")), "warn"))
    return (
        Many(name),
        installation_of(one),
        Said(one["application"]["owner"]),
        Number(len(one["scopes"])),
        Number(len(one["unused_scopes"])),
        When(one["granted_at"], words(_("Not yet"))),
        When(one["last_used_at"], words(_("Not yet"))),
    )


PLACES = (
    Place(
        id=ID,
        path="authorized",
        title=_("Authorized applications"),
        lead=_("Applications of other organizations that act for yours, or did, or that members ask for."),
        reads="listInstallations",
        show=show,
        group="applications",
        under="applications",
        finds=(
            "Authorized Applications",
            "Authorized OAuth Apps",
            "Installed applications",
            "Connected apps",
        ),
    ),
)
