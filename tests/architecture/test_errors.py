"""docs/errors.md tells every refusal of the code and no other, and each one is really made somewhere."""

from __future__ import annotations

import re
from collections import Counter

from grantway.core import errors as refusals
from grantway.core.errors import Reason, all_reasons
from tests.architecture import tree
from tools import errors

PAGE = errors.PAGE.read_text(encoding="utf-8")
ROWS = {row.id: row for row in errors.rows(PAGE)}


def test_every_refusal_has_a_row_and_every_row_a_refusal() -> None:
    assert {reason.id for reason in all_reasons()} == set(ROWS), "run python -m tools.errors"


def test_each_row_stands_once_and_says_what_the_code_says() -> None:
    told = Counter(row.id for row in errors.rows(PAGE))
    assert [name for name, times in told.items() if times > 1] == []
    wrong = [
        reason.id
        for reason in all_reasons()
        if (ROWS[reason.id].code, ROWS[reason.id].sentence) != (reason.code, errors.escaped(reason.text))
    ]
    assert wrong == []


def test_every_row_says_when_it_happens_and_what_to_do() -> None:
    assert errors.incomplete(PAGE) == []
    short = [row.id for row in ROWS.values() if min(len(row.when.split()), len(row.advice.split())) < 2]
    assert short == []


def test_rewriting_changes_nothing() -> None:
    assert errors.rewritten(PAGE, all_reasons()) == PAGE, "run python -m tools.errors"


def test_every_refusal_has_an_id_a_code_and_a_sentence_of_its_own() -> None:
    reasons = all_reasons()
    assert len({reason.id for reason in reasons}) == len(reasons)
    for reason in reasons:
        assert re.fullmatch(r"E-[A-Z]+-[0-9]{2}", reason.id)
        assert re.fullmatch(r"[a-z_]+", reason.code)
        assert re.fullmatch(r"[A-Za-z].*[.]", reason.text)
        assert not re.search(r"[{}%\n\"\\]", reason.text), (
            "a public sentence is a constant that fits into a header"
        )


def test_the_numbers_of_a_family_have_no_holes() -> None:
    """A refusal that goes leaves its number behind: then this list names it."""
    retired: frozenset[str] = frozenset({"E-FIELD-33"})
    families: dict[str, set[int]] = {}
    for identifier in {reason.id for reason in all_reasons()} | retired:
        families.setdefault(errors.family_of(identifier), set()).add(int(identifier[-2:]))
    assert {
        family: numbers for family, numbers in families.items() if numbers != set(range(1, len(numbers) + 1))
    } == {}


def test_every_refusal_is_made_somewhere() -> None:
    """What nothing refuses with is not documented to anybody."""
    source = tree.ROOT / "src" / "grantway"
    declared = source / "core" / "errors.py"
    words: set[str] = set()
    for path in sorted(source.rglob("*.py")):
        if path != declared:
            words.update(re.findall(r"\b[A-Z][A-Z_]+\b", path.read_text(encoding="utf-8")))
    # The one reason that a class of this module carries itself.
    words.add("INVALID_RECORD")
    names = {name for name, value in vars(refusals).items() if isinstance(value, Reason)}
    assert names - words == set()


# What the rewriting does, shown on a small document.

SMALL = f"""# Refusals

An introduction with E-GRANT-03 in it.

## Tokens: `E-TOKEN`

Something to read first.

{errors.HEAD}
| E-TOKEN-09 | `old` | It is gone. | When it was. | Nothing. |
| E-TOKEN-02 | `old` | An old sentence. | When a \\| b. | Do it. |

And something afterwards.
"""
REASONS = (
    Reason("E-TOKEN-02", "new", "A new | sentence."),
    Reason("E-TOKEN-01", "one", "The first."),
    Reason("E-NEW-01", "n", "New."),
)


def test_hand_written_cells_stay_and_the_rest_follows_the_code() -> None:
    after = errors.rewritten(SMALL, REASONS)
    assert [*errors.rows(after)] == [
        errors.Row("E-TOKEN-01", "one", "The first."),
        errors.Row("E-TOKEN-02", "new", "A new \\| sentence.", "When a \\| b.", "Do it."),
        errors.Row("E-NEW-01", "n", "New."),
    ]
    assert errors.incomplete(after) == ["E-TOKEN-01", "E-NEW-01"]


def test_what_is_no_table_stays_where_it_was() -> None:
    after = errors.rewritten(SMALL, REASONS)
    prose = [line for line in SMALL.splitlines() if line and not line.startswith("|")]
    assert [line for line in after.splitlines() if line in prose] == prose


def test_rewriting_twice_is_rewriting_once() -> None:
    once = errors.rewritten(SMALL, REASONS)
    assert errors.rewritten(once, REASONS) == once
