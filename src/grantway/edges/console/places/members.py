"""Who belongs to the organization, as what, and what ends when somebody stops or leaves."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console import keys_shown
from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Option, Section, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Press, Said, State, When
from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, search_field
from grantway.edges.console.places.left_behind import sums_of
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP, SAVED
from grantway.edges.console.reading import STATE_NAMES, state_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.members import MemberPatch
from grantway.edges.web.words import ROLE_NAMES, Text, Words, _, role_words, words

READ = "readMember"
CHANGE = "updateMember"


def _record(here: Here) -> Record:
    return here.read(READ)


def show(here: Here) -> View:
    """The list; below it, what people left who are gone."""

    def row(one: Record) -> Sequence[Cell]:
        name = Link(one["name"], here.at("organization.member", user_id=one["user_id"]))
        email: list[Cell] = [Said(one["email"])]
        if not one["email_verified"]:
            email.append(Said(words(_("not verified")), is_muted=True))
        return (name, state_of(one), Said(role_words(one["role"])), Many(email), When(one["created_at"]))

    invite = None
    if here.may("inviteMember"):
        place = here.at("organization.invitations")
        invite = Press(words(_("Invite somebody")), place, tone="primary", is_link=True)
    blocks = listed(
        here,
        "listMembers",
        caption=words(_("Members")),
        columns=(
            Column(words(_("Name"))),
            Column(words(_("State"))),
            Column(words(_("Role"))),
            Column(words(_("E-mail address"))),
            Column(words(_("Member since"))),
        ),
        row=row,
        empty=words(_("Nobody is a member yet. Invite somebody.")),
        empty_action=invite,
        filters=(
            search_field("email", words(_("E-mail address contains"))),
            choice(here, "listMembers", "role", words(_("Role")), ROLE_NAMES),
            choice(here, "listMembers", "state", words(_("State")), STATE_NAMES),
        ),
    )
    if here.may("listLeftBehind"):
        text = words(
            _(
                "Applications, secrets and more that bear the name of somebody who is gone: hand "
                "them over here."
            )
        )
        see = Press(words(_("See what was left")), here.at("organization.leavers"), is_link=True)
        blocks.append(Section(words(_("Left behind")), [], text, actions=[see]))
    return View(blocks, primary=invite)


# One member ---------------------------------------------------------------------------------------------


def show_member(here: Here) -> View:
    """As what somebody is a member, what bears their name, and what ends it."""
    one = _record(here)
    name = one["name"]
    blocks: list[Block] = [
        Facts(
            [
                (words(_("E-mail address")), Said(one["email"])),
                (words(_("ID")), Code(one["user_id"])),
                (words(_("Member since")), When(one["created_at"])),
            ]
        )
    ]
    if one["stopped_by_rank"] == "operator":
        text = words(_("An operator disabled this membership. Only an operator enables it again."))
        blocks.append(Notice(text, "warn"))
    if _manages(here, one):
        blocks += form_on(here, "role")
    if here.may(CHANGE):
        see = Press(
            words(_("See the access keys")), here.at("organization.member_keys"), of=name, is_link=True
        )
        blocks.append(Section(words(_("Access keys")), [], words(_KEYS), actions=[see]))
    if here.may("readLeftBehind"):
        text = words(_("Applications, secrets and more that bear their name, and stay when they leave."))
        place = here.at("organization.left_behind")
        see = Press(words(_("See and hand over")), place, of=name, is_link=True)
        blocks.append(Section(words(_("What they would leave behind")), [], text, actions=[see]))
    if _manages(here, one):
        blocks += _ending(here, one)
    elsewhere: list[Press] = []
    if here.may("listConsents"):
        place = here.at("organization.consents")
        elsewhere.append(Press(words(_("Consents")), f"{place}?user={one['user_id']}", of=name, is_link=True))
    if here.may("listAudit"):
        place = here.at("organization.activity")
        elsewhere.append(
            Press(words(_("Activity")), f"{place}?actor={one['user_id']}", of=name, is_link=True)
        )
    if elsewhere:
        blocks.append(Section(words(_("More")), [], actions=elsewhere))
    states: list[State] = [state_of(one), State(role_words(one["role"]))]
    back = Link(words(_("Members")), here.at("organization.members"))
    return View(blocks, Heading(name, "", states, back))


def _manages(here: Here, one: Record) -> bool:
    """Whether the person may change this member: only owners change owners."""
    return one["role"] != "owner" or here.caller.may_make_owners


def roles_offered(here: Here) -> tuple[Option, ...]:
    """The roles that this person may give, with what each may do: only owners make owners."""
    labels = asked_of(MemberPatch)["role"].labels
    return tuple(
        Option(role, Words(label))
        for role, label in labels.items()
        if role != "owner" or here.caller.may_make_owners
    )


def show_keys(here: Here) -> View:
    """The access keys of one member."""
    name = _record(here)["name"]
    empty = words(_("%(name)s has no access key here."), name=name)
    table = keys_shown.table_of(here, words(_("Access keys")), empty, user=_record(here)["user_id"])
    return View(
        [table],
        Heading(words(_("Access keys")), words(_KEYS), above=Link(name, here.at("organization.member"))),
    )


_KEYS = _("You can disable and delete them. Only their owner makes or enables them.")


def _ending(here: Here, one: Record) -> list[Block]:
    """What stops the membership, for a while or for good."""
    blocks: list[Block] = []

    def part(title: Text, text: Text, path: str) -> None:
        actions = press_on(here, path, of=one["name"])
        if actions:
            blocks.append(Section(title, [], text, actions=actions))

    if one["state"] == "enabled":
        text = words(_("They can do nothing here until you enable them again. Their tokens end for good."))
        part(words(_("Disable")), text, "disable")
    else:
        part(words(_("Enable")), words(_("They act here again, in the role they have.")), "enable")
    text = words(_("They stop being a member. To come back they have to be invited."))
    part(words(_("Remove")), text, "remove")
    return blocks


def _warned(here: Here) -> list[Text]:
    """What is said first: that it is oneself, or that it will be refused, because nobody else is an owner."""
    found: list[Text] = []
    if here.ids["user_id"] == here.user.id:
        found.append(words(_("This is you: these pages are closed to you at once.")))
    return [*found, *_last_owner(here)]


def _last_owner(here: Here) -> list[Text]:
    if _record(here)["role"] != "owner":
        return []
    owners = here.some("listMembers", query={"role": "owner", "state": "enabled"}, limit=2).items
    if len(owners) > 1 or (owners and owners[0]["user_id"] != _record(here)["user_id"]):
        return []
    return [words(_("This is the last owner. Make somebody else an owner first, else it is refused."))]


def _what_stays(here: Here) -> list[Text]:
    left = here.if_any("readLeftBehind")
    return [] if left is None else [text for text in sums_of(left) if text]


def _disabling(here: Here) -> tuple[Text, ...]:
    name = _record(here)["name"]
    return (
        *_warned(here),
        words(_("%(name)s cannot act for this organization any more, from this moment on."), name=name),
        words(_("Tokens that applications got in this name end at once, and for good.")),
        *_what_stays(here),
        words(_("You can enable this member again at any time.")),
    )


def _removing(here: Here) -> tuple[Text, ...]:
    keys = here.every("listAccessKeys", query={"user": _record(here)["user_id"]})
    return (
        *_warned(here),
        words(_("%(name)s is no member any more, from this moment on."), name=_record(here)["name"]),
        words(_("Tokens that applications got in this name end at once, and for good.")),
        words(_("Access keys that are deleted with it: %(count)s."), count=len(keys)),
        *_what_stays(here),
        words(
            _(
                "To undo it, invite them again. What they left stays under “Left behind” "
                "until you hand it over."
            )
        ),
    )


PLACES = (
    Place(
        id="organization.members",
        path=BASE + "/members",
        title=_("Members"),
        lead=_("Everybody who belongs to the organization. Who is invited belongs to it once they agree."),
        reads="listMembers",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Members", "Users", "Employees", "User management", "Roles", "Team"),
    ),
    Place(
        id="organization.member",
        path=BASE + "/members/{user_id}",
        title=_("Member"),
        reads=READ,
        show=show_member,
        under=ENTRY,
        forms=(
            Form(
                path="role",
                does=CHANGE,
                button=_("Save"),
                done=SAVED,
                fields=(Field(name="role", widget="radio", options=roles_offered),),
            ),
            Form(
                path="disable",
                does=CHANGE,
                button=_("Disable"),
                title=_("Disable this member"),
                given={"state": "disabled"},
                breaks=_disabling,
                done=_("Disabled."),
            ),
            Form(
                path="enable", does=CHANGE, button=_("Enable"), given={"state": "enabled"}, done=_("Enabled.")
            ),
            Form(
                path="remove",
                does="removeMember",
                button=_("Remove"),
                title=_("Remove this member"),
                breaks=_removing,
                done=_("Removed."),
                leads_to="organization.members",
            ),
        ),
    ),
    Place(
        id="organization.member_keys",
        path=BASE + "/members/{user_id}/keys",
        title=_("Access keys"),
        lead=_KEYS,
        reads=READ,
        needs=CHANGE,
        show=show_keys,
        under=ENTRY,
        forms=keys_shown.forms(of_others=True),
    ),
)
