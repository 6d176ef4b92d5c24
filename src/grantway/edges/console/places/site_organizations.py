"""Site management: organizations, and one of them with its people."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Press, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, search_field
from grantway.edges.console.places.site_applications import TABS, UNDER, heading
from grantway.edges.console.reading import STATE_NAMES, state_of
from grantway.edges.console.table import Field, Form, Group, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import ROLE_NAMES, Text, Words, _, role_words, words

READ = "readOrganization"
BASE = "site/organizations/{organization_id}"
LIST = "listOrganizations"
GATE_NAMES = {
    "reviewed": _("What was reviewed"),
    "any": _("Any application"),
    "installed": _("Only what is installed"),
}


def is_there(here: Here) -> bool:
    """Whether there is such an organization at all. Raises NotFound where there is none."""
    return bool(here.read(READ))


def show(here: Here) -> View:
    """All of them, with what one decides by."""

    def row(one: Record) -> Sequence[Cell]:
        return (
            Link(one["name"], here.at("site.organization", organization_id=id_of(one["id"]))),
            state_of(one),
            Said(one["slug"]),
            Said(Words(GATE_NAMES[one["gate_effective"]])),
            When(one["created_at"]),
        )

    create = Press(
        words(_("Create organization")), here.address_of(here.own("new")), tone="primary", is_link=True
    )
    blocks = listed(
        here,
        LIST,
        caption=words(_("Organizations")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Short name"))),
            Column(words(_("Lets in"))),
            Column(words(_("Created"))),
        ),
        row=row,
        empty=words(_("There is no organization yet.")),
        empty_action=create,
        filters=(
            search_field("name", words(_("Name contains"))),
            search_field("slug", words(_("Short name"))),
            choice(here, LIST, "state", words(_("State")), STATE_NAMES),
            choice(here, LIST, "gate", words(_("Lets in")), GATE_NAMES),
        ),
    )
    return View(blocks, primary=create)


def heading_of_one(here: Here) -> Heading:
    """Its name, and how it stands."""
    one = here.read(READ)
    back = Link(words(_("Organizations and users")), here.at("site.organizations"))
    return Heading(one["name"], "", [state_of(one)], back)


def show_settings(here: Here) -> View:
    """What operators may set about it."""
    one = here.read(READ)
    blocks: list[Block] = []
    if one["suspended_at"]:
        told = words(_("Operators suspended it: %(reason)s"), reason=one["suspension_reason"] or "-")
        blocks.append(Notice(told, "bad"))
    applications = f"{here.at(UNDER)}?organization={one['id']}"
    facts: list[tuple[Text, Cell]] = [
        (words(_("ID")), Code(one["id"])),
        (words(_("Applications")), Link(words(_("Show its applications")), applications)),
        (words(_("Lets in now")), Said(Words(GATE_NAMES[one["gate_effective"]]))),
        (words(_("Created")), When(one["created_at"])),
    ]
    return View([*blocks, Facts(facts), *form_on(here, "save")])


# People -----------------------------------------------------------------------------------------------


def show_members(here: Here) -> View:
    """Who belongs to it, and as what."""

    def row(one: Record) -> Sequence[Cell]:
        user = id_of(one["user_id"])
        address = Said(one["email"], is_muted=True)
        actions = [
            *press_on(here, "{user_id}/change", of=one["name"], user_id=user),
            *press_on(here, "{user_id}/remove", of=one["name"], user_id=user),
        ]
        return (
            Many([Link(one["name"], here.at("site.user", user_id=user)), address]),
            state_of(one),
            Said(role_words(one["role"])),
            State(words(_("Confirmed")), "ok")
            if one["email_verified"]
            else State(words(_("Not confirmed")), "warn"),
            When(one["created_at"]),
            Many(actions),
        )

    blocks = listed(
        here,
        "listMembers",
        caption=words(_("Members")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Role"))),
            Column(words(_("Address"))),
            Column(words(_("Member since"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        row=row,
        empty=words(_("It has no member yet. Invite its first owner.")),
        filters=(
            search_field("email", words(_("Address contains"))),
            choice(here, "listMembers", "role", words(_("Role")), ROLE_NAMES),
            choice(here, "listMembers", "state", words(_("State")), STATE_NAMES),
        ),
    )
    return View(blocks, primary=next(iter(press_on(here, "invite", tone="primary")), None))


def _removing(here: Here) -> tuple[Text, ...]:
    one = here.read("readMember")
    return (
        words(_("%(name)s loses this organization at once, with every token for it."), name=one["name"]),
        words(_("What %(name)s made here stays, and the organization can hand it over."), name=one["name"]),
        words(_("To come back, %(name)s has to be invited again."), name=one["name"]),
    )


GROUPS = (
    Group(id="site.people", heading=heading, outer=TABS, within="site.organizations"),
    Group(id="site.organization", heading=heading_of_one),
)

PLACES = (
    Place(
        id="site.organizations",
        path="site/organizations",
        title=_("Organizations"),
        lead=_("Everybody who registers, installs or uses applications here does so in one of these."),
        reads=LIST,
        show=show,
        group="site.people",
        under=UNDER,
        finds=("Tenants", "Customers", "Organizations and users"),
        forms=(
            Form(
                path="new",
                does="createOrganization",
                is_apart=True,
                title=_("Create organization"),
                lead=_("Give it an owner next: invite somebody on its page."),
                button=_("Create organization"),
                fields=("name", "slug", "time_zone", "gate"),
                values=lambda _here: {"time_zone": "UTC"},
                leads_to="site.organization",
                makes="organization_id",
                done=_("The organization is there. Invite its first owner under Members."),
            ),
        ),
    ),
    Place(
        id="site.organization",
        path=BASE,
        title=_("Settings"),
        reads=READ,
        needs=LIST,
        show=show_settings,
        group="site.organization",
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="save",
                does="updateOrganization",
                button=_("Save"),
                fields=("name", "slug", "time_zone", "gate"),
                done=_("Saved."),
            ),
        ),
    ),
    Place(
        id="site.organization.members",
        path=BASE + "/members",
        title=_("Members"),
        reads="listMembers",
        needs=LIST,
        show=show_members,
        group="site.organization",
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="invite",
                does="inviteMember",
                is_apart=True,
                title=_("Invite somebody"),
                button=_("Invite"),
                fields=(
                    Field(
                        name="email",
                        label=_("E-mail address"),
                        help=_("Where the invitation is sent. Who reads it decides whether to join."),
                    ),
                    "role",
                ),
                values=lambda _here: {"role": "owner"},
                done=_("The invitation is made. It holds until it is answered or runs out."),
            ),
            Form(
                path="{user_id}/change",
                does="updateMember",
                is_apart=True,
                title=_("Change this member"),
                button=_("Change"),
                fields=("role", "state"),
                done=_("The member is changed."),
            ),
            Form(
                path="{user_id}/remove",
                does="removeMember",
                title=_("Remove this member"),
                button=_("Remove"),
                breaks=_removing,
                done=_("The member is removed."),
            ),
        ),
    ),
)
