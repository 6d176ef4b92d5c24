"""Site management: the keys that sign tokens. What is in them is shown to nobody."""

from __future__ import annotations

from typing import Any

from grantway.edges.console.blocks import Column, Sample, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.places.site_platform import GROUP
from grantway.edges.console.table import Place
from grantway.edges.web.words import Words, _, words

STATE_NAMES: dict[str, tuple[str, Any]] = {
    "announced": (_("Announced"), "warn"),
    "in use": (_("In use"), "ok"),
    "ending": (_("Ending"), "off"),
    "retired": (_("Retired"), "off"),
    "withdrawn": (_("Withdrawn"), "bad"),
}


def show(here: Here) -> View:
    """Which there are, the newest of each ring first."""
    keys = here.every("listSigningKeys")
    newest_first = sorted(keys, key=lambda one: one["use_from"], reverse=True)
    ordered = sorted(newest_first, key=lambda one: (one["mount"], one["algorithm"]))
    table = Table(
        words(_("Signing keys")),
        (
            Column(words(_("Key ID"))),
            Column(words(_("State"))),
            Column(words(_("Mount"))),
            Column(words(_("Algorithm"))),
            Column(words(_("Signs from"))),
            Column(words(_("Published until"))),
        ),
        [_row(one) for one in ordered],
        words(_("There is no key yet.")),
    )
    rotating = Section(
        words(_("Make new keys")),
        [
            Sample(words(_("New keys for every ring")), "shell", "grantway keys rotate", is_open=True),
            Sample(words(_("End one key at once")), "shell", "grantway keys withdraw KEY_ID"),
        ],
        words(
            _(
                "Keys are rotated by themselves, as the settings say. To do it now, run this where the "
                "server runs: the new key is announced first, so that no token dies of it. It is in the log."
            )
        ),
    )
    return View([table, rotating])


def _row(one: Record) -> tuple[Cell, ...]:
    name, tone = STATE_NAMES[one["state"]]
    return (
        Code(one["kid"]),
        State(Words(name), tone),
        Said(one["mount"]),
        Said(one["algorithm"]),
        When(one["use_from"]),
        When(one["withdrawn_at"] or one["retire_at"], words(_("Until another one follows"))),
    )


PLACES = (
    Place(
        id="site.keys",
        path="site/keys",
        title=_("Keys"),
        lead=_("What tokens are signed with. Whoever checks them fetches the public halves by themselves."),
        reads="listSigningKeys",
        show=show,
        group=GROUP,
        under=UNDER,
        finds=("Signing keys", "JWKS", "Rotation"),
    ),
)
