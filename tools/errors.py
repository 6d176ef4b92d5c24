"""Keeps docs/errors.md in step with the refusals in the code: `python -m tools.errors [--check]`.

Ids, codes and sentences come from `grantway.core.errors`; when a refusal happens and what to do about it is
written in the document by hand and stays there, but what developers do about a request of an application that
was refused, which `grantway.core.remedies` says. A new refusal gets a row with two empty cells to fill in, a
refusal that is gone loses its row. With `--check` nothing is written and the exit code tells whether anything
would be, or whether a cell is empty.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from grantway.core.errors import Reason, all_reasons
from grantway.core.remedies import REMEDIES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"

HEAD = "| id | code | what the caller reads | when it happens | what to do |\n| --- | --- | --- | --- | --- |"
FAMILY = re.compile(r"^(E-[A-Z]+)-\d+$")
SECTION = re.compile(r"^## .*`(E-[A-Z]+)`.*$")
NO_ADVICE: Mapping[str, str] = MappingProxyType({})
UNESCAPED_BAR = re.compile(r"(?<!\\)\|")


class Row(NamedTuple):
    """One refusal, as the document tells it."""

    id: str
    code: str
    sentence: str
    when: str = ""
    advice: str = ""

    def line(self) -> str:
        """The line of the table."""
        return f"| {self.id} | `{self.code}` | {self.sentence} | {self.when} | {self.advice} |"


def main(arguments: list[str]) -> int:
    """Rewrite the document, or only report with `--check`; 1 when something is out of step."""
    check = arguments == ["--check"]
    if arguments and not check:
        sys.stderr.write("usage: python -m tools.errors [--check]\n")
        return 2
    before = PAGE.read_text(encoding="utf-8")
    after = rewritten(before, all_reasons(), REMEDIES)
    for name in incomplete(after):
        sys.stderr.write(f"{name} has an empty cell in docs/errors.md\n")
    if before == after:
        return 1 if incomplete(after) else 0
    if check:
        sys.stderr.write("docs/errors.md is out of step: run python -m tools.errors\n")
        return 1
    PAGE.write_text(after, encoding="utf-8")
    sys.stdout.write("docs/errors.md rewritten\n")
    return 0


def rewritten(document: str, reasons: Iterable[Reason], advice: Mapping[str, str] = NO_ADVICE) -> str:
    """The document with one row for each reason, in its family's table; everything else as it was."""
    known = {row.id: row for row in rows(document)}
    wanted: dict[str, list[Row]] = {}
    for reason in reasons:
        old = known.get(reason.id, Row(reason.id, "", ""))
        told = escaped(advice.get(reason.id, "")) or old.advice
        row = Row(reason.id, reason.code, escaped(reason.text), old.when, told)
        wanted.setdefault(family_of(reason.id), []).append(row)
    lines = list(without_tables(document, wanted))
    present = {match[1] for line in lines if (match := SECTION.match(line))}
    for family, found in wanted.items():
        if family not in present:
            lines += ["", f"## `{family}`", "", table(found)]
    return "\n".join(lines).rstrip("\n") + "\n"


def without_tables(document: str, wanted: dict[str, list[Row]]) -> Iterator[str]:
    """The lines of the document, where each family's table is replaced by the wanted one."""
    family = None
    for line in document.splitlines():
        match = SECTION.match(line)
        if match:
            family = match[1]
        elif line.startswith("## "):
            family = None
        if family is not None and line.startswith("|"):
            if line.startswith("| id |"):
                yield table(wanted.get(family, []))
            continue
        yield line


def table(found: list[Row]) -> str:
    """A table of rows, in the order of their numbers."""
    ordered = sorted(found, key=lambda row: int(row.id.rpartition("-")[2]))
    return "\n".join([HEAD, *(row.line() for row in ordered)])


def rows(document: str) -> Iterator[Row]:
    """The rows of all tables of the document."""
    for line in document.splitlines():
        cells = [cell.strip() for cell in UNESCAPED_BAR.split(line)[1:-1]]
        if len(cells) == len(Row._fields) and FAMILY.match(cells[0]):
            yield Row(cells[0], cells[1].strip("`"), *cells[2:])


def incomplete(document: str) -> list[str]:
    """The ids whose last two cells are not both written."""
    return [row.id for row in rows(document) if not (row.when and row.advice)]


def family_of(identifier: str) -> str:
    """The part of an id before its number."""
    match = FAMILY.match(identifier)
    if match is None:
        raise ValueError(f"{identifier} is not the id of a refusal")
    return match[1]


def escaped(text: str) -> str:
    """A sentence as it may stand in a cell."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
