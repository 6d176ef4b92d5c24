"""Site management: the scopes of an API, its routes and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Column, View
from grantway.edges.console.cells import Cell, Code, Many, Said, State, Tags
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.site_apis import BASE, LIST, OF_ONE, is_there, page_of
from grantway.edges.console.places.site_applications import LIST as APPLICATIONS
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.places.site_stopping import SOME
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, Words, _, words

LEGS_NAMES = {
    "any": _("With or without a person"),
    "3-legged": _("Only for a person"),
    "2-legged": _("Only without a person"),
}
RISK_NAMES = {"low": _("Low"), "normal": _("Normal"), "high": _("High")}
_BAR = "|"


def risk_of(one: Record) -> Cell:
    """How careful one should be with a scope; what is high is pointed out."""
    name = Words(RISK_NAMES[one["risk"]])
    return State(name, "warn") if one["risk"] == "high" else Said(name)


# Scopes -----------------------------------------------------------------------------------------------


def show_scopes(here: Here) -> View:
    """Its scopes, the retired ones too, with what people read."""

    def row(one: Record) -> Sequence[Cell]:
        scope = id_of(one["id"])
        of: Text = one["value"]
        actions = press_on(here, "{scope_id}/change", of=of, scope_id=scope)
        turn = "{scope_id}/bring-back" if one["retired"] else "{scope_id}/retire"
        actions += press_on(here, turn, of=of, scope_id=scope)
        actions += press_on(here, "{scope_id}/delete", of=of, scope_id=scope)
        state = State(words(_("Retired")), "off") if one["retired"] else State(words(_("In use")), "ok")
        return (
            Code(one["value"]),
            state,
            Many(
                [Said(one["text"]), Said(one["detail"], is_muted=True)]
                if one["detail"]
                else [Said(one["text"])]
            ),
            Said(Words(LEGS_NAMES[one["legs"]])),
            risk_of(one),
            Tags([one["locale"], *(each["locale"] for each in one["translations"])]),
            Many(actions),
        )

    return page_of(
        here,
        words(_("Scopes")),
        (
            Column(words(_("Scope"))),
            Column(words(_("State"))),
            Column(words(_("What people read"))),
            Column(words(_("For whom"))),
            Column(words(_("Risk"))),
            Column(words(_("Languages"))),
        ),
        [row(one) for one in here.every("listScopes")],
        words(_("It has no scope yet. Without one nobody gets a token for it.")),
    )


def _as_lines(record: Mapping[str, Any]) -> dict[str, Any]:
    """A scope as its form has it: translations are lines."""
    lines = [
        f" {_BAR} ".join(part for part in (one["locale"], one["text"], one["detail"]) if part)
        for one in record.get("translations", ())
    ]
    return {**record, "translations": lines}


def _of_lines(_here: Here, members: dict[str, Any]) -> dict[str, Any]:
    """The same, back. What lacks a part is the record's to refuse."""
    found = []
    for line in members.get("translations", ()):
        locale, text, detail = (*(part.strip() for part in line.split(_BAR, 2)), "", "")[:3]
        found.append({"locale": locale, "text": text, "detail": detail})
    return {**members, "translations": found}


def _scope(here: Here) -> Record:
    wanted = here.ids["scope_id"]
    return next((one for one in here.every("listScopes") if id_of(one["id"]) == wanted), {})


def _having_it(here: Here) -> Text:
    value = _scope(here).get("value", "")
    found = here.some(APPLICATIONS, query={"scope": value}, limit=SOME) if value else None
    if found is None:
        return words(_("Applications that have it: %(count)s."), count=0)
    if found.following is not None:
        return words(_("Applications that have it: more than %(count)s."), count=SOME)
    return words(_("Applications that have it: %(count)s."), count=len(found.items))


def _retiring(here: Here) -> tuple[Text, ...]:
    return (
        _having_it(here),
        words(_("It is given to nobody any more, and leaves the tokens in use at their next check.")),
        words(_("You can bring it back at any time: applications keep it in their records.")),
    )


def _deleting_scope(here: Here) -> tuple[Text, ...]:
    return (
        _having_it(here),
        words(_("It is taken from every application and out of every token at once.")),
        words(_("Nothing brings it back. Retire it instead if you may need it again.")),
    )


def _value_of(here: Here) -> str:
    value: str = _scope(here).get("value", "")
    return value


_TRANSLATIONS = Field(
    name="translations",
    widget="lines",
    label=_("In other languages"),
    help=_(
        "One a line: `de | Ihre Lieferungen sehen | Adressen und Zeiten`. The third part may be left out."
    ),
)
_SAID: tuple[str | Field, ...] = (
    "text",
    "detail",
    Field(name="legs", widget="radio"),
    Field(name="risk", widget="radio"),
    "locale",
    _TRANSLATIONS,
)


PLACES = (
    Place(
        id="site.api.scopes",
        path=BASE + "/scopes",
        title=_("Scopes"),
        lead=_(
            "What applications can be allowed to do there. People read these sentences when they consent."
        ),
        reads="listScopes",
        needs=LIST,
        show=show_scopes,
        group=OF_ONE,
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="new",
                does="createScope",
                is_apart=True,
                title=_("Declare a scope"),
                button=_("Declare scope"),
                fields=("value", *_SAID),
                values=lambda _here: {"legs": "any", "risk": "normal", "locale": "en"},
                shaped=_of_lines,
                done=_("The scope is declared."),
            ),
            Form(
                path="{scope_id}/change",
                does="updateScope",
                is_apart=True,
                title=_("Change this scope"),
                button=_("Change"),
                fields=_SAID,
                values=lambda here: _as_lines(_scope(here)),
                shaped=_of_lines,
                done=_("The scope is changed."),
            ),
            Form(
                path="{scope_id}/retire",
                does="updateScope",
                title=_("Retire this scope"),
                button=_("Retire"),
                given={"retired": True},
                breaks=_retiring,
                done=_("The scope is retired."),
            ),
            Form(
                path="{scope_id}/bring-back",
                does="updateScope",
                button=_("Bring back"),
                given={"retired": False},
                done=_("The scope is given again."),
            ),
            Form(
                path="{scope_id}/delete",
                does="deleteScope",
                title=_("Delete this scope"),
                button=_("Delete"),
                breaks=_deleting_scope,
                typed=_value_of,
                done=_("The scope is deleted."),
            ),
        ),
    ),
)
