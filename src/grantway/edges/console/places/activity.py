"""What was done in the organization: by whom, to what, when and from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grantway.core.identifiers import to_text
from grantway.edges.console import naming
from grantway.edges.console.activity_words import KINDS, changes_in, name_in, said_of
from grantway.edges.console.blocks import Column, Prose, Section, Shown, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Said, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, pinned
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP
from grantway.edges.console.reading import PUBLICATION_NAMES, STATE_NAMES
from grantway.edges.console.table import Place
from grantway.edges.web.words import ROLE_NAMES, Text, Words, words


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


_LINES = 5
"""Members of a change that are told; the rest is counted."""
_LONGEST = 80
_DAYS = ("since", "until")
_PLACES = {
    "application": ("application.settings", "application_id"),
    "member": ("organization.member", "user_id"),
    "service_account": ("organization.service_account", "service_account_id"),
    "webhook": ("organization.webhook", "webhook_id"),
    "voucher": ("organization.voucher", "voucher_id"),
}
"""Where a record of a kind is shown, and by which parameter."""
_READS = {"role": ROLE_NAMES, "state": STATE_NAMES, "publication": PUBLICATION_NAMES}
"""How values of members read that are names of something."""
_ACTORS = {
    "application": _("An application"),
    "command_line": _("Somebody at the machine of the server"),
    "server": _("The server, because a time had come"),
}


def show(here: Here) -> View:
    """The log, the newest first."""
    names: dict[str, str] = {}
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
        columns=(
            Column(words(_("When"))),
            Column(words(_("Who"))),
            Column(words(_("What was done"))),
            Column(words(_("To what"))),
            Column(words(_("From where"))),
        ),
        row=lambda line: _row(here, line, names),
        empty=words(_("Nothing was done yet.")),
        filters=filters,
        asking=lambda asked: _times(here, asked),
        before=lambda lines: names.update(_names(here, lines)),
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


def _names(here: Here, lines: Sequence[Record]) -> dict[str, str]:
    """The names of everybody and everything on a page, by their ids."""
    users = [line["user_id"] for line in lines if line["actor_kind"] == "user"]
    users += [line["target_id"] for line in lines if line["target_kind"] in {"member", "user", "sign_in"}]
    applications = [line["application_id"] for line in lines]
    applications += [_subject(line)[1] for line in lines if _subject(line)[0] == "application"]
    named = naming.people(here, users)
    named |= naming.applications(here, applications)
    if any("service_account" in {line["actor_kind"], line["target_kind"]} for line in lines):
        named |= {one["id"]: one["name"] for one in here.every("listServiceAccounts")}
    if any(line["target_kind"] == "webhook" for line in lines) and here.may("listWebhooks"):
        named |= {one["id"]: one["label"] or one["url"] for one in here.every("listWebhooks")}
    return named


def _row(here: Here, line: Record, names: dict[str, str]) -> Sequence[Cell]:
    done: list[Cell] = [Said(said_of(line["action"]))]
    changes = list(changes_in(line))
    done += [Said(_change(*one), is_muted=True) for one in changes[:_LINES]]
    if len(changes) > _LINES:
        done.append(Said(words(_("and %(count)s more"), count=len(changes) - _LINES), is_muted=True))
    where: Cell = Code(line["address"], is_copied=False) if line["address"] else Said("")
    return (When(line["at"]), Many(_who(here, line, names)), Many(done), _what(here, line, names), where)


def _who(here: Here, line: Record, names: dict[str, str]) -> list[Cell]:
    """Who did it, and through which application."""
    actor = line["user_id"] or line["application_id"]
    cells: list[Cell] = []
    if line["user_id"]:
        known = names.get(line["user_id"])
        text: Text = known if known is not None else words(_("Somebody who is no member"))
        cells.append(Link(text, here.again({"actor": line["user_id"]})))
    elif actor:
        text = names.get(actor) or words(_ACTORS["application"])
        cells.append(Link(text, here.again({"actor": actor})))
    else:
        cells.append(Said(words(_ACTORS[line["actor_kind"]])))
    if line["user_id"] and line["application_id"]:
        through = names.get(line["application_id"]) or words(_("an application of others"))
        cells.append(Said(words(_("through %(application)s"), application=through), is_muted=True))
    return cells


def _subject(line: Record) -> tuple[str, str]:
    """The kind and the id of what the line is about: of a sign-in, the application."""
    application_id = (line["after"] or {}).get("application_id")
    if line["target_kind"] == "sign_in" and isinstance(application_id, str):
        return "application", application_id
    return line["target_kind"], line["target_id"]


def _what(here: Here, line: Record, names: dict[str, str]) -> Cell:
    """What it was done to; a link to it, where it has a page, else to what else was done to it."""
    kind, target = _subject(line)
    name = names.get(target) or name_in(line) or target
    only = Link(words(_("Its history")), here.again({"target": line["target_id"]}))
    place_id, parameter = _PLACES.get(kind, ("", ""))
    # Vouchers stay to be read when they were revoked; of the rest, what has a name is there.
    if place_id and (kind == "voucher" or target in names):
        return Many([Link(name, here.at(place_id, **{parameter: target})), only])
    return Many([Said(name), only])


def _change(name: str, label: Text, before: Any, after: Any) -> Text:
    reads = _READS.get(name, {})
    return words(
        _("%(label)s: %(before)s → %(after)s"),
        label=label,
        before=_short(before, reads),
        after=_short(after, reads),
    )


def _short(value: Any, reads: Mapping[str, str]) -> Text:
    """A value of JSON as people read it, cut where it is long."""
    if isinstance(value, str) and value in reads:
        return Words(reads[value])
    if value is None or value in ("", []):
        return words(_("nothing"))
    if isinstance(value, bool):
        return words(_("yes")) if value else words(_("no"))
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
