"""What every door is made of: a unit of work, and the feed to note changes in."""

from __future__ import annotations

from grantway.storage.sql.feed import Feed
from grantway.storage.sql.unit import Unit


class Door:
    """A view of one unit of work."""

    def __init__(self, unit: Unit, feed: Feed) -> None:
        self._unit = unit
        self._feed = feed


def folded(text: str) -> str:
    """A text without letter case: what makes two addresses the same, and what a search compares."""
    return text.casefold()


def pattern(text: str | None) -> str:
    """The LIKE pattern for texts that contain this one; for all texts if there is none."""
    if not text:
        return "%"
    escaped = folded(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
