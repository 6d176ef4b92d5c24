"""Where one begins: what needs attention, the next step, how much is used, and the newest applications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grantway.edges.console.blocks import Block, Card, Cards, Column, Notice, Section, Table, View
from grantway.edges.console.cells import Link, Press, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Place
from grantway.edges.console.usage_shown import days_of, figure_of
from grantway.edges.web.browsers import ACCOUNT
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Words, _, words

_SHOWN = 5
_ATTENTION: tuple[tuple[Mapping[str, str], str, str], ...] = (
    (
        {"publication": "rejected"},
        _("The publication of %(name)s was rejected. Read why, and submit it again."),
        "application.publication",
    ),
    (
        {"state": "deletion_scheduled"},
        _("%(name)s is scheduled for deletion. Until then it can be restored."),
        "application.danger",
    ),
)
"""Which applications need somebody, in what words, and where they are looked after."""


def show(here: Here) -> View:
    """What a developer looks after; others are led to what is theirs."""
    if not here.may("listApplications"):
        text = words(
            _("Your role here is to use applications. Those that act for you are listed in your account.")
        )
        return View([Cards([Card(words(_("My account")), text, ACCOUNT)])])
    newest = here.some("listApplications", limit=_SHOWN).items
    days = days_of(here)
    counted = here.every(
        "listOrganizationActivity", query={"from": days[0].isoformat(), "to": days[1].isoformat()}
    )
    blocks: list[Block] = _attention(here) if newest else []
    steps = _steps(here, newest, is_used=bool(counted))
    if not all(one.is_done for one in steps):
        blocks.append(Section(words(_("First steps")), [Cards(steps, is_steps=True)]))
    if counted:
        blocks.append(_usage(here, counted, days))
    blocks.append(_newest(here, newest))
    return View(blocks)


def _attention(here: Here) -> list[Block]:
    found: list[Block] = []
    for query, text, place in _ATTENTION:
        for one in here.some("listApplications", query=query, limit=_SHOWN).items:
            to = here.at(place, application_id=id_of(one["id"]))
            press = Press(words(_("Look at it")), to, of=one["name"], is_link=True)
            found.append(Notice(Words(text, {"name": one["name"]}), "warn", [press]))
    return found


def _steps(here: Here, newest: list[Record], *, is_used: bool) -> list[Card]:
    """A short list that fills itself from what is true."""
    first = id_of(newest[-1]["id"]) if newest else 0
    steps = [
        Card(
            words(_("Register an application")),
            words(_("Say what you build; you get its credentials at once.")),
            here.at("application.new"),
            is_done=bool(newest),
        ),
        Card(
            words(_("Try it")),
            words(_("Run its real flow here, with each request and answer explained.")),
            here.at("application.try", application_id=first) if newest else "",
            is_done=is_used,
        ),
    ]
    if here.may("inviteMember"):
        steps.append(
            Card(
                words(_("Invite somebody")),
                words(_("Whoever develops with you, or looks after the organization when you are away.")),
                here.at("organization.invitations"),
                is_done=len(here.some("listMembers", limit=2).items) > 1,
            )
        )
    if newest:
        approved = here.some("listApplications", query={"publication": "approved"}, limit=1).items
        steps.append(
            Card(
                words(_("Go live")),
                words(_("Submit it for publication, so that other organizations find it in the directory.")),
                here.at("application.publication", application_id=first),
                is_done=bool(approved),
            )
        )
    return steps


def _usage(here: Here, counted: list[Record], days: tuple[date, date]) -> Section:
    return Section(words(_("Sign-ins in the last 30 days")), [figure_of(here, "sign_ins", counted, days)])


def _newest(here: Here, newest: list[Record]) -> Section:
    rows = [
        (
            Link(one["name"], here.at("application.settings", application_id=id_of(one["id"]))),
            state_of(one),
            When(one["created_at"]),
        )
        for one in newest
    ]
    columns = (Column(words(_("Name"))), Column(words(_("State"))), Column(words(_("Created"))))
    every = Press(words(_("All applications")), here.at("applications"), is_link=True)
    return Section(
        words(_("Applications")),
        [Table(words(_("Applications")), columns, rows, words(_("None yet.")))],
        actions=[every] if newest else [],
    )


PLACES = (
    Place(
        id="overview",
        path="",
        title=_("Overview"),
        reads="readMe",
        show=show,
        finds=("Home", "Dashboard"),
    ),
)
