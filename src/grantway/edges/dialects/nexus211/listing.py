"""The grammar of every list of Nexus211: which records, in which order, how many (N57 to N60).

What is asked for becomes a few tests of values that were read already: nothing of it is ever a part of a
statement, and each is bounded. Whoever may not see a record is not helped by asking for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Literal, TypeAlias

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, Reason
from grantway.edges.web.forms import Parameters
from grantway.features import fields

Kind: TypeAlias = Literal["text", "time", "flag", "list"]
Attributes: TypeAlias = Mapping[str, Kind]
Test: TypeAlias = Callable[[Any], bool]

LIMIT, MOST, FURTHEST = 100, 1_000, 1_000_000
MOST_FILTERS, MOST_VALUES, MOST_NAMES, MOST_WILDCARDS = 20, 100, 5, 20
LONGEST_VALUE = 2_000
_STEERING = frozenset({"$limit", "$skip", "$order", "$with"})
_IGNORED = frozenset({"$withSurvey"})
"""A parameter of one list that asks for what there is not here (N61)."""

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?", re.ASCII
)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), datetime.resolution
_BAR = re.compile(r"(?<!\\)\|")
_ORDERED = ("gt", "gte", "lt", "lte", "bt")
_MODIFIERS: Mapping[Kind, tuple[str, ...]] = {
    "text": ("ne", *_ORDERED, "in", "notin", "like", "notlike"),
    "time": ("ne", *_ORDERED, "in", "notin"),
    "flag": ("ne", "in", "notin"),
    "list": ("ne", "in", "notin", "like", "notlike", "concatlike"),
}
_NOT_A_TIME = errors.FIELD_UNKNOWN_VALUE.saying("Write a time such as 2026-11-21T09:30:00Z.")
_TWO_VALUES = errors.FIELD_UNKNOWN_VALUE.saying("Write two values with a comma between them.")
_MANY_WILDCARDS = errors.FIELD_UNKNOWN_VALUE.saying(f"Write at most {MOST_WILDCARDS} times %.")
_NO_NULL = errors.FIELD_UNKNOWN_VALUE.saying("null is compared by = and :ne alone.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query says: the tests that a record has to pass, all of them, and how those are shown."""

    tests: tuple[tuple[str, Test], ...] = ()
    order: tuple[tuple[str, Kind, bool], ...] = ()
    """Attributes, each with whether it descends."""
    skip: int = 0
    limit: int = LIMIT
    related: frozenset[str] = frozenset()

    def of(self, records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that are asked for."""
        found = [one for one in records if all(test(one[name]) for name, test in self.tests)]
        for name, kind, descends in reversed(self.order):
            # What has no value comes last, in either direction.
            empty = [one for one in found if one[name] is None]
            filled = [(_place_of(one[name], kind), one) for one in found if one[name] is not None]
            found = [one for _, one in sorted(filled, key=itemgetter(0), reverse=descends)] + empty
        return found[self.skip : self.skip + self.limit]


def read(query: Parameters, attributes: Attributes, related: frozenset[str]) -> Asked:
    """What a query says. Raises Invalid, by the names of parameters and attributes that there are.

    Filters on attributes that are none are passed over (N58); everything else has to be right.
    """
    found: list[FieldError] = []
    tests = []
    for parameter, value in query.without().items():
        name, _, modifier = parameter.partition(":")
        if parameter.startswith("$"):
            if parameter not in _STEERING and parameter not in _IGNORED:
                found.append(FieldError("$", fields.unknown_value(sorted(_STEERING))))
        elif name in attributes:
            test = _test(attributes[name], modifier if ":" in parameter else None, value)
            if isinstance(test, Reason):
                found.append(FieldError(name, test))
            else:
                tests.append((name, test))
    if len(tests) > MOST_FILTERS:
        found.append(FieldError("", fields.too_many(MOST_FILTERS)))
    asked = Asked(
        tuple(tests),
        _order(query.get("$order"), attributes, found),
        _number(query.get("$skip"), "$skip", found, otherwise=0, lowest=0, highest=FURTHEST),
        _number(query.get("$limit"), "$limit", found, otherwise=LIMIT, lowest=1, highest=MOST),
        _related(query.get("$with"), related, found),
    )
    if found:
        raise Invalid(tuple(found))
    return asked


def instant(text: str) -> int | None:
    """Microseconds since 1970 of a time of ISO 8601, in UTC where it names no zone (N60)."""
    if _TIME.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (zoned - _EPOCH) // _MICROSECOND


def _place_of(value: Any, kind: Kind) -> Any:
    """Where a value stands among others of its kind: texts as people order them."""
    return instant(value) if kind == "time" else value.casefold() if kind == "text" else value


def _test(kind: Kind, modifier: str | None, value: str) -> Test | Reason:
    """The test of one filter, or what is wrong with it."""
    allowed = _MODIFIERS[kind]
    if modifier is not None and modifier not in allowed:
        return errors.FIELD_UNKNOWN_VALUE.saying(f"Modifiers: {', '.join(allowed)}.")
    if len(value) > LONGEST_VALUE:
        return fields.too_long(LONGEST_VALUE)
    if modifier in (None, "ne") and value == "null":
        return (lambda given: given is None) if modifier is None else (lambda given: given is not None)
    if modifier in ("like", "notlike", "concatlike"):
        return _text_test(kind, modifier, value)
    if modifier in ("in", "notin"):
        texts = _parts(value)
    else:
        texts = value.split(",") if modifier == "bt" else [value]
    if len(texts) > MOST_VALUES:
        return fields.too_many(MOST_VALUES)
    if modifier == "bt" and len(texts) != 2:
        return _TWO_VALUES
    values = [_value(kind, text) for text in texts]
    problem = next((one for one in values if isinstance(one, Reason)), None)
    if problem is not None:
        return problem
    if modifier in _ORDERED and "null" in texts:
        return _NO_NULL
    return _value_test(kind, modifier, values)


def _parts(value: str) -> list[str]:
    """The values between bars; a bar after a backslash parts nothing, and is part of one (N59)."""
    return [part.replace("\\|", "|") for part in _BAR.split(value)]


def _value(kind: Kind, text: str) -> Any:
    """A value to compare with, or what is wrong with it."""
    if kind == "time":
        moment = instant(text)
        return _NOT_A_TIME if moment is None else moment
    if kind == "flag":
        return text == "true" if text in ("true", "false") else fields.unknown_value(("true", "false"))
    return text


def _value_test(kind: Kind, modifier: str | None, values: list[Any]) -> Test:
    """Comparisons. What has no value is neither equal to anything nor different from it."""
    known, first = frozenset(values), values[0]
    comparisons: Mapping[str | None, Test] = {
        None: lambda given: given == first,
        "ne": lambda given: given != first,
        "gt": lambda given: given > first,
        "gte": lambda given: given >= first,
        "lt": lambda given: given < first,
        "lte": lambda given: given <= first,
        "bt": lambda given: first <= given <= values[-1],
        "in": lambda given: given in known,
        "notin": lambda given: given not in known,
    }
    if kind == "list":
        # A list is equal to a value that it has.
        is_negative = modifier in ("ne", "notin")
        return lambda given: known.isdisjoint(given) is is_negative
    compare = comparisons[modifier]
    read_of: Callable[[Any], Any] = instant if kind == "time" else lambda given: given
    return lambda given: given is not None and compare(read_of(given))


def _text_test(kind: Kind, modifier: str, value: str) -> Test | Reason:
    """Patterns, in which `%` stands for any text, without regard to case."""
    pieces = value.casefold().split("%")
    if len(pieces) > MOST_WILDCARDS + 1:
        return _MANY_WILDCARDS
    if modifier == "concatlike":
        return lambda given: _is_like("".join(given), pieces)
    wanted = modifier == "like"
    if kind == "list":
        return lambda given: any(_is_like(one, pieces) for one in given) is wanted
    return lambda given: given is not None and _is_like(given, pieces) is wanted


def _is_like(text: str, pieces: list[str]) -> bool:
    """Whether the pieces of a pattern stand in a text in their order: each is looked for once."""
    folded = text.casefold()
    first, *middle = pieces
    if not middle:
        return folded == first
    last = middle.pop()
    at, end = len(first), len(folded) - len(last)
    if at > end or not folded.startswith(first) or not folded.endswith(last):
        return False
    for piece in middle:
        found = folded.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _order(
    text: str | None, attributes: Attributes, found: list[FieldError]
) -> tuple[tuple[str, Kind, bool], ...]:
    """`name`, `name asc` or `name desc`, with commas between them."""
    order: list[tuple[str, Kind, bool]] = []
    for part in text.split(",") if text else ():
        name, _, direction = part.strip(" ").partition(" ")
        if name not in attributes or attributes[name] == "list":
            names = (one for one, kind in attributes.items() if kind != "list")
            found.append(FieldError("$order", fields.unknown_value(names)))
        elif direction.strip(" ") not in ("", "asc", "desc"):
            found.append(FieldError("$order", fields.unknown_value(("asc", "desc"))))
        else:
            order.append((name, attributes[name], direction.strip(" ") == "desc"))
    if len(order) > MOST_NAMES:
        found.append(FieldError("$order", fields.too_many(MOST_NAMES)))
    return tuple(order)


def _number(
    text: str | None, name: str, found: list[FieldError], *, otherwise: int, lowest: int, highest: int
) -> int:
    if text is None:
        return otherwise
    if _NUMBER.fullmatch(text) is None or not lowest <= int(text) <= highest:
        found.append(FieldError(name, fields.out_of_range(lowest, highest)))
        return otherwise
    return int(text)


def _related(text: str | None, related: frozenset[str], found: list[FieldError]) -> frozenset[str]:
    names = frozenset(one.strip(" ") for one in text.split(",")) if text else frozenset()
    if not names <= related:
        known = fields.unknown_value(sorted(related)) if related else errors.FIELD_UNKNOWN_VALUE
        found.append(FieldError("$with", known))
    return names & related
