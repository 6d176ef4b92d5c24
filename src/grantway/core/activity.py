"""How much applications are used: numbers of each UTC day, and nothing about anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, TypeAlias, get_args

from grantway.core.model import DAY, Id, Instant

Metric: TypeAlias = Literal["tokens", "sign_ins", "refusals"]
METRICS: tuple[Metric, ...] = get_args(Metric)
By: TypeAlias = Literal["day", "error", "organization", "application"]
"""What numbers are added up by."""

KEPT_DAYS = 400
USUAL_DAYS = 30
"""Days that are told where nobody says which."""

_FIRST = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Tallied:
    """So many of something, of an application for an organization on one day.

    `organization_id` 0: none was known. `error_id` is of refusals alone.
    """

    client_id: str
    organization_id: Id
    day: str
    metric: Metric
    error_id: str
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one to another, both included, as `2026-11-21`. `metric` None: all of them."""

    first: str
    last: str
    metric: Metric | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of a day, an error, an organization or an application: what was asked by is set.

    An organization that is None is one that is not told, or was not known.
    """

    metric: Metric
    count: int
    day: str | None = None
    error_id: str | None = None
    organization_id: Id | None = None
    application_id: Id | None = None


def day_of(number: int) -> str:
    """The day after so many days since 1970."""
    return (_FIRST + timedelta(days=number)).isoformat()


def day_at(instant: Instant) -> str:
    """The UTC day of an instant."""
    return day_of(instant // DAY)


def parse_day(text: str) -> date | None:
    """A day in the one spelling that is stored; None for any other text."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


class ActivityKeeper(Protocol):
    """Writing what processes counted."""

    def add_activity(self, counted: Sequence[Tallied], *, ids: Sequence[Id]) -> None:
        """Add to the numbers, one upsert each; nothing for an application that is gone."""


class ActivityReader(Protocol):
    """What an organization reads of numbers."""

    def activity(self, span: Span, by: By, *, application_id: Id | None = None) -> tuple[Amount, ...]:
        """Sums that are not zero.

        Of an application: the owner reads all, another organization its own part. Of none: what any
        application did for this organization.
        """


class ActivitySweeping(Protocol):
    """Forgetting what is old."""

    def delete_activity(self, *, before: str, limit: int) -> int:
        """Delete numbers of days before this one, a limited number; how many lines there were."""
