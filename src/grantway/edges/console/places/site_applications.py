"""Site management, in the middle: the applications of all organizations, registered and put away here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grantway.core.listing import MOST_NAMED
from grantway.edges.console.blocks import Column, Heading, Option, Shown, View
from grantway.edges.console.cells import Cell, Code, Link, Pick, Press, Said, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import ANY, choice, listed, search_field
from grantway.edges.console.reading import (
    PUBLICATION_NAMES,
    STATE_NAMES,
    TYPE_NAMES,
    publication_of,
    state_of,
    type_of,
)
from grantway.edges.console.table import Chosen, Field, Form, Group, Place, Tab
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words

LIST = "listAllApplications"
ROW = "row-"
"""How the names of the boxes before rows begin."""
CHOSEN = "applications"
UNDER = "site.applications"
_PUT_AWAY = {"false": _("No"), "true": _("Yes")}

TABS = (
    Tab(place="site.organizations", words=_("Organizations and users")),
    Tab(place="site.applications", words=_("OAuth applications")),
    Tab(place="site.approvals", words=_("Platform")),
)


def heading(_here: Here) -> Heading:
    """What stands above everything that is operators'."""
    return Heading(words(_("Site management")))


def show(here: Here) -> View:
    """The list, with whose each is."""

    def row(one: Record) -> Sequence[Cell]:
        ids = {"organization_id": id_of(one["organization_id"]), "application_id": id_of(one["id"])}
        link = Link(one["name"], here.at("site.application.settings", **ids))
        owner = here.at("site.organization", organization_id=ids["organization_id"])
        return (
            Pick(one["id"], one["name"], link),
            state_of(one),
            Link(one["organization_name"], owner),
            type_of(one),
            Code(one["client_id"]),
            publication_of(one),
            When(one["created_at"]),
        )

    register = Press(
        words(_("Register an application")), here.at("site.register"), tone="primary", is_link=True
    )
    blocks = listed(
        here,
        LIST,
        caption=words(_("Applications of all organizations")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Organization"))),
            Column(words(_("Type"))),
            Column(words(_("Client ID"))),
            Column(words(_("Publication"))),
            Column(words(_("Created"))),
        ),
        row=row,
        empty=words(_("No organization has an application yet.")),
        empty_action=register,
        filters=(
            search_field("name", words(_("Name contains"))),
            search_field("client_id", words(_("Client ID"))),
            choice(here, LIST, "state", words(_("State")), STATE_NAMES),
            choice(here, LIST, "type", words(_("Type")), TYPE_NAMES),
            choice(here, LIST, "publication", words(_("Publication")), PUBLICATION_NAMES),
            choice(here, LIST, "archived", words(_("Archived")), _PUT_AWAY),
            *_of_one_organization(here),
        ),
        with_chosen=[
            Press(words(_("Archive")), here.address_of(here.own("archive"))),
            Press(words(_("Disable")), here.address_of(here.own("disable"))),
        ],
    )
    return View(blocks, primary=register)


def _of_one_organization(here: Here) -> tuple[Shown, ...]:
    """The filter that a page of an organization leads here with."""
    asked = here.query.get("organization", "")
    if asked in {"", ANY}:
        return ()
    found = here.if_any("readOrganization", organization_id=id_of(asked))
    name: Text = found["name"] if found is not None else words(_("Unknown"))
    options = [Option(ANY, words(_("All"))), Option(asked, name)]
    return (
        Shown("organization", "select", words(_("Organization")), ANY, options=options, is_required=True),
    )


# Several at once --------------------------------------------------------------------------------------


def chosen_ids(here: Here) -> list[str]:
    """The rows that were chosen, as the address has them."""
    names = [name for name in here.query if name.startswith(ROW)]
    return [name.removeprefix(ROW) for name in names[:MOST_NAMED]]


def _chosen(here: Here) -> list[Record]:
    ids = chosen_ids(here)
    return here.some(LIST, query={"ids": ",".join(ids)}, limit=MOST_NAMED).items if ids else []


