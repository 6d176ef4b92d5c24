"""From a JSON body to the form of an operation, with every misfit named by its member."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, OAuthError
from grantway.edges.web import forms

_PLACE = re.compile(r"at `\$([^`]*)`$")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def read(data: bytes, form: type[msgspec.Struct], answer: type[msgspec.Struct] | None) -> msgspec.Struct:
    """The body as the operation takes it.

    Raises OAuthError for what is no JSON object, and Invalid for members of a wrong type, members that
    are missing, and members that the operation does not take: those that it answers with are said to
    be fixed. The name of an unknown member is input, so it is not repeated.
    """
    members = forms.json_object(data)
    if any(_UNSTORABLE.search(text) for text in _texts(members)):
        raise OAuthError(errors.RECORD_UNREADABLE, "a text with NUL or half a character")
    known, fixed = _fields_of(form), _fields_of(answer)
    problems = [
        FieldError(name, errors.FIELD_IMMUTABLE)
        if name in fixed
        else FieldError("", errors.FIELD_UNKNOWN_MEMBER)
        for name in members.keys() - known.keys()
    ]
    for name, field in known.items():
        if name in members:
            problems.extend(_type_problem(name, members[name], field.type))
        elif field.required:
            problems.append(FieldError(name, errors.FIELD_REQUIRED))
    if problems:
        raise Invalid(tuple(sorted(problems, key=lambda problem: problem.field)))
    return msgspec.convert(members, form)


def _type_problem(name: str, value: object, wanted: Any) -> Iterator[FieldError]:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as misfit:
        # Places inside are numbers in brackets: no operation takes an object with free member names.
        place = _PLACE.search(str(misfit))
        yield FieldError(name + (place[1] if place else ""), errors.FIELD_TYPE)


@cache
def _fields_of(form: type[msgspec.Struct] | None) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(form)} if form else {}


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one)
            pending.extend(one.values())
