"""Forms on their way: as they are shown first, as they come back refused, and as what an operation takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from grantway.core import errors
from grantway.core.errors import DomainError, FieldError, Invalid, NotFound, PreconditionFailed
from grantway.core.model import Id
from grantway.edges.console import forms
from grantway.edges.console.blocks import Block, FormShown, Heading, Notice, Points, Section, Shown, View
from grantway.edges.console.cells import Link, Press
from grantway.edges.console.here import Here, Record
from grantway.edges.console.table import Form
from grantway.edges.web.forms import Parameters
from grantway.edges.web.records.acting import operation_named
from grantway.edges.web.records.admission import admitted
from grantway.edges.web.records.operations import ALL
from grantway.edges.web.words import Text, Words, _, words

NO_IDS: Mapping[str, Id | str] = MappingProxyType({})
CHANGED = _(
    "Somebody else changed this while you were writing. Nothing was saved. Where they wrote something else, "
    "it stands below the field: keep yours or take theirs, and save again."
)
RESUMED = _(
    "You were signed out meanwhile. Nothing was saved yet, and what you wrote is still here: send it again."
)
_TYPED = _("Type %(name)s to confirm")
_NOT_TYPED = errors.FIELD_NOT_TYPED


def admit(here: Here) -> None:
    """Refuse whom the page or the form is not for. Raises Forbidden and NotFound."""
    operation = here.form.operation if here.form is not None else here.place.operation
    named = {**here.ids}
    named.setdefault("organization_id", here.caller.organization_id)
    admitted(operation, here.caller, named)
    if here.form is not None:
        admitted(here.place.operation, here.caller, named)
    if here.place.needs:
        admitted(operation_named(here.place.needs), here.caller, named)
    if here.place.fits is not None and not here.place.fits(here):
        raise NotFound(errors.RECORD_NOT_FOUND)


def record_of(here: Here, form: Form) -> Record | None:
    """The record that a form changes, as it is: what the log reads before the act."""
    reader = form.operation.audit.before if form.operation.audit is not None else None
    if reader is None:
        return None
    shows = next((one for one in ALL if one.handler is reader and one.method == "GET"), None)
    if shows is not None:
        # The page read it, too.
        return here.read(shows.id)
    found: Record | None = here.acting.before(form.operation, dict(here.ids))
    return found


def page_of(here: Here, form: Form) -> View:
    """The page of a form that has one."""
    return _view(here, form, shown(here, form))


def shown(
    here: Here,
    form: Form,
    *,
    values: Mapping[str, Any] | None = None,
    refused: DomainError | None = None,
    now: Mapping[str, Any] | None = None,
    ids: Mapping[str, Id | str] = NO_IDS,
) -> FormShown:
    """A form of this page with what stands in it at first, or what was filled in."""
    is_of_one = form.each is None and (form.operation.is_conditional or form.values is None)
    record = record_of(here, form) if is_of_one else None
    if values is None:
        values = form.values(here) if form.values is not None else (record or {})
    problems: Sequence[FieldError] = refused.errors if isinstance(refused, Invalid) else ()
    fields = forms.shown_fields(here, form, values, problems, now)
    hidden = here.secret_of_form(form, ids)
    if form.operation.is_conditional and record is not None and "version" in record:
        hidden = (*hidden, ("version", str(record["version"])))
    if form.typed is not None:
        fields.append(_typed(form.typed(here), refused))
    asked = urlencode(here.query) if form.each is not None else ""
    return FormShown(
        # What was chosen before stands in the address, so that a refused form knows it, too.
        action=here.address_of(form, **ids) + (f"?{asked}" if asked else ""),
        hidden=hidden,
        fields=fields,
        button=Words(form.button),
        title=Words(form.title) if form.title else "",
        lead=Words(form.lead) if form.lead else "",
        is_danger=form.is_grave,
        problems=_summary(problems, fields, refused),
        cancel=here.at(here.place.id) if form.has_page else "",
    )


def _summary(
    problems: Sequence[FieldError], fields: Sequence[Shown], refused: DomainError | None
) -> list[tuple[str, Text, str]]:
    """What is wrong, field by field; what belongs to none stands there, too."""
    known = {one.name: one for one in fields}
    found: list[tuple[str, Text, str]] = []
    for one in problems:
        name, _line = forms.place_of(one.field)
        sentence = forms.sentence_of(one.reason)
        if name in known:
            sentence = words("%(field)s: %(problem)s", field=known[name].label, problem=sentence)
        found.append((name if name in known else "", sentence, one.reason.id))
    if refused is not None and not isinstance(refused, Invalid | PreconditionFailed):
        found.append(("", forms.sentence_of(refused.reason), refused.reason.id))
    return found


def _typed(expected: str, refused: DomainError | None) -> Shown:
    wrong = [one for one in getattr(refused, "errors", ()) if one.field == forms.TYPED]
    return Shown(
        forms.TYPED,
        "text",
        words(_TYPED, name=expected),
        "",
        is_required=True,
        wrong=[forms.sentence_of(one.reason) for one in wrong],
    )


def members_of(here: Here, form: Form, sent: Parameters) -> dict[str, Any]:
    """What an operation takes, from what was sent. Raises Invalid where a name was not typed as it is."""
    if form.typed is not None and (sent.get(forms.TYPED) or "").strip() != form.typed(here).strip():
        raise Invalid((FieldError(forms.TYPED, _NOT_TYPED),))
    members = forms.members_of(here, form, sent)
    return form.shaped(here, members) if form.shaped is not None else members


def done_with_each(here: Here, form: Form, members: Mapping[str, Any]) -> list[Any]:
    """Do with several records what a form does. What is refused of one is said with its name.

    Raises Invalid, so that nothing is done with any of them.
    """
    field = forms.fields_of(form)[0].name
    chosen = form.each(here, members) if form.each is not None else ()
    if not chosen:
        raise Invalid((FieldError(field, errors.FIELD_REQUIRED),))
    answers, problems = [], []
    for one in chosen:
        try:
            answers.append(here.acting.do(form.does, dict(one.ids)))
        except DomainError as error:
            problems.append(FieldError(field, error.reason.saying(f"{one.name}.")))
    if problems:
        raise Invalid(tuple(problems))
    return answers


def again(here: Here, form: Form, sent: Parameters, refused: DomainError) -> View:
    """The page of a form that was refused, with what was filled in."""
    values = forms.members_of(here, form, sent)
    now = record_of(here, form) if isinstance(refused, PreconditionFailed) else None
    found = shown(here, form, values=values, refused=refused, now=now)
    view = _view(here, form, found)
    if isinstance(refused, PreconditionFailed):
        return View([Notice(Words(CHANGED), "warn"), *view.blocks], view.heading)
    return view


def resumed(here: Here, form: Form, kept: Parameters) -> View:
    """The page of a form as it was filled in before the person had to sign in again."""
    view = _view(here, form, shown(here, form, values=forms.members_of(here, form, kept)))
    return View([Notice(Words(RESUMED), "warn"), *view.blocks], view.heading)


def _view(here: Here, form: Form, found: FormShown) -> View:
    blocks: list[Block] = []
    if form.breaks is not None:
        broken = form.breaks(here)
        if broken:
            blocks.append(Section(_what_breaks(), [Points(broken)], is_danger=True))
    # What the page says above is not said again above the fields.
    blocks.append(replace(found, title="", lead=""))
    title = Words(form.title or form.button)
    back = Link(Words(here.place.title), here.at(here.place.id))
    return View(blocks, Heading(title, Words(form.lead) if form.lead else "", above=back))


def _what_breaks() -> Words:
    return words(_("What this does"))


# On the pages of places -------------------------------------------------------------------------------


def form_on(here: Here, path: str, **ids: Id | str) -> list[Block]:
    """A form of this place to stand on it; nothing where it is not for this person."""
    form = here.own(path)
    return [shown(here, form, ids=ids)] if here.may(form.operation) else []


def press_on(
    here: Here, path: str, *, of: Text = "", text: Text = "", tone: str = "", **ids: Id | str
) -> list[Press]:
    """A button that does what a form of this place does, or leads to its page; none if that is refused."""
    form = here.own(path)
    if not here.may(form.operation):
        return []
    how: Any = tone or ("danger" if form.is_grave else "plain")
    said = text or Words(form.button)
    action = here.address_of(form, **ids)
    if form.has_page:
        return [Press(said, action, of=of, tone=how, is_link=True)]
    return [Press(said, action, here.secret_of_form(form, ids), of=of, tone=how)]
