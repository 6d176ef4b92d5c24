"""What every door is made of: a unit of work, and the feed to note changes in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from grantway.core.listing import MOST_NAMED, ApplicationFilter
from grantway.core.model import Id
from grantway.storage.sql.feed import Feed
from grantway.storage.sql.unit import Unit

_NEVER_OVER = 2**52
"""The window of a row that is only there to be locked: no sweep takes it away."""


class Door:
    """A view of one unit of work."""

    def __init__(self, unit: Unit, feed: Feed) -> None:
        self._unit = unit
        self._feed = feed

    def _one_at_a_time(self) -> None:
        """Wait until nobody else makes a person or verifies an address; it ends with the unit.

        Of two who take the same address at once the second then sees the first. A row that is written
        stays locked until the commit.
        """
        self._unit.rows(
            "count_attempt", bucket="lock.people", window_start=_NEVER_OVER, weight=1, most=2**31 - 2
        )


def sound(text: str) -> str:
    """A text that both databases can compare: what neither could store becomes U+FFFD, and is not found."""
    return text.replace("\x00", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def folded(text: str) -> str:
    """A text without letter case: what makes two addresses the same, and what a search compares."""
    return sound(text).casefold()


def pattern(text: str | None) -> str:
    """The LIKE pattern for texts that contain this one; for all texts if there is none."""
    return f"%{_plain(folded(text))}%" if text else "%"


def _plain(text: str) -> str:
    """A text without meaning to LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def item_pattern(text: str | None) -> str:
    """The LIKE pattern for stored lists of texts that have this one; for all lists if there is none."""
    return f"%{_plain(json.dumps(text, ensure_ascii=False))}%" if text else "%"


def asked_of(only: ApplicationFilter) -> dict[str, Any]:
    """The binds of both lists of applications."""
    return {
        "pattern": pattern(only.name),
        "client_id_": only.client_id or "",
        "state_": only.state or "",
        "type_": only.type or "",
        "publication_": only.publication or "",
        "preset_": only.preset or "",
        "dialect_pattern_": item_pattern(only.dialect),
        "archived_": -1 if only.is_archived is None else int(only.is_archived),
    }


def batched(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    """As many ids at once as one statement takes."""
    for start in range(0, len(ids), MOST_NAMED):
        yield ids[start : start + MOST_NAMED]


def named(ids: Sequence[Id]) -> dict[str, Id]:
    """The binds of records that are asked for by their ids; what is not needed names nobody."""
    if not ids:
        return {}
    asked = (*ids, *(0 for _ in range(MOST_NAMED - len(ids))))
    return {f"named_{number}": one for number, one in enumerate(asked[:MOST_NAMED])}
