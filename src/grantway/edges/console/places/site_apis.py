"""Site management: the APIs whose tokens come from here, and one of them."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Link, Press, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.places.site_organizations import is_there as organization_is_there
from grantway.edges.console.places.site_platform import GROUP
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Form, Group, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, Words, _, words

LIST = "listAllApis"
READ = "readApi"
BASE = "site/organizations/{organization_id}/apis/{api_id}"
OF_ONE = "site.api"
"""The tabs of one API."""
_POLICY = (
    "accepts",
    "takes_basic",
    "query_token",
    "asserted_subjects",
    "lists_scopes",
    "tokens_without_scope",
    "introspectors",
)
DECLARING = Form(
    path="new",
    does="createApi",
    is_apart=True,
    title=_("Declare an API"),
    lead=_("Give it scopes next: nobody gets a token for an API without one."),
    button=_("Declare API"),
    fields=("name", "identifier", *_POLICY),
    values=lambda _here: {"accepts": ("standard",)},
    leads_to=OF_ONE,
    makes="api_id",
    done=_("The API is declared. Give it scopes next."),
)


def _columns(*, with_owner: bool) -> tuple[Column, ...]:
    owner = (Column(words(_("Organization"))),) if with_owner else ()
    return (
        Column(words(_("Name"))),
        Column(words(_("State"))),
        *owner,
        Column(words(_("Identifier"))),
        Column(words(_("Created"))),
    )


def _row(here: Here, one: Record) -> Sequence[Cell]:
    owner = {"organization_id": id_of(one["organization_id"])}
    named: list[Cell] = []
    if "organization_name" in one:
        named.append(Link(one["organization_name"], here.at("site.organization", **owner)))
    return (
        Link(one["name"], here.at(OF_ONE, **owner, api_id=id_of(one["id"]))),
        state_of(one),
        *named,
        Code(one["identifier"]),
        When(one["created_at"]),
    )


def _declare(here: Here) -> Press:
    return Press(words(_("Declare an API")), here.address_of(here.own("new")), tone="primary", is_link=True)


def show(here: Here) -> View:
    """Those of all organizations. A new one is the platform's."""
    blocks = listed(
        here,
        LIST,
        caption=words(_("APIs of all organizations")),
        columns=_columns(with_owner=True),
        row=lambda one: _row(here, one),
        empty=words(_("No API is declared yet.")),
        empty_action=_declare(here),
    )
    return View(blocks, primary=_declare(here))


def show_of_organization(here: Here) -> View:
    """Those of one organization, where a new one would be its own."""
    blocks = listed(
        here,
        "listApis",
        caption=words(_("APIs")),
        columns=_columns(with_owner=False),
        row=lambda one: _row(here, one),
        empty=words(_("It has no API yet.")),
    )
    return View(blocks, primary=_declare(here))


def page_of(
    here: Here, caption: Text, columns: Sequence[Column], rows: list[Sequence[Cell]], empty: Text
) -> View:
    """A list of an API, with the way to one more."""
    made = next(press for press in press_on(here, "new", tone="primary"))
    table = Table(caption, (*columns, Column(words(_("Actions")), is_spoken=True)), rows, empty)
    return View([table], primary=made)


def is_there(here: Here) -> bool:
    """Whether there is such an API at all. Raises NotFound where there is none."""
    return bool(here.read(READ))


def heading(here: Here) -> Heading:
    """Its name, and how it stands."""
    one = here.read(READ)
    return Heading(one["name"], "", [state_of(one)], Link(words(_("APIs and scopes")), here.at("site.apis")))


def show_settings(here: Here) -> View:
    """How its tokens are taken."""
    one = here.read(READ)
    facts: list[tuple[Text, Cell]] = [
        (words(_("Identifier")), Code(one["identifier"])),
        (words(_("ID")), Code(one["id"])),
        (words(_("Created")), When(one["created_at"])),
    ]
    blocks: list[Block] = [Facts(facts)]
    if one["builtin"] is not None:
        told = words(_("It is part of this server, and stays as it is."))
        return View([Notice(told), *blocks])
    blocks += form_on(here, "save")

    def part(title: str, text: str, path: str) -> None:
        blocks.append(Section(Words(title), [], Words(text), actions=press_on(here, path)))

    if one["state"] == "enabled":
        part(_("Disable"), _("Its scopes leave every new token until it is enabled again."), "disable")
    else:
        part(_("Enable"), _("Its scopes are given again."), "enable")
    part(_("Delete"), _("Delete its scopes first, which takes them from every application."), "delete")
    return View(blocks)


def _disabling(here: Here) -> tuple[Text, ...]:
    scopes = here.every("listScopes")
    return (
        words(_("Scopes that nobody is given any more: %(count)s."), count=len(scopes)),
        words(_("Gateways that ask for decisions about it are told no.")),
        words(_("You can enable it again at any time.")),
    )


def _deleting(here: Here) -> tuple[Text, ...]:
    scopes, routes = here.every("listScopes"), here.every("listRoutes")
    return (
        words(
            _("It has scopes: %(scopes)s, and routes: %(routes)s."), scopes=len(scopes), routes=len(routes)
        ),
        words(_("As long as it has a scope, it cannot be deleted.")),
        words(_("Nobody gets tokens for it any more, and nothing brings it back.")),
    )


def _name_of(here: Here) -> str:
    name: str = here.read(READ)["name"]
    return name


GROUPS = (Group(id=OF_ONE, heading=heading),)

APIS = Place(
    id="site.apis",
    path="site/apis",
    title=_("APIs and scopes"),
    lead=_("What tokens can be for, and what each of them may do there."),
    reads=LIST,
    show=show,
    group=GROUP,
    under=UNDER,
    finds=("Scopes", "Resource servers", "Audiences"),
    forms=(DECLARING,),
)

OF_ORGANIZATION = Place(
    id="site.organization.apis",
    path="site/organizations/{organization_id}/apis",
    title=_("APIs"),
    reads="listApis",
    needs=LIST,
    show=show_of_organization,
    group="site.organization",
    under=UNDER,
    fits=organization_is_there,
    forms=(DECLARING,),
)

PLACES = (
    Place(
        id=OF_ONE,
        path=BASE,
        title=_("Settings"),
        reads=READ,
        needs=LIST,
        show=show_settings,
        group=OF_ONE,
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="save", does="updateApi", button=_("Save"), fields=("name", *_POLICY), done=_("Saved.")
            ),
            Form(
                path="disable",
                does="updateApi",
                title=_("Disable this API"),
                button=_("Disable"),
                given={"state": "disabled"},
                breaks=_disabling,
                done=_("Disabled."),
            ),
            Form(
                path="enable",
                does="updateApi",
                button=_("Enable"),
                given={"state": "enabled"},
                done=_("Enabled."),
            ),
            Form(
                path="delete",
                does="deleteApi",
                title=_("Delete this API"),
                button=_("Delete this API"),
                breaks=_deleting,
                typed=_name_of,
                leads_to="site.apis",
                done=_("The API is deleted."),
            ),
        ),
    ),
)
