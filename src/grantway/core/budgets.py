"""Minutes that people may use an application for: the days they belong to, and the ledger of what is spent.

A token reserves its whole life when it is made: every started minute of it, of one day. What was
reserved is not given back, because nobody can know how much of a token was used.

Days are those of an IANA time zone (B13). Usually they have 24 hours; where clocks are set, 23 or 25,
or something between. The days of a zone follow one another without gap or overlap: a clock that is
set back over midnight does not bring yesterday back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from grantway.core.model import SECOND, Id, Instant

LONGEST_DAY = 25 * 60
"""Minutes of a day on which clocks are set back an hour: no budget of a day needs to be higher."""

_START = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day of a time zone: from its first instant until the first of the next."""

    date: date
    starts_at: Instant
    ends_at: Instant


@dataclass(frozen=True, slots=True)
class Spender:
    """Whose minutes are counted: somebody, for an application, in an organization.

    `subject` is a user's id as text, or the reference of an external subject; the kind tells the two apart.
    """

    application_id: Id
    organization_id: Id
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How many minutes somebody reserved on a day, `day` as in 2026-11-21."""

    id: Id
    day: str
    organization_id: Id
    kind: str
    subject: str
    minutes: int


@dataclass(frozen=True, slots=True)
class UsageQuery:
    """Which lines of the ledger to read: those of an application, the latest day first."""

    application_id: Id
    limit: int
    after: Id = 0
    day: str | None = None
    subject: str | None = None


class MinuteLedger(Protocol):
    """Where minutes are reserved, in the transaction that makes the token."""

    def reserve_minutes(self, spender: Spender, *, day: str, minutes: int, cap: int, new_id: Id) -> bool:
        """Add to the minutes of a day unless they would exceed the cap: one upsert.

        False leaves them as they are and holds the line until the unit ends. `new_id` names the line
        if there is none yet.
        """

    def reserved_minutes(self, spender: Spender, *, day: str) -> int:
        """How many minutes of a day are reserved."""


class UsageReader(Protocol):
    """What the owner of an application sees of it."""

    def usage(self, query: UsageQuery) -> tuple[Usage, ...]:
        """Lines about an own application, by day from the latest and then by id from the highest."""


class UsageDesk(Protocol):
    """The end of old lines."""

    def delete_usage(self, *, before: str, limit: int) -> int:
        """Delete lines of days before this one, a limited number; how many there were."""


def day_at(now: Instant, zone: tzinfo) -> LocalDay:
    """The day of a zone that an instant belongs to."""
    local = (_START + timedelta(microseconds=now)).astimezone(zone)
    today = local.date()
    ends_at = _start_of(today + _DAY, zone)
    if ends_at <= now:
        # The clock was set back over midnight: the new day has begun already, and stays.
        today, ends_at = today + _DAY, _start_of(today + 2 * _DAY, zone)
    return LocalDay(today, _start_of(today, zone), ends_at)


def minutes_of(seconds: int) -> int:
    """The started minutes of a duration."""
    return -(-seconds // 60)


def _start_of(day: date, zone: tzinfo) -> Instant:
    """The first instant at which the clocks of a zone show this day or a later one."""
    midnight = datetime.combine(day, time(), zone)
    first, second = _seconds(midnight), _seconds(midnight.replace(fold=1))
    if first <= second:
        return first * SECOND
    # Clocks are set forward over midnight, so it is on no clock: the day starts with what they show then.
    before, after = second - 1, first
    while after - before > 1:
        middle = (before + after) // 2
        if (_START + timedelta(seconds=middle)).astimezone(zone).date() < day:
            before = middle
        else:
            after = middle
    return after * SECOND


def _seconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _START) // timedelta(seconds=1)
