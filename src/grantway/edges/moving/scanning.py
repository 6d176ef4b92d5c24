"""Records of a JSON or CSV file, each with the line in which it begins."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

LONGEST = 200_000_000
"""Bytes of a file: some 100,000 applications."""
MOST_RECORDS = 100_000
DEEPEST = 40

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_SEPARATOR = re.compile(r"[\s|]+")


class Unreadable(Exception):
    """A file that is not taken, with the sentence that says why and where."""


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file. `around` is what stands in the file beside the list that it is in."""

    line: int
    data: Mapping[str, Any]
    text: str = ""
    around: Mapping[str, Any] = field(default_factory=dict)

    def line_of(self, member: str) -> int:
        """The line of a member, or of the record."""
        place = self.text.find(json.dumps(member)) if member else -1
        return self.line + self.text.count("\n", 0, place) if place >= 0 else self.line


def records_of(data: bytes, lists: tuple[str, ...] = ()) -> list[Record]:
    """The records of a file: a list, an object with one of `lists`, objects line by line, or rows of a table.

    Raises Unreadable.
    """
    if len(data) > LONGEST:
        raise Unreadable(f"The file is longer than {LONGEST:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise Unreadable(f"Line {line}: this is no UTF-8.") from None
    records = list(_json(text, lists) if text.lstrip()[:1] in {"[", "{"} else _table(text))
    if not records:
        raise Unreadable("The file has no records.")
    if len(records) > MOST_RECORDS:
        raise Unreadable(f"The file has more than {MOST_RECORDS:,} records. Divide it.")
    return records


def words_of(text: str) -> list[str]:
    """The entries of a list that stands in one cell: apart by spaces or `|`."""
    return [word for word in _SEPARATOR.split(text) if word]


def _table(text: str) -> Iterator[Record]:
    reader = csv.DictReader(StringIO(text), strict=True)
    line = 2
    try:
        for row in reader:
            if None in row or None in row.values():
                raise Unreadable(f"Line {line}: this row has not as many cells as the first one.")
            yield Record(line, {name.strip(): cell for name, cell in row.items()})
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable(f"Line {reader.line_num}: this is no well-formed CSV.") from None


def _json(text: str, lists: tuple[str, ...]) -> Iterator[Record]:
    scan = _Scan(text)
    while not scan.is_at_end():
        if scan.sees("["):
            yield from scan.items({})
            continue
        start = scan.at
        whole = scan.value()
        name = next((one for one in lists if isinstance(whole.get(one), list)), None)
        if name is None:
            yield Record(scan.line_at(start), whole, text[start : scan.at])
            continue
        around = {key: value for key, value in whole.items() if key != name}
        inner = _Scan(text, scan.member(start, name))
        yield from inner.items(around)


class _Scan:
    """A place in a JSON text, and the lines that were passed."""

    def __init__(self, text: str, at: int = 0) -> None:
        self._text = text
        self.at = at
        self._counted = (0, 1)
        self._skip()

    def is_at_end(self) -> bool:
        return self.at >= len(self._text)

    def sees(self, sign: str) -> bool:
        return self._text.startswith(sign, self.at)

    def line_at(self, place: int) -> int:
        known, line = self._counted
        if place < known:
            return self._text.count("\n", 0, place) + 1
        self._counted = (place, line + self._text.count("\n", known, place))
        return self._counted[1]

    def value(self) -> dict[str, Any]:
        """The object here. Raises Unreadable."""
        found = self._any()
        if not isinstance(found, dict):
            raise Unreadable(f"Line {self.line_at(self.at)}: expected an object.")
        return found

    def items(self, around: Mapping[str, Any]) -> Iterator[Record]:
        """The objects of the list here. Raises Unreadable."""
        self._pass("[")
        while not self.sees("]"):
            start = self.at
            data = self.value()
            yield Record(self.line_at(start), data, self._text[start : self.at].rstrip(), around)
            if not self.sees("]"):
                self._pass(",")
        self._pass("]")

    def member(self, start: int, name: str) -> int:
        """Where the value of a member of the object at a place begins."""
        inside = _Scan(self._text, start)
        inside._pass("{")
        while True:
            key = inside._any()
            inside._pass(":")
            if key == name:
                return inside.at
            inside._any()
            inside._pass(",")

    def _any(self) -> Any:
        try:
            found, end = _DECODER.raw_decode(self._text, self.at)
        except json.JSONDecodeError as wrong:
            raise Unreadable(f"Line {wrong.lineno}: this is no well-formed JSON.") from None
        except RecursionError:
            raise Unreadable(f"Line {self.line_at(self.at)}: this is nested too deeply.") from None
        self.at = end
        self._skip()
        return found

    def _pass(self, sign: str) -> None:
        if not self.sees(sign):
            raise Unreadable(f"Line {self.line_at(self.at)}: this is no well-formed JSON.")
        self.at += 1
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self.at)
        self.at = found.end() if found is not None else self.at
