"""What templates say of values: in the reader's language, in the reader's words for times and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import NullTranslations
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta, get_timezone
from babel.numbers import format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from grantway.core.model import Wording
from grantway.edges.web.openapi_view import openapi_view
from grantway.edges.web.words import Words, _

_CODE = re.compile(r"`([^`\n]+)`")
_BY_RISK = {"high": -1, "low": 1}
_BLANK_LINES = re.compile(r"\n\s*\n")
_NOW_SECONDS = 45
"""For so long a time counts as now."""
_JUST_NOW = _("just now")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a form: the field it belongs to, its sentence and its id."""

    field: str
    text: str
    id: str


def filters_in(locale: str, catalogue: NullTranslations) -> dict[str, Callable[..., Any]]:
    """The filters of the templates in one language."""
    return {
        "ago": _ago_in(locale, catalogue),
        "day": _day_in(locale),
        "exactly": _exactly_in(locale),
        "number": _number_in(locale),
        "openapi_view": openapi_view,
        "problems": problems,
        "prose": prose,
        "riskiest_first": riskiest_first,
        "risky_first": risky_first,
        "said": _said_in(catalogue),
        "translated": _translated_in(catalogue),
        "worded": _worded_in(locale, catalogue),
    }


# What depends on the language takes the context, so that it is never worked out when a template is compiled.


def _translated_in(catalogue: NullTranslations) -> Callable[[Context, str], str]:
    @pass_context
    def translated(_: Context, text: str) -> str:
        """A sentence in the reader's words."""
        return catalogue.gettext(text)

    return translated


def _worded_in(locale: str, catalogue: NullTranslations) -> Callable[[Context, Sequence[Wording]], Wording]:
    @pass_context
    def worded(_: Context, wordings: Sequence[Wording]) -> Wording:
        """A scope in the reader's language: its makers' words, or ours for one of ours, or as it is."""
        for one in wordings:
            if locale in {one.locale, one.locale.partition("-")[0]}:
                return one
        own = wordings[0]
        text, detail = (catalogue.gettext(words) if words else "" for words in (own.text, own.detail))
        return own if text == own.text else Wording(locale, text, detail)

    return worded


def _day_in(locale: str) -> Callable[[Context, object], str]:
    @pass_context
    def day(_: Context, value: object) -> str:
        """A day in the reader's words; a text is taken to be one already."""
        if isinstance(value, int):
            return format_date(datetime.fromtimestamp(value / 1_000_000, UTC), "long", locale=locale)
        return str(value)

    return day


def _said_in(catalogue: NullTranslations) -> Callable[[Context, object], str]:
    def said_of(text: object) -> str:
        if not isinstance(text, Words):
            return str(text)
        sentence = catalogue.gettext(text.text) if text.text else ""
        if not text.values:
            return sentence
        return sentence % {name: said_of(value) for name, value in text.values.items()}

    @pass_context
    def said(_: Context, text: object) -> str:
        """A sentence of ours in the reader's words, with its values; what somebody wrote as it is."""
        return said_of(text)

    return said


def _ago_in(locale: str, catalogue: NullTranslations) -> Callable[[Context, str], str]:
    @pass_context
    def ago(context: Context, value: str) -> str:
        """How long ago a time of RFC 3339 is, or how long until then: of the page's `now`."""
        then = datetime.fromisoformat(value)
        now = datetime.fromtimestamp(context["now"] / 1_000_000, UTC)
        if abs((then - now).total_seconds()) < _NOW_SECONDS:
            return catalogue.gettext(_JUST_NOW)
        return format_timedelta(then - now, add_direction=True, threshold=1.2, locale=locale)

    return ago


def _exactly_in(locale: str) -> Callable[[Context, str], str]:
    @pass_context
    def exactly(context: Context, value: str) -> str:
        """A time of RFC 3339 in the reader's zone, which is named: the page's `zone`."""
        then = datetime.fromisoformat(value)
        return format_datetime(then, "d MMM y, HH:mm z", tzinfo=get_timezone(context["zone"]), locale=locale)

    return exactly


def _number_in(locale: str) -> Callable[[Context, int], str]:
    @pass_context
    def number(_: Context, value: int) -> str:
        """A number as the reader writes it."""
        return format_decimal(value, locale=locale)

    return number


def problems(errors: object) -> list[Problem]:
    """Bring what a form was refused for into one shape: a mapping of field to sentence, or a sequence."""
    if not errors:
        return []
    if isinstance(errors, Mapping):
        return [Problem(str(field), str(text), "") for field, text in errors.items()]
    if isinstance(errors, Sequence) and not isinstance(errors, str):
        return [Problem(_read(one, "field"), _read(one, "text"), _read(one, "id")) for one in errors]
    raise TypeError("errors of a form are a mapping or a sequence")


def risky_first(groups: Sequence[object]) -> list[object]:
    """Put the APIs with a risky scope first; a stable sort keeps the rest in the order given."""
    return sorted(
        groups, key=lambda group: not any(_read(scope, "risk") == "high" for scope in _scopes(group))
    )


def riskiest_first(scopes: Sequence[object]) -> list[object]:
    """Put the scopes of an API in the order in which they matter; those of one risk stay as they are."""
    return sorted(scopes, key=lambda scope: _BY_RISK.get(_read(scope, "risk"), 0))


def _scopes(group: object) -> Sequence[object]:
    found = group.get("scopes") if isinstance(group, Mapping) else getattr(group, "scopes", ())
    return found if isinstance(found, Sequence) else ()


def _read(one: object, name: str) -> str:
    value = one.get(name) if isinstance(one, Mapping) else getattr(one, name, None)
    return "" if value is None else str(value)


def prose(text: str) -> Markup:
    """Paragraphs and `code` of a description, everything else escaped."""
    paragraphs = []
    for paragraph in _BLANK_LINES.split(text.strip()):
        inline = _CODE.sub(r"<code>\1</code>", str(escape(paragraph)))
        paragraphs.append(f"<p>{inline}</p>")
    return Markup("\n".join(paragraphs))  # noqa: S704  # every piece of input was escaped above
