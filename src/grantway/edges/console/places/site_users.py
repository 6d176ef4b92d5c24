"""Site management: the people of all organizations, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Once, Section, View
from grantway.edges.console.cells import Cell, Code, Link, Press, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, search_field
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.reading import STATE_NAMES, state_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, Words, _, words

READ = "readUser"
LIST = "listUsers"
SAID: tuple[str | Field, ...] = (
    "name",
    Field(name="given_name", label=_("Given name")),
    Field(name="family_name", label=_("Family name")),
    "preferred_username",
    "locale",
    "zoneinfo",
)
"""What operators say of people. The rest is theirs to tell, on their own page."""


def show(here: Here) -> View:
    """Everybody, by their addresses."""

    def row(one: Record) -> Sequence[Cell]:
        return (
            Link(one["name"], here.at("site.user", user_id=id_of(one["id"]))),
            state_of(one),
            Said(one["email"]),
            _confirmed(one),
            When(one["created_at"]),
        )

    create = Press(words(_("Create user")), here.address_of(here.own("new")), tone="primary", is_link=True)
    blocks = listed(
        here,
        LIST,
        caption=words(_("Users")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Address"))),
            Column(words(_("Confirmed"))),
            Column(words(_("Created"))),
        ),
        row=row,
        empty=words(_("There is nobody yet.")),
        filters=(
            search_field("email", words(_("Address contains"))),
            choice(here, LIST, "state", words(_("State")), STATE_NAMES),
        ),
    )
    return View(blocks, primary=create)


def _confirmed(one: Record) -> Cell:
    if one["email_verified_at"] is None:
        return State(words(_("Not confirmed")), "warn")
    return State(words(_("Confirmed")), "ok")


def show_one(here: Here) -> View:
    """What is known of a person, and what operators can do for them."""
    one = here.read(READ)
    blocks: list[Block] = [
        Facts(
            [
                (words(_("ID")), Code(one["id"])),
                (words(_("Address")), Code(one["email"])),
                (words(_("Confirmed")), _confirmed(one)),
                (words(_("Created")), When(one["created_at"])),
                (words(_("Last changed")), When(one["updated_at"])),
            ]
        ),
        *form_on(here, "save"),
    ]

    def part(title: str, text: str, path: str) -> None:
        actions = press_on(here, path)
        if actions:
            blocks.append(Section(Words(title), [], Words(text), actions=actions))

    part(
        _("Activation link"),
        _("For who lost the first one, or forgot the password. Earlier links end."),
        "activation-link",
    )
    part(_("Sessions"), _("When somebody else may be signed in as this person."), "end-sessions")
    if one["state"] == "enabled":
        part(
            _("Disable"),
            _("The person can sign in nowhere, and everything they hold ends for good."),
            "disable",
        )
    else:
        part(_("Enable"), _("The person can sign in again. What ended stays ended."), "enable")
    part(_("Delete"), _("The person is forgotten, with memberships, consents and sessions."), "delete")
    back = Link(words(_("Users")), here.at("site.users"))
    return View(blocks, Heading(one["name"], "", [state_of(one)], back))


def made(here: Here, answer: Any) -> View:
    """The link, once; or where it went."""
    leads = here.at("site.user", user_id=id_of(answer["id"]))
    done = Press(words(_("Done")), leads, is_link=True)
    title = words(_("%(name)s can choose a password"), name=answer["name"])
    if answer["activation_link"] is None:
        told = words(_("A link was sent to %(email)s. It is good once, for a day."), email=answer["email"])
        return View([Notice(told, "ok"), done], Heading(title))
    told = words(
        _("Hand this link over now. It is not shown again, and is good once, for a day. Earlier links end.")
    )
    rows: list[tuple[Text, str]] = [(words(_("Activation link")), answer["activation_link"])]
    return View([Once(rows, told, "activation-link.txt"), done], Heading(title))


def _inviting(here: Here) -> tuple[Text, ...]:
    one = here.read(READ)
    return (
        words(_("%(name)s gets a link that sets a new password, good once, for a day."), name=one["name"]),
        words(_("Earlier links end now.")),
    )


def _ending(here: Here) -> tuple[Text, ...]:
    one = here.read(READ)
    return (
        words(
            _("%(name)s is signed out everywhere, and what was begun in those sessions ends."),
            name=one["name"],
        ),
        words(_("Whoever knows the password can sign in again. Only disabling keeps them out.")),
    )


def _disabling(here: Here) -> tuple[Text, ...]:
    one = here.read(READ)
    return (
        words(_("%(name)s can sign in nowhere from this moment on."), name=one["name"]),
        words(_("Sessions, tokens and whatever applications were allowed in this name end for good.")),
        words(_("Enabling lets the person sign in again, and brings back nothing that ended.")),
    )


def _deleting(here: Here) -> tuple[Text, ...]:
    one = here.read(READ)
    return (
        words(_("%(name)s loses every organization, consent and session at once."), name=one["name"]),
        words(_("Who is the last owner of an organization cannot be deleted.")),
        words(_("Nothing brings the account back.")),
    )


def address_of(here: Here) -> str:
    """What is typed before somebody is deleted."""
    email: str = here.read(READ)["email"]
    return email


PLACES = (
    Place(
        id="site.users",
        path="site/users",
        title=_("Users"),
        lead=_("Everybody with an account here, whatever organizations they belong to."),
        reads=LIST,
        show=show,
        group="site.people",
        under=UNDER,
        finds=("People", "Employees", "Accounts"),
        forms=(
            Form(
                path="new",
                does="createUser",
                is_apart=True,
                title=_("Create user"),
                lead=_("Nobody chooses a password for somebody else: the person gets a link."),
                button=_("Create user"),
                fields=(
                    Field(
                        name="email",
                        label=_("E-mail address"),
                        help=_("What the person signs in with. One address is one person."),
                    ),
                    *SAID,
                ),
                values=lambda _here: {},
                shown_once=made,
            ),
        ),
    ),
    Place(
        id="site.user",
        path="site/users/{user_id}",
        title=_("User"),
        reads=READ,
        show=show_one,
        under=UNDER,
        forms=(
            Form(path="save", does="updateUser", button=_("Save"), fields=SAID, done=_("Saved.")),
            Form(
                path="activation-link",
                does="createActivationLink",
                title=_("Make a new activation link"),
                button=_("Make a new link"),
                breaks=_inviting,
                shown_once=made,
            ),
            Form(
                path="end-sessions",
                does="endSessions",
                title=_("End all sessions"),
                button=_("End all sessions"),
                breaks=_ending,
                done=_("All sessions have ended."),
            ),
            Form(
                path="disable",
                does="updateUser",
                title=_("Disable this user"),
                button=_("Disable"),
                given={"state": "disabled"},
                breaks=_disabling,
                done=_("Disabled."),
            ),
            Form(
                path="enable",
                does="updateUser",
                button=_("Enable"),
                given={"state": "enabled"},
                done=_("Enabled."),
            ),
            Form(
                path="delete",
                does="deleteUser",
                title=_("Delete this user"),
                button=_("Delete this user"),
                breaks=_deleting,
                typed=address_of,
                leads_to="site.users",
                done=_("The user is deleted."),
            ),
        ),
    ),
)