def _options(here: Here) -> tuple[Option, ...]:
    return tuple(
        Option(one["id"], one["name"], words(_("of %(name)s"), name=one["organization_name"]))
        for one in _chosen(here)
    )


def _each(here: Here, members: Mapping[str, Any]) -> tuple[Chosen, ...]:
    kept = set(members[CHOSEN])
    return tuple(
        Chosen(
            one["name"],
            {"organization_id": id_of(one["organization_id"]), "application_id": id_of(one["id"])},
        )
        for one in _chosen(here)
        if one["id"] in kept
    )


def _breaks(here: Here) -> tuple[Text, ...]:
    found = _chosen(here)
    working = [one for one in found if one["state"] == "enabled" and not one["archived"]]
    return (
        words(
            _("Applications that stop working now, with every token that they were given: %(count)s."),
            count=len(working),
        ),
        words(
            _("Organizations that own them: %(count)s. Each finds it in its log."),
            count=len({one["organization_id"] for one in found}),
        ),
        words(_("It is done with all that are chosen, or with none.")),
    )


def _archiving(here: Here) -> tuple[Text, ...]:
    undo = words(_("They leave all lists. You can take each out of the archive at any time."))
    return (*_breaks(here), undo)


def _disabling(here: Here) -> tuple[Text, ...]:
    undo = words(_("You can enable each again at any time. Tokens that have not expired work then."))
    return (*_breaks(here), undo)


def _with_several(path: str, **form: Any) -> Form:
    """The same act with each of those that were chosen."""
    return Form(
        path=path,
        does=f"{path}Application",
        fields=(
            Field(name=CHOSEN, widget="checks", label=_("Applications that were chosen"), options=_options),
        ),
        values=lambda here: {CHOSEN: chosen_ids(here)},
        each=_each,
        **form,
    )


# Registering ------------------------------------------------------------------------------------------


def show_owners(here: Here) -> View:
    """The organizations, each leading to the guided step."""

    def row(one: Record) -> Sequence[Cell]:
        ids = {"organization_id": id_of(one["id"])}
        return (
            Link(one["name"], here.at("site.application.new", **ids)),
            state_of(one),
            Said(one["slug"], is_muted=True),
        )

    return View(
        listed(
            here,
            "listOrganizations",
            caption=words(_("Organizations")),
            columns=(
                Column(words(_("Name"))),
                Column(words(_("State"))),
                Column(words(_("Short name"))),
            ),
            row=row,
            empty=words(_("There is no organization yet.")),
            filters=(search_field("name", words(_("Name contains"))),),
        ),
        Heading(
            words(_("Register an application")),
            words(_("Choose the organization that it will belong to.")),
            above=Link(words(_("OAuth applications")), here.at(UNDER)),
        ),
    )


GROUPS = (Group(id="site.list", heading=heading, outer=TABS, within=UNDER),)

PLACES = (
    Place(
        id=UNDER,
        path="site/applications",
        title=_("OAuth applications"),
        lead=_("The applications of all organizations. Register, change, disable and archive them here."),
        reads=LIST,
        show=show,
        group="site.list",
        under=UNDER,
        finds=(
            "Site Management",
            "OAuth Applications",
            "Oauth Applications",
            "OAuth",
            "API Applications",
            "Developer Config",
            "Management",
        ),
        forms=(
            _with_several(
                "archive",
                button=_("Archive them"),
                title=_("Archive several applications"),
                breaks=_archiving,
                done=_("The chosen applications are archived."),
            ),
            _with_several(
                "disable",
                button=_("Disable them"),
                title=_("Disable several applications"),
                breaks=_disabling,
                done=_("The chosen applications are disabled."),
            ),
        ),
    ),
    Place(
        id="site.register",
        path="site/applications/new",
        title=_("Register an application for an organization"),
        reads="listOrganizations",
        show=show_owners,
        under=UNDER,
        finds=("OAuth Application", "New Client", "Create New", "Create API Application"),
    ),
)
