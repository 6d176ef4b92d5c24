"""Addresses to which letters about the organization's applications go, and whether they want them."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Column, Notice, View
from grantway.edges.console.cells import Cell, Many, Press, Said, State, Tone, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, search_field
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP
from grantway.edges.console.table import Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words

_STATES = {
    "member": _("A member's: gets letters"),
    "agreed": _("Agreed: gets letters"),
    "asked": _("Has not answered"),
    "refused": _("Refused letters"),
}
_TONES: dict[str, Tone] = {"member": "ok", "agreed": "ok", "asked": "warn", "refused": "bad"}


def show(here: Here) -> View:
    """The addresses that were asked, with what they answered."""
    found: list[Record] = []

    def row(one: Record) -> Sequence[Cell]:
        found.append(one)
        return (
            Said(one["email"]),
            State(words(_STATES[one["state"]]), _TONES[one["state"]]),
            When(one["asked_at"]),
            When(one["agreed_at"] or one["refused_at"], words(_("Not yet"))),
            Many(_actions(here, one)),
        )

    blocks = listed(
        here,
        "listNotificationAddresses",
        caption=words(_("Notification addresses")),
        columns=(
            Column(words(_("E-mail address"))),
            Column(words(_("State"))),
            Column(words(_("Asked"))),
            Column(words(_("Answered"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        row=row,
        empty=words(_("No address was asked yet. Applications name theirs under Settings.")),
        filters=(
            search_field("email", words(_("E-mail address contains"))),
            choice(here, "listNotificationAddresses", "state", words(_("State")), _STATES),
        ),
    )
    if any(not one["is_sent"] for one in found):
        text = words(_("This server sends no letters. Webhooks tell the same."))
        return View([Notice(text, "warn"), *blocks])
    return View(blocks)


def _actions(here: Here, one: Record) -> list[Press]:
    address_id = id_of(one["id"])
    asks = press_on(here, "{address_id}/ask", of=one["email"], address_id=address_id)
    removes = press_on(here, "{address_id}/remove", of=one["email"], address_id=address_id)
    if one["state"] == "refused":
        # What was refused is neither asked again nor forgotten.
        return []
    return [*asks, *removes] if one["state"] == "asked" else removes


def _removing(here: Here) -> tuple[Text, ...]:
    email = here.read("readNotificationAddress")["email"]
    return (
        words(_("No letters go to %(email)s until it is asked and agrees again."), email=email),
        words(_("To have it asked no more, take it out of the settings of each application that names it.")),
    )


PLACES = (
    Place(
        id="organization.notices",
        path=BASE + "/notices",
        title=_("Notices"),
        lead=_(
            "An address that an application names gets letters once its owner agreed. A member's "
            "needs no asking."
        ),
        reads="listNotificationAddresses",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=(
            "Notification addresses",
            "Technical contacts",
            "Owner email",
            "Letters",
            "E-mail notifications",
        ),
        forms=(
            Form(
                path="{address_id}/ask",
                does="askNotificationAddress",
                button=_("Ask again"),
                done=_("The address is asked again."),
            ),
            Form(
                path="{address_id}/remove",
                does="removeNotificationAddress",
                button=_("Forget"),
                title=_("Forget this address"),
                breaks=_removing,
                done=_("The address is forgotten."),
            ),
        ),
    ),
)
