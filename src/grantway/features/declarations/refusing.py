"""What a refused file is told: every cause, and not what follows from one that is told already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from grantway.core.errors import FieldError
from grantway.features.declarations.declared import Declaration

_REFERENCE = re.compile(r"\.(scopes|introspectors)\[\d+\]$|\.limits\[\d+\]\.application$")
_OF_SCOPES = re.compile(r"\.scopes\[\d+\]$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def relevant(
    problems: Iterable[FieldError], document: object, declaration: Declaration
) -> tuple[FieldError, ...]:
    """The problems that are causes: each place once, and no reference to a record that failed itself."""
    listed = list(problems)
    scopes = [scope for api in declaration.apis for scope in api.scopes]
    paths = {one.path for one in (*declaration.apis, *scopes, *declaration.applications)}
    failed_scopes, failed_applications = (
        {one.name for one in group if any(_is_in(problem.field, one.path) for problem in listed)}
        for group in (scopes, declaration.applications)
    )
    told: list[FieldError] = []
    for problem in listed:
        value = _value_at(document, problem.field)
        # What could not be made is unknown wherever the file names it.
        failed = failed_scopes if _OF_SCOPES.search(problem.field) else failed_applications
        is_reference = _REFERENCE.search(problem.field) is not None
        follows = is_reference and isinstance(value, str) and value in failed
        if not follows and not any(_is_same(problem.field, had.field, paths) for had in told):
            told.append(problem)
    # Whatever was refused stays refused, even if each seems to follow from another.
    return tuple(told or listed)


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
