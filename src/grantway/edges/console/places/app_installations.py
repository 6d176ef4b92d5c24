"""Who installed an application of the organization: since when, with which scopes, and whether it is used."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.blocks import Column, View
from grantway.edges.console.cells import Cell, Many, Said, State, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.application import BASE
from grantway.edges.console.reading import installation_of
from grantway.edges.console.table import Place
from grantway.edges.web.words import _, words


def show(here: Here) -> View:
    """The organizations that let it act for them, or once did."""
    return View(
        listed(
            here,
            "listApplicationInstallations",
            caption=words(_("Installations")),
            columns=(
                Column(words(_("Organization"))),
                Column(words(_("State"))),
                Column(words(_("Scopes"))),
                Column(words(_("Granted"))),
                Column(words(_("Last used"))),
            ),
            row=_row,
            empty=words(
                _(
                    "No other organization has installed it. Those of its audience find it in their "
                    "directory, or by its client ID."
                )
            ),
        )
    )


def _row(one: Record) -> Sequence[Cell]:
    name: list[Cell] = [Said(one["organization_name"])]
    if one["organization_state"] != "enabled":
        name.append(State(words(_("The organization is disabled")), "off"))
    scopes: list[Cell] = [Tags(one["scopes"], words(_("None")))]
    if one["scopes_pending"]:
        waiting = words(_("waits for their consent: %(scopes)s"), scopes=", ".join(one["scopes_pending"]))
        scopes.append(Said(waiting, is_muted=True))
    return (
        Many(name),
        installation_of(one),
        Many(scopes),
        When(one["granted_at"], words(_("Not yet"))),
        When(one["last_used_at"], words(_("Not yet"))),
    )


PLACES = (
    Place(
        id="application.installations",
        path=BASE + "/installations",
        title=_("Installations"),
        lead=_(
            "Other organizations for which it acts. Their admins decide about it, and can end it at any time."
        ),
        reads="listApplicationInstallations",
        show=show,
        group="application",
        under="applications",
        finds=("Installed by", "Tenants", "Customers"),
    ),
)
