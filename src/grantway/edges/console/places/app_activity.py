"""What was done to one application: by whom, when, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grantway.core.identifiers import to_text
from grantway.edges.console.blocks import Column, Section, View
from grantway.edges.console.cells import Cell, Code, Many, Said, When
from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.application import BASE, READ
from grantway.edges.console.reading import members_by_id
from grantway.edges.console.table import Place
from grantway.edges.web.records.application_forms import ApplicationPatch
from grantway.edges.web.words import Text, Words, words


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


_ACTORS = {
    "user": _("A person"),
    "service_account": _("A service account"),
    "application": _("An application"),
    "command_line": _("Somebody at the machine of the server"),
    "server": _("The server, because a time had come"),
}
_LINES = 5
"""Members of a change that are told; the rest is counted."""
_LONGEST = 80


def show(here: Here) -> View:
    """The lines of the log that are about this application, the newest first."""
    people = members_by_id(here)
    blocks = listed(
        here,
        "listAudit",
        caption=words(_("Activity")),
        columns=(
            Column(words(_("When"))),
            Column(words(_("What was done"))),
            Column(words(_("Who"))),
            Column(words(_("From where"))),
        ),
        row=lambda line: _row(line, people),
        empty=words(_("Nothing was done yet.")),
        fixed={"target": to_text(here.ids["application_id"])},
    )
    return View([Section(words(_("What was done")), blocks)])


def _row(line: Record, people: Mapping[str, str]) -> Sequence[Cell]:
    changes = list(_changes(line))
    done: list[Cell] = [Code(line["action"], is_copied=False), *changes[:_LINES]]
    if len(changes) > _LINES:
        done.append(Said(words(_("and %(count)s more"), count=len(changes) - _LINES), is_muted=True))
    who: Text = people.get(line["user_id"] or "") or words(_ACTORS[line["actor_kind"]])
    where: Cell = Code(line["address"], is_copied=False) if line["address"] else Said("")
    return (When(line["at"]), Many(done), Said(who), where)


def _changes(line: Record) -> Iterator[Cell]:
    """What changed, member by member, in the words of the record."""
    labels = asked_of(ApplicationPatch)
    before, after = line["before"] or {}, line["after"] or {}
    if not before:
        return
    for name in sorted(before.keys() | after.keys()):
        label: Text = Words(labels[name].label) if name in labels else name
        yield Said(
            words(
                _("%(label)s: %(before)s → %(after)s"),
                label=label,
                before=_short(before.get(name)),
                after=_short(after.get(name)),
            ),
            is_muted=True,
        )


def _short(value: Any) -> Text:
    """A value of JSON as people read it, cut where it is long."""
    if value is None or value in ("", []):
        return words(_("nothing"))
    if isinstance(value, bool):
        return words(_("yes")) if value else words(_("no"))
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
