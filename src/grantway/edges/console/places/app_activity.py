"""What was done to one application: by whom, when, and what changed."""

from __future__ import annotations

from grantway.core.identifiers import to_text
from grantway.edges.console.activity_shown import Lines
from grantway.edges.console.blocks import View
from grantway.edges.console.here import Here
from grantway.edges.console.lists import listed
from grantway.edges.console.places.application import BASE, READ
from grantway.edges.console.table import Place
from grantway.edges.web.words import _, words


def show(here: Here) -> View:
    """The lines of the log that are about this application, the newest first."""
    lines = Lines(here, of_one=True)
    return View(
        listed(
            here,
            "listAudit",
            caption=words(_("Activity")),
            columns=lines.columns(),
            row=lines.row,
            empty=words(_("Nothing was done yet.")),
            fixed={"target": to_text(here.ids["application_id"])},
            before=lines.read,
        )
    )


PLACES = (
    Place(
        id="application.activity",
        path=BASE + "/activity",
        title=_("Activity"),
        lead=_("What was done to this application, the newest first. Lines are never changed or removed."),
        reads=READ,
        needs="listAudit",
        show=show,
        group="application",
        under="applications",
    ),
)
