"""Lines of the log as pages show them: who did what, to what, when and from where, in words and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grantway.edges.console import naming
from grantway.edges.console.activity_words import changes_in, name_in, said_of
from grantway.edges.console.blocks import Column
from grantway.edges.console.cells import Cell, Code, Link, Many, Said, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.reading import PUBLICATION_NAMES, STATE_NAMES
from grantway.edges.web.words import ROLE_NAMES, Text, Words, _, words

_LINES = 5
"""Members of a change that are told; the rest is counted."""
_LONGEST = 80
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


class Lines:
    """The lines of one page, with the names of all that they tell of; `of_one`: all about the same record."""

    def __init__(self, here: Here, *, of_one: bool = False) -> None:
        self._here = here
        self._of_one = of_one
        self._names: dict[str, str] = {}

    def columns(self) -> tuple[Column, ...]:
        """What is told of each."""
        what = () if self._of_one else (Column(words(_("To what"))),)
        return (
            Column(words(_("When"))),
            Column(words(_("Who"))),
            Column(words(_("What was done"))),
            *what,
            Column(words(_("From where"))),
        )

    def read(self, lines: Sequence[Record]) -> None:
        """Look the names up, for all lines at once."""
        self._names.update(_names(self._here, lines))

    def row(self, line: Record) -> Sequence[Cell]:
        """One line."""
        when, who, done, what, where = _row(self._here, line, self._names)
        return (when, who, done, where) if self._of_one else (when, who, done, what, where)


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
        cells.append(_link(here, text, "actor", line["user_id"]))
    elif actor:
        text = names.get(actor) or words(_ACTORS["application"])
        cells.append(_link(here, text, "actor", actor))
    else:
        cells.append(Said(words(_ACTORS[line["actor_kind"]])))
    if line["user_id"] and line["application_id"]:
        through = names.get(line["application_id"]) or words(_("an application of others"))
        cells.append(Said(words(_("through %(application)s"), application=through), is_muted=True))
    return cells


def _link(here: Here, text: Text, name: str, value: str) -> Cell:
    """A way to the lines of this one, on a page that has such a filter."""
    if here.place.id != "organization.activity":
        return Said(text)
    return Link(text, here.again({name: value}))


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
