"""The catalogue of seeded defects applies to the code of today, and proves the rows that say "tested"."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tools import attacks
from tools.defects import catalogue
from tools.defects.catalogue import Defect, Edit

ATTACKS = attacks.PAGES[0]
WITHOUT = catalogue.FOLDER / "without.txt"
MOST_WITHOUT = 0
"""How many rows of the attack list were without a defect when this was written: it only gets less."""
DEFECTS = catalogue.read()


def rows_that_say_tested() -> set[str]:
    text = (attacks.ROOT / ATTACKS.path).read_text(encoding="utf-8")
    return set(re.findall(r"^\| (V\d{3}) \|.*\| tested by [^|]*\|$", text, re.MULTILINE))


def rows_without() -> list[str]:
    lines = WITHOUT.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)
def test_a_defect_applies_and_leaves_code_that_can_be_read(defect: Defect, tmp_path: Path) -> None:
    assert defect.problem(attacks.ROOT) is None
    for edit in defect.edits:
        target = tmp_path / edit.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((attacks.ROOT / edit.file).read_text(encoding="utf-8"), encoding="utf-8")
    defect.apply(tmp_path)
    for edit in defect.edits:
        if edit.file.endswith(".py"):
            ast.parse((tmp_path / edit.file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)
def test_the_tests_that_a_defect_names_are_there(defect: Defect) -> None:
    for test in defect.tests:
        path, _, name = test.partition("::")
        if name:
            text = (attacks.ROOT / path).read_text(encoding="utf-8")
            assert f"def {name.partition('[')[0]}(" in text, test


def test_every_row_that_says_tested_has_a_defect_or_is_listed_as_without() -> None:
    """A verdict is a red test: what has none is known by name, and the list only gets shorter."""
    proven = {row for defect in DEFECTS for row in defect.rows}
    assert rows_that_say_tested() - proven == set(rows_without())
    assert rows_without() == sorted(set(rows_without()))
    assert len(rows_without()) <= MOST_WITHOUT


def small(folder: Path) -> Path:
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text("")
    (folder / "code.py").write_text("a = 1\nb = 1\n")
    return folder


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("a = 1", "a = 2", None),
        ("= 1", "= 2", "its text stands 2 times in code.py"),
        ("c = 1", "c = 2", "its text stands 0 times in code.py"),
        ("", "c = 2", "its text stands 0 times in code.py"),
        ("a = 1", "a = 1", "it changes nothing"),
    ],
)
def test_a_defect_says_why_it_does_not_apply(
    tmp_path: Path, before: str, after: str, problem: str | None
) -> None:
    root = small(tmp_path)
    edit = Edit("code.py", before, after)
    assert Defect("V001", "a rule", (edit,), ("tests/test_it.py",)).problem(root) == problem
    assert Defect("V001", "a rule", (edit,), ("tests/test_gone.py",)).problem(root) is not None


def test_lines_are_taken_in_once(tmp_path: Path) -> None:
    line = {"id": "V001", "rule": "r", "file": "f", "before": "b", "after": "a", "tests": ["t"]}
    given = tmp_path / "defects-x.txt"
    given.write_text(json.dumps(line) + "\n\n" + json.dumps(line | {"id": "V002"}) + "\n")
    folder = tmp_path / "catalogue"
    folder.mkdir()
    assert catalogue.take_in(given, folder) == 2
    assert catalogue.take_in(given, folder) == 0
    assert [one.name for one in catalogue.read(folder)] == ["V001", "V002"]
    given.write_text(json.dumps({"id": "V003"}) + "\n")
    with pytest.raises(ValueError, match="V003 needs"):
        catalogue.take_in(given, folder)
