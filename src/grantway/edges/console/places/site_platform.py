"""Site management: what waits for operators, and what they decide for everybody."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import form_on
from grantway.edges.console.blocks import Column, Notice, Option, Shown, View
from grantway.edges.console.cells import Cell, Link, Many, Press, Said, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.site_applications import TABS, UNDER, heading
from grantway.edges.console.reading import PUBLICATION_NAMES, publication_of, type_of
from grantway.edges.console.table import Field, Form, Group, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Words, _, words

GROUP = "site.platform"
QUEUE = "listSubmissions"
SUBMITTED, CHANGES = "submitted", "pending"
_QUEUES = {
    SUBMITTED: _("Asks to be published"),
    CHANGES: _("Changes wait"),
    "approved": PUBLICATION_NAMES["approved"],
    "rejected": PUBLICATION_NAMES["rejected"],
    "draft": PUBLICATION_NAMES["draft"],
}


def show_approvals(here: Here) -> View:
    """What waits for a decision, with what is asked for."""

    def row(one: Record) -> Sequence[Cell]:
        ids = {"organization_id": id_of(one["organization_id"]), "application_id": id_of(one["id"])}
        return (
            Many(
                [
                    Link(one["name"], here.at("site.application.review", **ids)),
                    Said(one["description"], is_muted=True),
                ]
            ),
            publication_of(one),
            type_of(one),
            _wanted(one),
            When(one["pending"]["since"] if one["pending"] else one["updated_at"]),
        )

    blocks = listed(
        here,
        QUEUE,
        caption=words(_("What waits for a decision")),
        columns=(
            Column(words(_("Application"))),
            Column(words(_("Publication"))),
            Column(words(_("Type"))),
            Column(words(_("What is asked for"))),
            Column(words(_("Since"))),
        ),
        row=row,
        empty=words(_("Nothing waits for you.")),
        filters=(_which(),),
    )
    state = here.query.get("state", SUBMITTED)
    if state == SUBMITTED and here.some(QUEUE, query={"state": CHANGES}, limit=1).items:
        other = Press(words(_("Show them")), here.again({"state": CHANGES}), is_link=True)
        told = words(_("Changes of published applications wait, too."))
        blocks = [Notice(told, "warn", [other]), *blocks]
    return View(blocks)


def _which() -> Shown:
    options = [Option(name, Words(text)) for name, text in _QUEUES.items()]
    return Shown("state", "select", words(_("Show")), SUBMITTED, options=options, is_required=True)


def _wanted(one: Record) -> Cell:
    """Of a change what is to be otherwise, of a submission what it may ask people for."""
    if one["pending"]:
        return Tags([each["name"] for each in one["pending"]["members"]])
    return Tags(one["scopes"], words(_("No scopes")))


def show_settings(here: Here) -> View:
    """The policy, each value with what it means."""
    return View(form_on(here, "save"))


GROUPS = (Group(id=GROUP, heading=heading, outer=TABS, within="site.approvals"),)

APPROVALS = Place(
    id="site.approvals",
    path="site/approvals",
    title=_("Approvals"),
    lead=_("Applications that ask to be published, and changes of published ones. Open one to decide."),
    reads=QUEUE,
    show=show_approvals,
    group=GROUP,
    under=UNDER,
    finds=("Approvals queue", "Release", "Submissions", "Review"),
)

SETTINGS = Place(
    id="site.settings",
    path="site/settings",
    title=_("Settings"),
    lead=_("What the platform decides for every organization."),
    reads="readPolicy",
    show=show_settings,
    group=GROUP,
    under=UNDER,
    finds=("Policy", "Site Settings", "Platform settings"),
    forms=(
        Form(
            path="save",
            does="updatePolicy",
            button=_("Save"),
            done=_("Saved. It holds from now on."),
            fields=(
                "approval_required",
                "terms_version",
                "password_ends_offline",
                Field(name="least_gate", widget="radio"),
                Field(name="default_gate", widget="radio"),
                Field(name="open_mounts", widget="lines"),
            ),
        ),
    ),
)
