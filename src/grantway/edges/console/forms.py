"""The one builder of forms: from the request of an operation to fields, and from what was sent to members.

What a field is called, what is said below it, which values it takes and how long it may be stands with the
record (`edges.web.records`), where the API's documentation has it from, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec import inspect

from grantway.core.errors import FieldError, Reason
from grantway.edges.console.blocks import Option, Shown
from grantway.edges.console.table import Field, Form
from grantway.edges.web.forms import Parameters
from grantway.edges.web.words import Text, Words, _

if TYPE_CHECKING:
    from grantway.edges.console.here import Here

Members: TypeAlias = dict[str, Any]

TYPED = "typed"
"""The field into which a name is typed before something is done that nothing brings back."""
_NUMBER = re.compile(r"-?\d{1,15}")
_LONG = 500
"""From so many characters on a text gets several lines."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A member of a request as the record describes it."""

    name: str
    widget: str
    label: str
    help: str
    labels: Mapping[str, str]
    values: tuple[Any, ...]
    is_required: bool
    may_be_null: bool
    longest: int


@cache
def asked_of(form: type[msgspec.Struct]) -> dict[str, Asked]:
    """The members of a request by name."""
    described = inspect.type_info(form)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{form.__name__} is no form")
    return {one.encode_name: _asked(one) for one in described.fields}


def _asked(field: inspect.Field) -> Asked:
    kind, schema, extra, may_be_null = _plain(field.type)
    labels: Mapping[str, str] = extra.get("labels", {})
    values = tuple(one for one in schema.get("enum", ()) if one is not None)
    longest = schema.get("maxLength", 200)
    if isinstance(kind, inspect.BoolType):
        widget = "check"
    elif isinstance(kind, inspect.IntType):
        widget = "number"
    elif isinstance(kind, inspect.DateTimeType):
        widget = "moment"
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        inner, own, _extra, _null = _plain(kind.item_type)
        values, longest = tuple(own.get("enum", ())) or tuple(labels), 8_000
        widget = "checks" if values else "lines" if isinstance(inner, inspect.StrType) else "unknown"
    elif not isinstance(kind, inspect.StrType):
        widget = "unknown"
    elif values:
        widget = "select"
    else:
        by_format = {"email": "email", "uri": "url"}
        widget = by_format.get(schema.get("format", ""), "area" if longest > _LONG else "text")
    return Asked(
        name=field.encode_name,
        widget=widget,
        label=schema.get("title") or field.encode_name.replace("_", " ").capitalize(),
        help=schema.get("description", ""),
        labels=labels,
        values=values,
        is_required=field.required,
        may_be_null=may_be_null,
        longest=longest,
    )


def _plain(kind: inspect.Type) -> tuple[inspect.Type, dict[str, Any], dict[str, Any], bool]:
    """A type without what is said of it, what is said, and whether there may be none."""
    schema: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    may_be_null = False
    while isinstance(kind, inspect.Metadata | inspect.UnionType):
        if isinstance(kind, inspect.Metadata):
            schema = {**(kind.extra_json_schema or {}), **schema}
            extra = {**(kind.extra or {}), **extra}
            kind = kind.type
            continue
        may_be_null = may_be_null or any(isinstance(one, inspect.NoneType) for one in kind.types)
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    for name, key in (("max_length", "maxLength"), ("min_length", "minLength")):
        if getattr(kind, name, None) is not None:
            schema.setdefault(key, getattr(kind, name))
    return kind, schema, extra, may_be_null


# Showing ----------------------------------------------------------------------------------------------


def fields_of(form: Form) -> tuple[Field, ...]:
    """The fields of a form, with what it says of them itself."""
    return tuple(Field(name=one) if isinstance(one, str) else one for one in form.fields)


def shown_fields(
    here: Here,
    form: Form,
    values: Mapping[str, Any],
    problems: Sequence[FieldError] = (),
    now: Mapping[str, Any] | None = None,
) -> list[Shown]:
    """The fields with what stands in them, what is wrong with that, and what somebody else made of it."""
    request = form.operation.request
    asked = asked_of(request) if request is not None else {}
    wrong = sentences_by_field(problems, {one.name for one in fields_of(form)})
    is_change = form.operation.is_conditional
    return [
        _shown(
            here,
            one,
            asked.get(one.name),
            values.get(one.name),
            wrong.get(one.name, ()),
            now,
            is_change=is_change,
        )
        for one in fields_of(form)
    ]


