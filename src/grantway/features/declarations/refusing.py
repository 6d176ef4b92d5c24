"""What a refused file is told: every cause, and not what follows from one that is told already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from grantway.core.errors import FieldError
from grantway.features.declarations.declared import Declaration, Declared

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def relevant(
    problems: Iterable[FieldError], document: object, declaration: Declaration
) -> tuple[FieldError, ...]:
    """The problems that are causes: each place once, and no reference to a record that failed itself."""
    listed, records = list(problems), list(_records(declaration))
    paths = {one.path for one in records}
    failed = {one.name for one in records if any(_is_in(problem.field, one.path) for problem in listed)}
    own = {f"{one.path}.{key}" for one in records for key in ("identifier", "value", "name", "client_id")}
    told: list[FieldError] = []
    for problem in listed:
        value = _value_at(document, problem.field)
        # A scope or an application that could not be made is unknown wherever the file names it.
        follows = isinstance(value, str) and value in failed and problem.field not in own
        if not follows and not any(_is_same(problem.field, had.field, paths) for had in told):
            told.append(problem)
    return tuple(told)


def _records(declaration: Declaration) -> Iterator[Declared]:
    for api in declaration.apis:
        yield api
        yield from api.scopes
    yield from declaration.applications


def _is_same(path: str, told: str, records: set[str]) -> bool:
    """Whether a place was told: itself, or a part or the whole of the same member."""
    if path == told or path in records or told in records:
        return path == told
    return _is_in(path, told) or _is_in(told, path)


def _is_in(path: str, outer: str) -> bool:
    rest = path.removeprefix(outer)
    return path.startswith(outer) and (not rest or rest[0] in ".[")


def _value_at(document: Any, path: str) -> Any:
    """What a document has at a path; None where it has nothing."""
    for name, index in _STEP.findall(path):
        if name and isinstance(document, dict):
            document = document.get(name)
        elif index and isinstance(document, list) and int(index) < len(document):
            document = document[int(index)]
        else:
            return None
    return document
