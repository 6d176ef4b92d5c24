"""Whom the organization asked to become a member, and who has not answered."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Column, Notice, View
from grantway.edges.console.cells import Cell, Many, Press, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, search_field
from grantway.edges.console.places.members import roles_offered
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, role_words, words

_STATES = {"invited": _("Waits for an answer"), "expired": _("Expired")}
_NO_MAIL = _(
    "This server sends no letters. Tell them to sign in and to answer on the page of their "
    "account; an operator "
    "makes an account for who has none."
)


def show(here: Here) -> View:
    """Those that wait, and the form for another one."""
    found: list[Record] = []

    def row(one: Record) -> Sequence[Cell]:
        found.append(one)
        invitation_id = id_of(one["id"])
        actions: list[Press] = [
            *press_on(here, "{invitation_id}/resend", of=one["email"], invitation_id=invitation_id),
            *press_on(here, "{invitation_id}/revoke", of=one["email"], invitation_id=invitation_id),
        ]
        return (
            Said(one["email"]),
            State(words(_STATES[one["state"]]), "warn" if one["state"] == "invited" else "off"),
            Said(role_words(one["role"])),
            When(one["created_at"]),
            When(one["expires_at"]),
            Many(actions),
        )

    blocks = listed(
        here,
        "listInvitations",
        caption=words(_("Invitations")),
        columns=(
            Column(words(_("E-mail address"))),
            Column(words(_("State"))),
            Column(words(_("Role"))),
            Column(words(_("Invited"))),
            Column(words(_("Can be accepted until"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        row=row,
        empty=words(_("No invitation waits for an answer.")),
        filters=(
            search_field("email", words(_("E-mail address contains"))),
            choice(here, "listInvitations", "state", words(_("State")), _STATES),
        ),
    )
    if any(not one["is_sent"] for one in found):
        blocks = [Notice(words(_NO_MAIL)), *blocks]
    return View([*blocks, *form_on(here, "invite")])


def _revoking(here: Here) -> tuple[Text, ...]:
    one = here.read("readInvitation")
    return (
        words(
            _("%(email)s cannot accept it any more, and the link in the letter is dead."), email=one["email"]
        ),
        words(_("You can invite them again at any time.")),
    )


PLACES = (
    Place(
        id="organization.invitations",
        path=BASE + "/invitations",
        title=_("Invitations"),
        lead=_("Nobody becomes a member without agreeing. An invitation waits for 14 days."),
        reads="listInvitations",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Invite users", "Add member", "New user", "Add employee"),
        forms=(
            Form(
                path="invite",
                does="inviteMember",
                title=_("Invite somebody"),
                button=_("Invite"),
                values=lambda _here: {"role": "developer"},
                fields=(
                    Field(
                        name="email",
                        label=_("E-mail address"),
                        help=_("It does not matter whether they have an account here already."),
                    ),
                    Field(name="role", widget="radio", options=roles_offered),
                ),
                done=_("Invited."),
            ),
            Form(
                path="{invitation_id}/resend",
                does="resendInvitation",
                button=_("Invite again"),
                done=_("Invited again. The invitation waits for 14 days from now."),
            ),
            Form(
                path="{invitation_id}/revoke",
                does="revokeInvitation",
                button=_("Revoke"),
                title=_("Revoke this invitation"),
                breaks=_revoking,
                done=_("The invitation is revoked."),
            ),
        ),
    ),
)
