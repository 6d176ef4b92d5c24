"""Each statement of the five guides is shown by a test, or its row says why we do something else."""

from __future__ import annotations

import re

import pytest

from tools import attacks

SEEDS = {
    "nexus211": ("N", [*range(1, 7), *range(10, 15), *range(16, 22)]),
    "deeplynx": ("D", [*range(1, 7), *range(24, 27), 31, 36, 37, 41, 42, 63, 64, *range(101, 104)]),
    "cxone": ("C", [*range(1, 24)]),
    "nitro": ("B", [1, 2, 3, *range(5, 15), *range(18, 26), 27, 28, 40, 53, 54]),
    "nexusguard": ("G", [1, 8, 13, *range(15, 23), 26, 27, 28, 30]),
}
"""The facts that a guide itself states, by system; every other is published elsewhere or our own conclusion."""

WAITING = frozenset({"C61", "D60", "D61", "N50", "N51", "N52", "N53", "N54", "N66"})
"""Signing out, an upstream's tokens, networks and contacts, and shutting out single members."""
_A_PAGE = re.compile(r"not yet: .*\b(?:console|page|tab)\b")
_ROW = re.compile(r"^\| ([NDCBG]\d+) \| (\w+) \|.*\| ([^|]+) \|$", re.MULTILINE)

every_system = pytest.mark.parametrize("system", SEEDS)


def rows(system: str) -> dict[str, tuple[str, str]]:
    """The source and the verdict of each fact."""
    text = (attacks.ROOT / "docs" / "dialects" / f"{system}.md").read_text(encoding="utf-8")
    return {known: (source, verdict) for known, source, verdict in _ROW.findall(text)}


def test_a_hundred_facts_are_of_the_guides_themselves() -> None:
    assert [len(numbers) for _, numbers in SEEDS.values()] == [17, 19, 23, 26, 15]


@every_system
def test_the_page_of_a_system_says_which_facts_are_of_its_guide(system: str) -> None:
    letter, numbers = SEEDS[system]
    said = [known for known, (source, _) in rows(system).items() if source == "seed"]
    assert said == [f"{letter}{number}" for number in numbers]


@every_system
def test_each_fact_of_a_guide_is_tested_or_says_why_not(system: str) -> None:
    open_ = {
        known: verdict
        for known, (source, verdict) in rows(system).items()
        if source == "seed"
        and not verdict.startswith(("tested by", "differs: ", "not applicable: "))
        and not _A_PAGE.match(verdict)
    }
    assert open_ == {}


@every_system
def test_nothing_waits_but_pages_of_the_console_and_what_is_named_here(system: str) -> None:
    waiting = {
        known: verdict
        for known, (_, verdict) in rows(system).items()
        if verdict.startswith("not yet") and known not in WAITING and not _A_PAGE.match(verdict)
    }
    assert waiting == {}
