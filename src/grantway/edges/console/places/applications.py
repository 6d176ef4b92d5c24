"""The applications of the organization."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.blocks import Column, Heading, View
from grantway.edges.console.cells import Cell, Code, Link, Press, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, search_field
from grantway.edges.console.places import defaults
from grantway.edges.console.reading import STATE_NAMES, TYPE_NAMES, publication_of, state_of, type_of
from grantway.edges.console.table import Group, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import _, words

_PUT_AWAY = {"false": _("No"), "true": _("Yes")}


def show(here: Here) -> View:
    """The list, with what one decides by."""

    def row(one: Record) -> Sequence[Cell]:
        ids = {"application_id": id_of(one["id"])}
        if here.place.id.startswith("site."):
            ids["organization_id"] = id_of(one["organization_id"])
        return (
            Link(one["name"], here.at("application.settings", **ids)),
            state_of(one),
            type_of(one),
            Code(one["client_id"]),
            publication_of(one),
            When(one["created_at"]),
        )

    create = None
    if here.may("createApplication"):
        create = Press(
            words(_("Create application")), here.at("application.new"), tone="primary", is_link=True
        )
    blocks = listed(
        here,
        "listApplications",
        caption=words(_("Applications")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Type"))),
            Column(words(_("Client ID"))),
            Column(words(_("Publication"))),
            Column(words(_("Created"))),
        ),
        row=row,
        empty=words(_("Your organization has no application yet. Create one to get its credentials.")),
        empty_action=create,
        filters=(
            search_field("name", words(_("Name contains"))),
            choice(here, "listApplications", "state", words(_("State")), STATE_NAMES),
            choice(here, "listApplications", "type", words(_("Type")), TYPE_NAMES),
            choice(here, "listApplications", "archived", words(_("Archived")), _PUT_AWAY),
        ),
    )
    if not here.query:
        blocks += defaults.section(here)
    return View(blocks, primary=create)


PLACES = (
    Place(
        id="applications",
        path="applications",
        title=_("Your applications"),
        tab=_("Your applications"),
        lead=_("Programs that your organization registered. Each has a client ID and, by its type, secrets."),
        reads="listApplications",
        show=show,
        group="applications",
        under="applications",
        forms=(defaults.FORM,),
        finds=("OAuth Apps", "Applications", "Developer Config", "My applications", "clients"),
    ),
)


def heading(_here: Here) -> Heading:
    """What stands above the lists of applications."""
    return Heading(words(_("Applications")))


GROUPS = (Group(id="applications", heading=heading),)
