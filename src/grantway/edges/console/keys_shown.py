"""Access keys, as every page shows them that has any: their rows, and the forms that end them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from grantway.core.model import SECOND
from grantway.edges.console import naming
from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Column, Heading, Once, Table, View
from grantway.edges.console.cells import Cell, Code, Many, Press, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Field, Form
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words

Shaped: TypeAlias = Callable[[Here, dict[str, Any]], dict[str, Any]]
CREATE = "new"
_ONE = "{access_key_id}/"
DISABLE, ENABLE, DELETE = _ONE + "disable", _ONE + "enable", _ONE + "delete"


def _columns() -> tuple[Column, ...]:
    """Those of the rows."""
    return (
        Column(words(_("Access key"))),
        Column(words(_("State"))),
        Column(words(_("Key ID"))),
        Column(words(_("Expires"))),
        Column(words(_("Last used"))),
        Column(words(_("Actions")), is_spoken=True),
    )


def _row(here: Here, one: Record, names: dict[str, str]) -> Sequence[Cell]:
    """One key, with what may be done about it here. `names` are those of applications by their ids."""
    label = one["label"] or words(_("Without a label"))
    key_id = id_of(one["id"])
    notes: list[Cell] = [Said(label), Said(words(_("ends in %(hint)s"), hint=one["hint"]), is_muted=True)]
    if one["application_id"]:
        name = names.get(one["application_id"])
        only = (
            words(_("only for one application")) if name is None else words(_("only for %(name)s"), name=name)
        )
        notes.append(Said(only, is_muted=True))
    actions: list[Press] = []
    has = {form.path for form in here.place.forms}
    switch = DISABLE if one["state"] == "enabled" else ENABLE
    if switch in has:
        actions += press_on(here, switch, of=label, access_key_id=key_id)
    actions += press_on(here, DELETE, of=label, access_key_id=key_id)
    used: list[Cell] = [When(one["last_used_at"], words(_("Not yet")))]
    if one["last_used_from"]:
        used.append(Said(one["last_used_from"], is_muted=True))
    return (
        Many(notes),
        _state(here, one),
        Code(one["id"]),
        When(one["expires_at"]),
        Many(used),
        Many(actions),
    )


def _state(here: Here, one: Record) -> State:
    if datetime.fromisoformat(one["expires_at"]) <= datetime.fromtimestamp(here.now / SECOND, UTC):
        return State(words(_("Expired")), "off")
    return state_of(one)


def made(here: Here, answer: Any) -> View:
    """The new key, once."""
    rows: list[tuple[Text, str]] = [
        (words(_("Access key ID")), answer["id"]),
        (words(_("Access key secret")), answer["secret"]),
    ]
    text = words(_("Copy the secret now. It is not shown again."))
    return View(
        [
            Once(rows, text, f"access-key-{answer['id']}.txt"),
            Press(words(_("Done")), here.again(), is_link=True),
        ],
        Heading(words(_("Your new access key"))),
    )


def table_of(here: Here, caption: Text, empty: Text, **whose: str) -> Table:
    """The keys of one owner: `user` or `service_account`."""
    keys = here.every("listAccessKeys", query=whose)
    names = naming.applications(here, [one["application_id"] for one in keys])
    return Table(caption, _columns(), [_row(here, one, names) for one in keys], empty)


def _record(here: Here) -> Record:
    return here.read("readAccessKey")


def _used(one: Record) -> Text:
    if one["last_used_at"] is None:
        return words(_("It was never used."))
    return words(_("It was last used on %(day)s."), day=one["last_used_at"][:10])


def _disabling(here: Here) -> tuple[Text, ...]:
    one = _record(here)
    return (
        words(
            _("Whoever uses the access key “%(label)s” is refused from this moment on."), label=_label(one)
        ),
        words(_("Tokens that were made with it end for good.")),
        _used(one),
        words(_("Its owner can enable it again; it then makes new tokens.")),
    )


def _deleting(here: Here) -> tuple[Text, ...]:
    one = _record(here)
    return (
        words(
            _("Whoever uses the access key “%(label)s” is refused from this moment on."), label=_label(one)
        ),
        words(_("Tokens that were made with it end for good.")),
        _used(one),
        words(_("This cannot be undone. Make a new access key first, and put it in place.")),
    )


def _label(one: Record) -> Text:
    return one["label"] or words(_("Without a label"))


_ENDING = (
    Form(
        path=DISABLE,
        does="updateAccessKey",
        button=_("Disable"),
        title=_("Disable this access key"),
        given={"state": "disabled"},
        breaks=_disabling,
        done=_("The access key is disabled."),
    ),
    Form(
        path=DELETE,
        does="deleteAccessKey",
        button=_("Delete"),
        title=_("Delete this access key"),
        breaks=_deleting,
        done=_("The access key is deleted."),
    ),
)
_ENABLING = Form(
    path=ENABLE,
    does="updateAccessKey",
    button=_("Enable"),
    given={"state": "enabled"},
    done=_("The access key is enabled."),
)


def making(*, lead: str = "", shaped: Shaped | None = None) -> Form:
    """The form that makes a key; `shaped` says whose, where it is not one's own."""
    return Form(
        path=CREATE,
        does="createAccessKey",
        is_apart=True,
        title=_("Make an access key"),
        lead=lead,
        button=_("Make an access key"),
        values=lambda _here: {},
        fields=(
            Field(
                name="label",
                label=_("Label"),
                help=_("What it is for, to tell it from others."),
            ),
            Field(
                name="client_id",
                label=_("Application"),
                help=_(
                    "The only application that may use it, by its client id; left out for those of its "
                    "organization."
                ),
            ),
            Field(
                name="expires_at",
                label=_("Expires"),
                help=_("A time in UTC, within 366 days; left empty for 90 days."),
            ),
        ),
        shaped=shaped,
        shown_once=made,
    )


def forms(*, of_others: bool = False) -> tuple[Form, ...]:
    """The forms of a page that shows keys. What is another person's is only ended."""
    return _ENDING if of_others else (*_ENDING, _ENABLING)
