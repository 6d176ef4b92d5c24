"""Service accounts: users of the organization that are no people, and their access keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.core.identifiers import to_text
from grantway.edges.console import keys_shown, naming
from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Option, Section, View
from grantway.edges.console.cells import Cell, Code, Link, Number, Press, Said, State, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP, SAVED
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.words import Text, _, role_words, words

READ = "readServiceAccount"
CHANGE = "updateServiceAccount"
_OFFERED = 200
"""Applications of each kind that a form offers."""


def _record(here: Here) -> Record:
    return here.read(READ)


def show(here: Here) -> View:
    """The list."""

    def row(one: Record) -> Sequence[Cell]:
        return (
            Link(one["name"], here.at("organization.service_account", service_account_id=one["id"])),
            state_of(one),
            Said(role_words(one["role"])),
            Number(len(one["applications"])),
            When(one["created_at"]),
        )

    create = next(iter(press_on(here, "new", tone="primary")), None)
    blocks = listed(
        here,
        "listServiceAccounts",
        caption=words(_("Service accounts")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Role"))),
            Column(words(_("Applications")), is_number=True),
            Column(words(_("Created"))),
        ),
        row=row,
        empty=words(_("There is no service account yet. Programs that run without people act as one.")),
        empty_action=create,
    )
    return View(blocks, primary=create)


def _applications(here: Here) -> tuple[Option, ...]:
    """Applications that may be listed: own ones and installed ones, and what is listed already."""
    options: dict[str, Option] = {}
    if here.may("listApplications"):
        for one in here.some("listApplications", query={"archived": "false"}, limit=_OFFERED).items:
            # What keeps no secret cannot prove that it is the one which was listed.
            if one["type"] != "public":
                options[one["id"]] = Option(one["id"], one["name"], words(_("Yours")))
    if here.may("listInstallations"):
        for one in here.some("listInstallations", query={"state": "active"}, limit=_OFFERED).items:
            application = one["application"]
            made_by = words(_("Made by %(owner)s"), owner=application["owner"])
            options[application["id"]] = Option(application["id"], application["name"], made_by)
    if "service_account_id" in here.ids:
        missing = [one for one in _record(here)["applications"] if one not in options]
        names = naming.applications(here, missing)
        options |= {one: Option(one, names.get(one, one)) for one in missing}
    return tuple(options.values())


# One of them --------------------------------------------------------------------------------------------


def show_one(here: Here) -> View:
    """What it is, which applications act as it, its keys, and what ends it."""
    one = _record(here)
    maker = naming.people(here, [one["created_by"]]).get(one["created_by"] or "")
    blocks: list[Block] = [
        Facts(
            [
                (words(_("ID")), Code(one["id"])),
                (words(_("Created")), When(one["created_at"])),
                (words(_("Created by")), Said(maker or words(_("Somebody who is no member")))),
            ]
        )
    ]
    if one["stopped_by_rank"] == "operator":
        text = words(_("An operator disabled this service account. Only an operator enables it again."))
        blocks.append(Notice(text, "warn"))
    saving = form_on(here, "save")
    if saving:
        blocks += saving
    else:
        names = naming.applications(here, one["applications"])
        tags = Tags([names.get(each, each) for each in one["applications"]], words(_("None")))
        blocks.append(Facts([(words(_("Applications")), tags)]))
    if here.may(CHANGE):
        place = here.at("organization.service_account_keys")
        see = Press(words(_("See the access keys")), place, of=one["name"], is_link=True)
        blocks.append(Section(words(_("Access keys")), [], words(_KEYS), actions=[see]))
    blocks += _ending(here, one)
    states: list[State] = [state_of(one), State(role_words(one["role"]))]
    back = Link(words(_("Service accounts")), here.at("organization.service_accounts"))
    return View(blocks, Heading(one["name"], "", states, back))


def show_keys(here: Here) -> View:
    """The access keys of one service account."""
    one = _record(here)
    empty = words(_("It has no access key yet. Make one: its secret is shown once."))
    table = keys_shown.table_of(here, words(_("Access keys")), empty, service_account=one["id"])
    back = Link(one["name"], here.at("organization.service_account"))
    make = next(iter(press_on(here, keys_shown.CREATE, tone="primary")), None)
    return View([table], Heading(words(_("Access keys")), words(_KEYS), above=back), make)


_KEYS = _("A program proves itself by one of them to an application that acts as this service account.")


def _ending(here: Here, one: Record) -> list[Block]:
    blocks: list[Block] = []

    def part(title: Text, text: Text, path: str) -> None:
        actions: list[Press] = press_on(here, path, of=one["name"])
        if actions:
            blocks.append(Section(title, [], text, actions=actions))

    if one["state"] == "enabled":
        part(
            words(_("Disable")),
            words(_("Its tokens end at once and for good. It can be enabled again.")),
            "disable",
        )
    else:
        part(words(_("Enable")), words(_("Applications that it lists get tokens again.")), "enable")
    part(words(_("Delete")), words(_("It ends with its access keys. Nothing brings it back.")), "delete")
    return blocks


def _stops(here: Here) -> tuple[Text, ...]:
    one = _record(here)
    keys = here.every("listAccessKeys", query={"service_account": one["id"]})
    return (
        words(
            _("Applications that act as %(name)s and stop at once: %(count)s."),
            name=one["name"],
            count=len(one["applications"]),
        ),
        words(_("Access keys that are refused: %(count)s."), count=len(keys)),
        words(_("Tokens that they got end for good.")),
    )


def _disabling(here: Here) -> tuple[Text, ...]:
    return (
        *_stops(here),
        words(_("You can enable it again at any time. Its applications then ask for new tokens.")),
    )


def _deleting(here: Here) -> tuple[Text, ...]:
    return (*_stops(here), words(_("This cannot be undone. Its ID is never given to anybody again.")))


def _for_this(here: Here, members: dict[str, Any]) -> dict[str, Any]:
    return {**members, "service_account": to_text(here.ids["service_account_id"])}


def _name(here: Here) -> str:
    name: str = _record(here)["name"]
    return name


_APPLICATIONS = Field(name="applications", options=_applications)

PLACES = (
    Place(
        id="organization.service_accounts",
        path=BASE + "/service-accounts",
        title=_("Service accounts"),
        lead=_(
            "Users of the organization that are no people. Applications act as them, or programs "
            "by an access key."
        ),
        reads="listServiceAccounts",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Service users", "Service account profile", "API user", "Test account", "Machine users"),
        forms=(
            Form(
                path="new",
                does="createServiceAccount",
                is_apart=True,
                title=_("Make a service account"),
                lead=_(
                    "To list an application is to allow that it acts as the service account: "
                    "nobody else is asked."
                ),
                button=_("Make a service account"),
                values=lambda _here: {"role": "member"},
                fields=("name", Field(name="role", widget="radio"), _APPLICATIONS),
                done=_("The service account is made."),
                leads_to="organization.service_account",
                makes="service_account_id",
            ),
        ),
    ),
    Place(
        id="organization.service_account",
        path=BASE + "/service-accounts/{service_account_id}",
        title=_("Service account"),
        reads=READ,
        show=show_one,
        under=ENTRY,
        forms=(
            Form(
                path="save",
                does=CHANGE,
                button=_("Save"),
                done=SAVED,
                fields=("name", Field(name="role", widget="radio"), _APPLICATIONS),
            ),
            Form(
                path="disable",
                does=CHANGE,
                button=_("Disable"),
                title=_("Disable this service account"),
                given={"state": "disabled"},
                breaks=_disabling,
                done=_("Disabled."),
            ),
            Form(
                path="enable", does=CHANGE, button=_("Enable"), given={"state": "enabled"}, done=_("Enabled.")
            ),
            Form(
                path="delete",
                does="deleteServiceAccount",
                button=_("Delete this service account"),
                breaks=_deleting,
                typed=_name,
                done=_("The service account is deleted."),
                leads_to="organization.service_accounts",
            ),
        ),
    ),
    Place(
        id="organization.service_account_keys",
        path=BASE + "/service-accounts/{service_account_id}/keys",
        title=_("Access keys"),
        lead=_KEYS,
        reads=READ,
        needs=CHANGE,
        show=show_keys,
        under=ENTRY,
        # Whose keys they are is found first: a form would be judged by its fields before.
        fits=lambda here: bool(_record(here)),
        forms=(
            keys_shown.making(shaped=_for_this),
            *keys_shown.forms(),
        ),
    ),
)
