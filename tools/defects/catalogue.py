"""The catalogue: one JSON object a line, in the files beside this one."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
KEYS = ("id", "rule", "file", "before", "after", "tests")
ALSO = "also"
"""What else has to be broken: objects with file, before and after. Few defects need it."""
_ROWS = re.compile(r"\b[VC]\d{3}\b")


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that stands in a file once, and what it becomes."""

    file: str
    before: str
    after: str

    def problem(self, root: Path) -> str | None:
        """Why it does not apply to a tree; None: it does."""
        path = root / self.file
        if not path.is_file():
            return f"there is no {self.file}"
        count = path.read_text(encoding="utf-8").count(self.before) if self.before else 0
        if count != 1:
            return f"its text stands {count} times in {self.file}"
        return "it changes nothing" if self.before == self.after else None


@dataclass(frozen=True, slots=True)
class Defect:
    """One break: edits that together take a rule away, and the tests that turn red."""

    name: str
    """Its id, with a number where several have the same."""
    rule: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]

    @property
    def rows(self) -> frozenset[str]:
        """The rows of the attack list and the requirements that it proves."""
        return frozenset(_ROWS.findall(f"{self.name} {self.rule}"))

    def problem(self, root: Path) -> str | None:
        """Why it does not apply to a tree; None: it does."""
        problems = [problem for edit in self.edits if (problem := edit.problem(root)) is not None]
        problems += [
            f"there is no {test}" for test in self.tests if not (root / test.partition("::")[0]).exists()
        ]
        if not self.tests:
            problems.append("it names no test")
        return next(iter(problems), None)

    def apply(self, root: Path) -> dict[str, str]:
        """Break a tree; gives the texts of the files as they were."""
        former: dict[str, str] = {}
        for edit in self.edits:
            text = (root / edit.file).read_text(encoding="utf-8")
            former.setdefault(edit.file, text)
            (root / edit.file).write_text(text.replace(edit.before, edit.after), encoding="utf-8")
        return former


def read(folder: Path = FOLDER) -> tuple[Defect, ...]:
    """Every defect, in the order of the files and their lines. Raises ValueError."""
    found: list[Defect] = []
    seen: Counter[str] = Counter()
    for path in sorted(folder.glob("*.jsonl")):
        for number, entry in enumerate(entries(path), 1):
            seen[entry["id"]] += 1
            count = seen[entry["id"]]
            name = entry["id"] if count == 1 else f"{entry['id']}/{count}"
            if set(entry) - {ALSO} != set(KEYS):
                raise ValueError(f"{path.name}, entry {number}: needs {', '.join(KEYS)}")
            edits = tuple(
                Edit(one["file"], one["before"], one["after"]) for one in (entry, *entry.get(ALSO, ()))
            )
            found.append(Defect(name, entry["rule"], edits, tuple(entry["tests"])))
    return tuple(found)


def entries(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of lines. Raises ValueError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def take_in(path: Path, folder: Path = FOLDER) -> int:
    """Add the lines of a file, as `<its name>.jsonl`, but for those that are there. Raises ValueError."""
    target = folder / f"{path.stem.removeprefix('defects-')}.jsonl"
    known = [json.dumps(one, sort_keys=True) for file in folder.glob("*.jsonl") for one in entries(file)]
    fresh = [one for one in entries(path) if json.dumps(one, sort_keys=True) not in known]
    odd = [one.get("id") for one in fresh if set(one) - {ALSO} != set(KEYS)]
    if odd:
        raise ValueError(f"{path.name}: {odd[0]} needs {', '.join(KEYS)}")
    with target.open("a", encoding="utf-8") as file:
        for one in fresh:
            ordered = {key: one[key] for key in (*KEYS, ALSO) if key in one}
            file.write(json.dumps(ordered, ensure_ascii=False) + "\n")
    return len(fresh)
