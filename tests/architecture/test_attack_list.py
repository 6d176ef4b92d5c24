"""The attack list, the requirements and the fact tables say what the tests really show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import attacks

ATTACKS, REQUIREMENTS, NEXUS211, DEEPLYNX, CXONE, NITRO, NEXUSGUARD = attacks.PAGES

EXPECTED = {
    ATTACKS.path: [f"V{number:03d}" for number in range(1, 170)],
    NEXUS211.path: [f"N{number}" for number in range(1, 67)],
    DEEPLYNX.path: [f"D{number}" for number in range(1, 107)],
    CXONE.path: [f"C{number}" for number in range(1, 89)],
    NITRO.path: [f"B{number}" for number in range(1, 56)],
    NEXUSGUARD.path: [f"G{number}" for number in range(1, 51)],
}

FILES = r"tests/[\w./-]+\.py(?:, tests/[\w./-]+\.py)*"
VERDICT = re.compile(rf"tested by {FILES}|(?:not yet|not applicable): \S[^()]*(?:\([^()]+\)[^()]*)*")
DIFFERENCE = re.compile(rf"differs: \S[^()]*(?: \(tested by {FILES}\))?")

every_page = pytest.mark.parametrize("page", attacks.PAGES, ids=lambda page: Path(page.path).stem)


def table(page: attacks.Page) -> dict[str, str]:
    """Give the verdict of each id, having seen that no id stands twice."""
    verdicts: dict[str, str] = {}
    for line in (attacks.ROOT / page.path).read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"\| ([VCNDBG]\d+) \| .* \| ([^|]+) \|", line)
        if match:
            assert match[1] not in verdicts, f"{match[1]} stands twice in {page.path}"
            verdicts[match[1]] = match[2]
    return verdicts


@pytest.mark.parametrize(
    "page", [page for page in attacks.PAGES if page.path in EXPECTED], ids=lambda page: Path(page.path).stem
)
def test_every_id_has_one_row_in_order(page: attacks.Page) -> None:
    assert list(table(page)) == EXPECTED[page.path]


def test_requirements_stand_in_order() -> None:
    found = list(table(REQUIREMENTS))
    assert found
    assert found == sorted(found)


@every_page
def test_every_table_line_has_an_id_of_its_page(page: attacks.Page) -> None:
    text = (attacks.ROOT / page.path).read_text(encoding="utf-8")
    assert all(page.ids.fullmatch(known) for known in table(page))
    assert len(table(page)) == len(re.findall(r"^\| [A-Z]\d+ \|", text, re.MULTILINE))


@every_page
def test_every_verdict_is_well_formed(page: attacks.Page) -> None:
    odd = {
        known: verdict
        for known, verdict in table(page).items()
        if not VERDICT.fullmatch(verdict) and not (page.differs and DIFFERENCE.fullmatch(verdict))
    }
    assert odd == {}


@every_page
def test_every_file_named_by_a_verdict_exists_and_cites_the_id(page: attacks.Page) -> None:
    wrong = []
    for known, verdict in table(page).items():
        for name in re.findall(r"tests/[\w./-]+\.py", verdict):
            path = attacks.ROOT / name
            cited = path.is_file() and re.search(rf"\b{known}\b", path.read_text(encoding="utf-8"))
            if not cited:
                wrong.append((known, name))
    assert wrong == []


@every_page
def test_every_id_cited_by_a_test_has_a_row_that_names_the_test(page: attacks.Page) -> None:
    verdicts = table(page)
    wrong = [
        (cited, name)
        for cited, names in attacks.citations(attacks.ROOT, page).items()
        for name in names
        if name not in re.findall(r"tests/[\w./-]+\.py", verdicts.get(cited, ""))
    ]
    assert wrong == [], "add the missing row, or run python tools/attacks.py"


@every_page
def test_rewriting_changes_nothing(page: attacks.Page) -> None:
    before, after = attacks.rewritten(attacks.ROOT, page)
    assert before == after, "run python tools/attacks.py"


# What the rewriting does, shown on a small page and a few small tests.

HEAD = "# A page\n\nCounts: old.\n\n| id | what | verdict |\n| --- | --- | --- |\n"


def small_world(root: Path, *, rows: dict[str, str], tests: dict[str, str]) -> None:
    for name, text in tests.items():
        path = root / "tests" / "dialects" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    page = root / DEEPLYNX.path
    page.parent.mkdir(parents=True)
    lines = [f"| {known} | a fact | {verdict} |\n" for known, verdict in rows.items()]
    page.write_text(HEAD + "".join(lines), encoding="utf-8")


def verdict_after(root: Path, known: str) -> str:
    _, after = attacks.rewritten(root, DEEPLYNX)
    found = re.search(rf"^\| {known} \| a fact \| (.*) \|$", after, re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "source",
    [
        '"""Shows D7."""\n',
        "def test_it():\n    '''Shows D7.'''\n",
        "x = 1  # D7 at work\n",
        "import pytest\n\n@pytest.mark.fact('D7')\ndef test_it(): ...\n",
        "import pytest\n\npytestmark = [pytest.mark.fact('D7')]\n",
    ],
    ids=["module", "function", "comment", "mark", "module mark"],
)
def test_a_cited_row_is_marked_tested(tmp_path: Path, source: str) -> None:
    small_world(tmp_path, rows={"D7": "not yet: a test"}, tests={"test_a.py": source})
    assert verdict_after(tmp_path, "D7") == "tested by tests/dialects/test_a.py"


@pytest.mark.parametrize(
    "source",
    [
        "x = 'https://client.test/%D7%90'\n",
        "import pytest\n\n@pytest.mark.parametrize('x', ['%D7'])\ndef test_it(x): ...\n",
        "# D70, XD7 and D7x are something else\n",
    ],
    ids=["data", "parameters", "other words"],
)
def test_test_data_cites_nothing(tmp_path: Path, source: str) -> None:
    small_world(tmp_path, rows={"D7": "not yet: a test"}, tests={"test_a.py": source})
    assert verdict_after(tmp_path, "D7") == "not yet: a test"


def test_only_test_files_cite(tmp_path: Path) -> None:
    small_world(tmp_path, rows={"D7": "not yet: a test"}, tests={"kit.py": "# D7\n"})
    assert verdict_after(tmp_path, "D7") == "not yet: a test"


def test_files_named_before_keep_their_place_and_new_ones_follow_sorted(tmp_path: Path) -> None:
    small_world(
        tmp_path,
        rows={"D7": "tested by tests/dialects/test_m.py"},
        tests=dict.fromkeys(("test_m.py", "test_z.py", "test_a.py"), "# D7\n"),
    )
    names = ("test_m.py", "test_a.py", "test_z.py")
    assert verdict_after(tmp_path, "D7") == "tested by " + ", ".join(
        f"tests/dialects/{name}" for name in names
    )


def test_a_file_that_stopped_citing_is_dropped(tmp_path: Path) -> None:
    small_world(
        tmp_path,
        rows={"D7": "tested by tests/dialects/test_a.py, tests/dialects/test_b.py"},
        tests={"test_a.py": "", "test_b.py": "# D7\n"},
    )
    assert verdict_after(tmp_path, "D7") == "tested by tests/dialects/test_b.py"


def test_a_row_whose_tests_are_all_gone_says_so(tmp_path: Path) -> None:
    small_world(tmp_path, rows={"D7": "tested by tests/dialects/test_a.py"}, tests={"test_a.py": ""})
    assert verdict_after(tmp_path, "D7") == attacks.GONE


@pytest.mark.parametrize(
    "before", ["differs: on purpose", "differs: on purpose (tested by tests/dialects/test_b.py)"]
)
def test_a_difference_keeps_its_reason_beside_its_test(tmp_path: Path, before: str) -> None:
    small_world(tmp_path, rows={"D7": before}, tests={"test_a.py": "# D7\n"})
    assert verdict_after(tmp_path, "D7") == "differs: on purpose (tested by tests/dialects/test_a.py)"


def test_a_difference_without_test_keeps_only_its_reason(tmp_path: Path) -> None:
    small_world(tmp_path, rows={"D7": "differs: on purpose (tested by tests/dialects/test_b.py)"}, tests={})
    assert verdict_after(tmp_path, "D7") == "differs: on purpose"


def test_the_counts_are_counted(tmp_path: Path) -> None:
    rows = {"D1": "not yet: a", "D2": "not applicable: b", "D3": "differs: c", "D4": "not yet: d"}
    small_world(tmp_path, rows=rows, tests={"test_a.py": "# D4\n"})
    _, after = attacks.rewritten(tmp_path, DEEPLYNX)
    assert "Counts: 4 rows: 1 tested, 1 not yet, 1 not applicable, 1 differ.\n" in after


def test_an_id_without_a_row_is_reported(tmp_path: Path) -> None:
    small_world(tmp_path, rows={"D7": "not yet: a test"}, tests={"test_a.py": "# D7 and D8\n"})
    assert attacks.unknown_ids(tmp_path, DEEPLYNX) == {"D8": ["tests/dialects/test_a.py"]}


def test_rewriting_twice_is_rewriting_once(tmp_path: Path) -> None:
    small_world(
        tmp_path, rows={"D7": "differs: on purpose", "D8": "not yet: b"}, tests={"test_a.py": "# D7 D8\n"}
    )
    _, once = attacks.rewritten(tmp_path, DEEPLYNX)
    (tmp_path / DEEPLYNX.path).write_text(once, encoding="utf-8")
    assert attacks.rewritten(tmp_path, DEEPLYNX) == (once, once)
