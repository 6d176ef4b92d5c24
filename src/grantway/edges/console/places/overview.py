"""Where one begins: what needs attention, and the next step."""

from __future__ import annotations

from grantway.edges.console.blocks import Block, Card, Cards, Column, Section, Table, View
from grantway.edges.console.cells import Link, When
from grantway.edges.console.here import Here, id_in
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Place
from grantway.edges.web.browsers import ACCOUNT
from grantway.edges.web.words import words


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


_SHOWN = 10


def show(here: Here) -> View:
    """The first steps, as far as they are not done, and the newest applications."""
    if not here.may("listApplications"):
        text = words(
            _("Your role here is to use applications. Those that act for you are listed in your account.")
        )
        return View([Cards([Card(words(_("My account")), text, ACCOUNT)])])
    newest = here.some("listApplications", limit=_SHOWN).items
    blocks: list[Block] = []
    steps = _steps(here, has_application=bool(newest))
    if not all(one.is_done for one in steps):
        blocks.append(Section(words(_("First steps")), [Cards(steps, is_steps=True)]))
    blocks.append(
        Section(
            words(_("Applications")),
            [
                Table(
                    words(_("Applications")),
                    (Column(words(_("Name"))), Column(words(_("State"))), Column(words(_("Created")))),
                    [
                        (
                            Link(
                                one["name"], here.at("application.settings", application_id=id_in(one["id"]))
                            ),
                            state_of(one),
                            When(one["created_at"]),
                        )
                        for one in newest
                    ],
                    words(_("None yet.")),
                )
            ],
        )
    )
    return View(blocks)


def _steps(here: Here, *, has_application: bool) -> list[Card]:
    """A short list that fills itself from what is true."""
    return [
        Card(
            words(_("Register an application")),
            words(_("Say what you build; you get its credentials at once.")),
            here.at("application.new"),
            is_done=has_application,
        ),
    ]


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
