"""The tokens of an application and their limits; and what differs where another wire is spoken."""

from __future__ import annotations

from typing import Any

from grantway.core import errors
from grantway.core.errors import NotFound
from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Facts, Notice, Option, Prose, Section, View
from grantway.edges.console.cells import Cell, Said
from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import BASE, CHANGE, READ, SAVED, record
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.application_forms import ApplicationPatch
from grantway.edges.web.words import Text, Words, _, words
from grantway.features.registry.mount_rules import ALGORITHMS, EDITED_AT_DIALECTS, PKCE, TOKEN_FORMATS

_AS_ABOVE = "-"
"""What stands for no value of its own: it is as it is at `standard`."""
_YES = "true"
_NO = "false"
_FLAGS = frozenset({"client_may_choose_lifetime", "several_audiences"})
_CHOICES = {
    "token_format": TOKEN_FORMATS,
    "access_token_algorithm": ALGORITHMS,
    "id_token_algorithm": ALGORITHMS,
    "refresh_policy": ("rotate", "stable"),
    "pkce": PKCE,
    **dict.fromkeys(_FLAGS, (_YES, _NO)),
}
_LABELS = {
    "access_token_algorithm": _("Signature of access tokens"),
    "id_token_algorithm": _("Signature of ID tokens"),
    "several_audiences": _("Tokens may be for several APIs"),
}
_READS = {_YES: _("Yes"), _NO: _("No")}


def show_tokens(here: Here) -> View:
    """How its tokens look and how long they live."""
    blocks: list[Block] = list(form_on(here, "save"))
    hint = words(
        _(
            "A limit of minutes is for compliance. It surprises people: their tokens take their whole life "
            "from the day, used or not, and nothing is given back. Prefer short tokens."
        )
    )
    if dialect_of(record(here)):
        blocks.append(_apart(here))
    return View([Notice(hint), *blocks])


# What differs where another wire is spoken --------------------------------------------------------------


def dialect_of(one: Record) -> str:
    """The wire of its preset's own, where it speaks that; nothing else can be set apart."""
    preset: str = one["preset"]
    return preset if preset in one["dialects"] and preset != "standard" else ""


def _of_dialect(here: Here) -> dict[str, Any]:
    """What is said apart. Raises NotFound where it speaks no wire of its own."""
    one = record(here)
    if not dialect_of(one):
        raise NotFound(errors.RECORD_NOT_FOUND)
    found: dict[str, Any] = one["dialect_settings"].get(dialect_of(one), {})
    return found


def _apart(here: Here) -> Section:
    """What is said apart, and the way to change it."""
    labels, values = asked_of(ApplicationPatch), _of_dialect(here)
    rows: list[tuple[Text, Cell]] = [
        (
            Words(_LABELS.get(name) or labels[name].label),
            Said(_read(name, _YES if value is True else _NO if value is False else str(value))),
        )
        for name, value in values.items()
        if value is not None
    ]
    nothing = Prose(words(_("Nothing differs there.")))
    blocks: list[Block] = [Facts(rows) if rows else nothing]
    lead = words(_("What differs there from the above. It is in force there and nowhere else."))
    title = words(_("Where its own wire form is spoken"))
    return Section(title, blocks, lead, actions=press_on(here, "dialect"))


def _values(here: Here) -> dict[str, Any]:
    said = _of_dialect(here)
    shown: dict[str, Any] = {}
    for name in EDITED_AT_DIALECTS:
        value = said.get(name)
        if name in _FLAGS and value is not None:
            value = _YES if value else _NO
        shown[name] = _AS_ABOVE if value is None and name in _CHOICES else value
    return shown


def _at_dialect(here: Here, filled: dict[str, Any]) -> dict[str, Any]:
    """What was filled in as the change of one wire; what was left empty is as it is above."""
    said: dict[str, Any] = {}
    for name in EDITED_AT_DIALECTS:
        value = filled.get(name)
        value = None if value in ("", _AS_ABOVE, None) else value
        said[name] = value == _YES if name in _FLAGS and value is not None else value
    return {"dialect_settings": {dialect_of(record(here)): said}}


def _field(name: str) -> Field:
    def options(here: Here) -> tuple[Option, ...]:
        present = _of_dialect(here).get(name)
        values = [*_CHOICES[name]]
        if isinstance(present, str) and present not in values:
            values.append(present)
        return (
            Option(_AS_ABOVE, words(_("As above"))),
            *(Option(value, _read(name, value)) for value in values),
        )

    label = _LABELS.get(name, "")
    if name in _CHOICES:
        return Field(name=name, label=label, widget="select", options=options)
    return Field(name=name, label=label, widget="number")


def _read(name: str, value: str) -> Text:
    if value in _READS:
        return Words(_READS[value])
    asked = asked_of(ApplicationPatch).get(name)
    return Words(asked.labels[value]) if asked is not None and value in asked.labels else value


PLACES = (
    Place(
        id="application.tokens",
        path=BASE + "/tokens",
        title=_("Tokens and limits"),
        reads=READ,
        show=show_tokens,
        group="application",
        under="applications",
        forms=(
            Form(
                path="save",
                does=CHANGE,
                button=_("Save"),
                done=SAVED,
                fields=(
                    "grant_types",
                    Field(name="token_format", widget="radio"),
                    "access_token_lifetime",
                    "refresh_policy",
                    "refresh_token_lifetime",
                    "refresh_token_idle_lifetime",
                    "refresh_grace",
                    "code_lifetime",
                    "session_minutes",
                    "minutes_per_day",
                    "budget_time_zone",
                    "networks",
                    "reveal",
                ),
            ),
            Form(
                path="dialect",
                does=CHANGE,
                title=_("Where its own wire form is spoken"),
                lead=_("What differs there from the above. It is in force there and nowhere else."),
                button=_("Change what differs"),
                is_apart=True,
                done=SAVED,
                fields=tuple(_field(name) for name in EDITED_AT_DIALECTS),
                values=_values,
                shaped=_at_dialect,
            ),
        ),
    ),
)
