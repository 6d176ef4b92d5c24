"""Fill in the verdicts of the attack list, the requirements and the fact tables from the tests.

Run as `python tools/attacks.py`; with `--check` nothing is written and the exit code tells whether anything
would be. An id counts as cited where a test file names it in a comment, a docstring or a pytest mark, so that
a percent-encoded letter in test data is not taken for a fact. Ids are written one by one: a range cites no
more than its two ends.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

# This one speaks about ids without testing any of them.
IGNORED = "tests/architecture/test_attack_list.py"

GONE = "not yet: the test that showed it is gone"
COUNTS = re.compile(r"^Counts: .*$", re.MULTILINE)
TESTED = re.compile(r"^(?P<before>.*?)\(?tested by (?P<paths>tests/[^()]+?)\)?$")


class Page(NamedTuple):
    """A table of ids, the shape of its ids, and the folder whose tests may cite them."""

    path: str
    ids: re.Pattern[str]
    tests: str
    differs: bool = False


PAGES = (
    Page("docs/security/attacks.md", re.compile(r"\bV\d{3}\b"), "tests"),
    Page("docs/security/requirements.md", re.compile(r"\bC\d{3}\b"), "tests"),
    Page("docs/dialects/nexus211.md", re.compile(r"\bN[1-9]\d?\b"), "tests", differs=True),
    Page("docs/dialects/deeplynx.md", re.compile(r"\bD[1-9]\d{0,2}\b"), "tests", differs=True),
    Page("docs/dialects/cxone.md", re.compile(r"\bC[1-9]\d?\b"), "tests", differs=True),
    Page("docs/dialects/nitro.md", re.compile(r"\bB[1-9]\d?\b"), "tests", differs=True),
    Page("docs/dialects/nexusguard.md", re.compile(r"\bG[1-9]\d?\b"), "tests", differs=True),
)


def main(arguments: list[str]) -> int:
    """Rewrite every page, or only report with `--check`; 1 when something was out of step or unknown."""
    check = arguments == ["--check"]
    if arguments and not check:
        sys.stderr.write("usage: python tools/attacks.py [--check]\n")
        return 2
    wrong = 0
    for page in PAGES:
        for unknown, paths in unknown_ids(ROOT, page).items():
            sys.stderr.write(f"{unknown} is cited by {', '.join(paths)} but has no row in {page.path}\n")
            wrong = 1
        before, after = rewritten(ROOT, page)
        if before == after:
            continue
        if check:
            sys.stderr.write(f"{page.path} is out of step: run python tools/attacks.py\n")
            wrong = 1
        else:
            (ROOT / page.path).write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.path} rewritten\n")
    return wrong


def rewritten(root: Path, page: Page) -> tuple[str, str]:
    """Give the page's text as it is and as the tests say it should be."""
    before = (root / page.path).read_text(encoding="utf-8")
    cited = citations(root, page)
    lines, verdicts = [], []
    for line in before.splitlines():
        cells = row(line, page)
        if cells is None:
            lines.append(line)
            continue
        verdict = new_verdict(cells[-1], cited.get(cells[0], []))
        verdicts.append(verdict)
        lines.append(f"| {' | '.join([*cells[:-1], verdict])} |")
    counted = COUNTS.sub(lambda _: counts(verdicts, page), "\n".join(lines) + "\n", count=1)
    return before, counted


def unknown_ids(root: Path, page: Page) -> dict[str, list[str]]:
    """Give the ids that tests cite and the page does not have."""
    rows = (row(line, page) for line in (root / page.path).read_text(encoding="utf-8").splitlines())
    known = {cells[0] for cells in rows if cells is not None}
    return {found: paths for found, paths in sorted(citations(root, page).items()) if found not in known}


def row(line: str, page: Page) -> list[str] | None:
    """Split a table line whose first cell is an id of the page; None for any other line."""
    if not line.startswith("| "):
        return None
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return cells if page.ids.fullmatch(cells[0]) else None


def new_verdict(verdict: str, paths: list[str]) -> str:
    """Judge a row anew: files named before keep their place, new ones follow in alphabetical order."""
    match = TESTED.match(verdict)
    reason = (match["before"] if match else verdict).strip()
    named = match["paths"].split(", ") if match else []
    kept = [path for path in dict.fromkeys(named) if path in paths]
    tested = ", ".join(kept + sorted(set(paths) - set(kept)))
    if reason.startswith("differs:"):
        return f"{reason} (tested by {tested})" if tested else reason
    if tested:
        return f"tested by {tested}"
    return reason or GONE


def counts(verdicts: list[str], page: Page) -> str:
    """Say how many rows of each verdict the page has."""
    kinds = {"tested": "tested by", "not yet": "not yet:", "not applicable": "not applicable:"}
    if page.differs:
        kinds["differ"] = "differs:"
    parts = [f"{sum(v.startswith(start) for v in verdicts)} {name}" for name, start in kinds.items()]
    return f"Counts: {len(verdicts)} rows: {', '.join(parts)}."


def citations(root: Path, page: Page) -> dict[str, list[str]]:
    """Map each cited id to the sorted test files that cite it."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / page.tests).rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        if name == IGNORED or "node_modules" in path.parts:
            continue
        text = spoken(path.read_text(encoding="utf-8"))
        for cited in sorted(set(page.ids.findall(text))):
            found.setdefault(cited, []).append(name)
    return found


@cache
def spoken(source: str) -> str:
    """Give what a test file says beside its code; every page asks for it, and parsing takes its time."""
    return "\n".join(prose(source))


def prose(source: str) -> Iterator[str]:
    """Yield the comments, docstrings and mark arguments of a test file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.Call):
            yield from mark_texts(node)


def mark_texts(call: ast.Call) -> Iterator[str]:
    """Yield the texts inside `pytest.mark.<name>(..)`, but not the test data of a parametrize."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr == "parametrize":
        return
    if not isinstance(func.value, ast.Attribute) or func.value.attr != "mark":
        return
    for part in ast.walk(call):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
