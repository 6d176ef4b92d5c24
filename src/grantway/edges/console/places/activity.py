"""What was done in the organization: by whom, to what, when and from where."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from grantway.core.identifiers import to_text
from grantway.edges.console.activity_shown import Lines
from grantway.edges.console.activity_words import KINDS
from grantway.edges.console.blocks import Prose, Section, Shown, View
from grantway.edges.console.here import Here
from grantway.edges.console.lists import choice, listed, pinned
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP
from grantway.edges.console.table import Place
from grantway.edges.web.words import _, words

_DAYS = ("since", "until")


def show(here: Here) -> View:
    """The log, the newest first."""
    lines = Lines(here)
    filters = (
        choice(here, "listAudit", "action", words(_("About")), KINDS),
        *pinned(here, "actor", words(_("Who")), words(_("Only what this one did"))),
        *pinned(here, "target", words(_("What")), words(_("Only what was done to this"))),
        Shown("since", "date", words(_("From")), ""),
        Shown("until", "date", words(_("Until")), ""),
    )
    blocks = listed(
        here,
        "listAudit",
        caption=words(_("Activity")),
        columns=lines.columns(),
        row=lines.row,
        empty=words(_("Nothing was done yet.")),
        filters=filters,
        asking=lambda asked: _times(here, asked),
        before=lines.read,
    )
    text = words(
        _(
            "Lines are never changed or removed. The whole log of at most 31 days comes as one "
            "file by the API: "
            "GET %(address)s?format=ndjson&since=…&until=…, with a token that has the scope audit:read."
        ),
        address=f"{here.issuer}/api/v1/organizations/{to_text(here.owner_id())}/audit",
    )
    return View([*blocks, Section(words(_("Export")), [Prose(text)])])


def _times(here: Here, asked: dict[str, str]) -> dict[str, str]:
    """Days of the reader's zone as times; `until` takes its day in. What is no day is refused as it is."""
    found = dict(asked)
    for name in _DAYS:
        try:
            day = date.fromisoformat(asked[name]) + timedelta(days=name == "until")
            found[name] = datetime.combine(day, time(), ZoneInfo(here.zone)).isoformat()
        except (KeyError, ValueError, OverflowError):
            continue
    return found


PLACES = (
    Place(
        id="organization.activity",
        path=BASE + "/activity",
        title=_("Activity"),
        lead=_("What was done in the organization: by whom, to what, when and from where."),
        reads="listAudit",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Audit log", "Audit", "History", "Logs", "Events"),
    ),
)
