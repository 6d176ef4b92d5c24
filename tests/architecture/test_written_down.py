"""What has to be written down is, and says what the code does."""

from __future__ import annotations

from grantway.core.model import DAY, HOUR
from grantway.features.accounts import sessions
from grantway.storage.sql.tables import METADATA
from tests.architecture import tree

PAGE = (tree.ROOT / "docs" / "security" / "sign-in.md").read_text(encoding="utf-8")


def row_of(name: str) -> list[str]:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_lives_of_sessions_are_written_down_with_reasons() -> None:
    """C240: idle and absolute."""
    for name, told in (
        ("idle", f"{sessions.IDLE_LIFETIME // HOUR} hours"),
        ("absolute", f"{sessions.ABSOLUTE_LIFETIME // DAY} days"),
    ):
        cells = row_of(name)
        assert cells[1] == told
        assert len(cells[2].split()) > 5, "why"


def test_the_number_of_sessions_is_written_down() -> None:
    """C241: how many there may be at once, and why."""
    assert row_of("number")[1] == "not limited"
    assert len(row_of("number")[2].split()) > 5


def test_the_ways_to_sign_in_are_written_down_with_their_strength() -> None:
    """C195: the password, and what a link opens."""
    assert "single-factor" in PAGE
    for way in ("activation", "set-up"):
        assert row_of(way)


def test_there_is_no_hint_and_no_secret_question() -> None:
    """C217: no column keeps one, so no page can ask for it; the page says so."""
    columns = {column.name for column in METADATA.tables["users"].columns}
    assert not {name for name in columns if "hint" in name or "question" in name or "answer" in name}
    assert "no hints and no secret questions" in " ".join(PAGE.split())
