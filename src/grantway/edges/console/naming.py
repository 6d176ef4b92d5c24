"""Names of the records that other records tell by their ids: read for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable

from grantway.core.identifiers import from_text
from grantway.core.listing import MOST_NAMED
from grantway.edges.console.here import Here


def people(here: Here, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of those who are members here; nobody else's."""
    return _names(here, "listMembers", "user_id", ids)


def applications(here: Here, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of those that the organization owns."""
    return _names(here, "listApplications", "id", ids)


def _names(here: Here, operation: str, key: str, ids: Iterable[str | None]) -> dict[str, str]:
    # What the log names is no id everywhere: the target of a failed sign-in, say.
    asked = sorted({one for one in ids if one and from_text(one)})
    if not asked or not here.may(operation):
        return {}
    found = {}
    for start in range(0, len(asked), MOST_NAMED):
        some = ",".join(asked[start : start + MOST_NAMED])
        for one in here.some(operation, query={"ids": some}, limit=MOST_NAMED).items:
            found[one[key]] = one["name"]
    return found