def _shown(
    here: Here,
    field: Field,
    asked: Asked | None,
    value: Any,
    wrong: Sequence[Text],
    now: Mapping[str, Any] | None,
    *,
    is_change: bool,
) -> Shown:
    options = field.options(here) if field.options is not None else _options(asked)
    widget = field.widget or (asked.widget if asked is not None else "text")
    if field.options is not None and not field.widget:
        widget = "checks" if asked is not None and asked.widget == "lines" else "select"
    needed = asked is not None and asked.is_required
    if is_change and asked is not None and not asked.may_be_null and widget in {"text", "email", "url"}:
        needed = needed or field.name in {"name", "email"}
    differs = now is not None and _as_shown(widget, now.get(field.name)) != _as_shown(widget, value)
    return Shown(
        name=field.name,
        widget=widget,  # type: ignore[arg-type]
        label=Words(field.label or (asked.label if asked is not None else field.name)),
        help=Words(help_) if (help_ := field.help or (asked.help if asked is not None else "")) else "",
        value=_as_shown(widget, value),
        options=options,
        is_required=needed,
        longest=asked.longest if asked is not None else 320,
        wrong=wrong,
        now=_as_text(now.get(field.name)) if differs and now is not None else None,
    )


def _options(asked: Asked | None) -> tuple[Option, ...]:
    if asked is None:
        return ()
    return tuple(Option(str(one), Words(asked.labels.get(one, str(one)))) for one in asked.values)


def _as_shown(widget: str, value: Any) -> Any:
    if widget == "lines":
        return value if isinstance(value, str) else "\n".join(value or ())
    if widget == "checks":
        return frozenset(value or ())
    if widget == "check":
        return bool(value)
    if widget == "moment":
        return (value or "")[:16]
    return "" if value is None else str(value)


def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def sentences_by_field(problems: Sequence[FieldError], known: set[str]) -> dict[str, list[Text]]:
    """What is wrong with each field. Of one line of several it is said which."""
    found: dict[str, list[Text]] = {}
    for one in problems:
        name, line = place_of(one.field)
        if name in known:
            text = sentence_of(one.reason)
            if line is not None:
                text = Words(_("Line %(line)s: %(text)s"), {"line": line + 1, "text": text})
            found.setdefault(name, []).append(text)
    return found


def place_of(path: str) -> tuple[str, int | None]:
    """The field that a path of an error means, and the place in its list, if it is one.

    Of what is said apart for a wire (`dialect_settings.<wire>.<member>`) it is the member's.
    """
    match = re.match(r"(?:\w+\.\w+\.)?(\w+)(?:\[(\d+)\])?", path)
    if match is None:
        return "", None
    return match[1], int(match[2]) if match[2] is not None else None


def sentence_of(reason: Reason) -> Text:
    """What to do about it, in the reader's words; a hint is made of values and has none."""
    if not reason.hint:
        return Words(reason.text)
    return Words("%(text)s %(hint)s", {"text": Words(reason.text), "hint": reason.hint})


# Reading ----------------------------------------------------------------------------------------------


def members_of(here: Here, form: Form, sent: Parameters) -> Members:
    """The members that a form's fields make. What is no number is passed on, for the record to refuse."""
    request = form.operation.request
    asked = asked_of(request) if request is not None else {}
    is_change = form.operation.is_conditional
    members: Members = {}
    for field in fields_of(form):
        one = asked.get(field.name)
        widget = field.widget or (one.widget if one is not None else "text")
        if field.options is not None and not field.widget and widget == "lines":
            widget = "checks"
        value = _member(widget, field.name, sent)
        if value == "" and (one is None or not one.is_required):
            if is_change:
                members[field.name] = None if one is not None and one.may_be_null else ""
            continue
        members[field.name] = value
    return {**members, **form.given}


def _member(widget: str, name: str, sent: Parameters) -> Any:
    text = (sent.get(name) or "").replace("\r\n", "\n")
    if widget == "check":
        return name in sent
    if widget == "checks":
        return list(sent.all(name))
    if widget == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if widget == "number":
        return int(text) if _NUMBER.fullmatch(text.strip()) else text.strip()
    if widget == "moment":
        return f"{text}:00Z" if len(text) == 16 else text
    return text if widget == "area" else text.strip()
