"""From a JSON body to the form of an operation, with every misfit named by its member."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import msgspec

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, OAuthError
from grantway.edges.web import forms
from grantway.features.fields import unknown_member, wrong_type

_PLACE = re.compile(r"at `\$([^`]*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]*)`")
MOST_UNKNOWN = 20
"""So many members that are not known are told of; to look for the one that was meant takes time."""
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def read(data: bytes, form: type[msgspec.Struct], answer: type[msgspec.Struct] | None) -> msgspec.Struct:
    """The body as the operation takes it. Raises OAuthError for what is no object, and as `taken` does."""
    return taken(forms.json_object(data), form, answer)


def taken(
    members: Mapping[str, Any], form: type[msgspec.Struct], answer: type[msgspec.Struct] | None
) -> msgspec.Struct:
    """The members of a JSON object as the operation takes them.

    Raises Invalid for members of a wrong type, members that are missing, and members that the operation
    does not take: those that it answers with are said to be fixed. The name of an unknown member is input,
    so it is not repeated: the one that was meant is named.
    """
    if any(_UNSTORABLE.search(text) for text in _texts(members)):
        raise OAuthError(errors.RECORD_UNREADABLE, "a text with NUL or half a character")
    known, fixed = _fields_of(form), _fields_of(answer)
    unknown = sorted(members.keys() - known.keys())
    problems = [
        FieldError(name, errors.FIELD_IMMUTABLE)
        if name in fixed
        else FieldError("", unknown_member(name, known))
        for name in unknown[:MOST_UNKNOWN]
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
        found = _UNKNOWN.match(str(misfit))
        reason = unknown_member(found[1], _members_in(wanted)) if found else wrong_type(misfit)
        yield FieldError(name + (place[1] if place else ""), reason)


def _members_in(wanted: Any) -> set[str]:
    """The members of the objects that a type has inside."""
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return set(_fields_of(wanted))
    return set().union(*map(_members_in, get_args(wanted)))


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
        elif isinstance(one, list | tuple):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one)
            pending.extend(one.values())
