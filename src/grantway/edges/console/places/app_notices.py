"""Who is told of what happens to one application: the addresses that get letters, and the webhooks."""

from __future__ import annotations

from grantway.edges.console.asking import form_on
from grantway.edges.console.blocks import Block, Column, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Link, Said, State, Tags
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import BASE, CHANGE, READ, SAVED, record
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Form, Place
from grantway.edges.web.words import _, words

_UNHEARD = {
    "unknown": _("Is asked when there is news"),
    "asked": _("Has not answered"),
    "refused": _("Wants no letters"),
}


def show(here: Here) -> View:
    """The addresses, with those that get no letters, and the webhooks that are about this application."""
    blocks: list[Block] = [_letters(here)]
    if here.may("listWebhooks"):
        blocks.append(_webhooks(here))
    return View(blocks)


def _letters(here: Here) -> Section:
    one = record(here)
    unheard = {address["email"]: address["state"] for address in one["unheard_addresses"]}
    rows: list[tuple[Cell, ...]] = [
        (
            Said(address),
            State(words(_UNHEARD[unheard[address]]), "warn")
            if address in unheard
            else State(words(_("Gets letters")), "ok"),
        )
        for address in one["notification_addresses"]
    ]
    table = Table(
        words(_("Letters")),
        (Column(words(_("E-mail address"))), Column(words(_("State")))),
        rows,
        words(_("No address is named, so the owners and admins of your organization are told.")),
    )
    lead = words(
        _("Letters tell of secrets that end, of reviews, and of who installs it. An address agrees first.")
    )
    return Section(words(_("Letters")), [table, *form_on(here, "save")], lead)


def _webhooks(here: Here) -> Section:
    own = [one for one in here.every("listWebhooks") if one["application_id"] in (None, record(here)["id"])]
    table = Table(
        words(_("Webhooks")),
        (
            Column(words(_("Webhook"))),
            Column(words(_("State"))),
            Column(words(_("Is told"))),
            Column(words(_("About"))),
        ),
        [_row(here, one) for one in own],
        words(_("No webhook is about this application.")),
    )
    return Section(words(_("Webhooks")), [table], words(_("Programs of yours that are told at once.")))


def _row(here: Here, one: Record) -> tuple[Cell, ...]:
    label = one["label"] or one["url"]
    name: Cell = Code(label, is_copied=False)
    if "organization.webhook" in here.table:
        name = Link(label, here.at("organization.webhook", webhook_id=one["id"]))
    about = _("This application") if one["application_id"] else _("All applications")
    return (name, state_of(one), Tags(one["events"], words(_("Everything"))), Said(words(about)))


PLACES = (
    Place(
        id="application.notices",
        path=BASE + "/notices",
        title=_("Notices"),
        lead=_("Who is told of what happens to this application."),
        reads=READ,
        show=show,
        group="application",
        under="applications",
        forms=(
            Form(path="save", does=CHANGE, button=_("Save"), done=SAVED, fields=("notification_addresses",)),
        ),
    ),
)
