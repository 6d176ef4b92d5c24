"""Days of time zones: without gap or overlap, whatever their clocks do (B13, E13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grantway.core.budgets import LONGEST_DAY, day_at, minutes_of
from grantway.core.model import HOUR, MINUTE, SECOND, Instant
from tests.kit.counts import count

START = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = (
    "UTC",
    "America/New_York",
    "EST",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Beirut",
    "Africa/Casablanca",
    "America/Scoresbysund",
    "Asia/Tehran",
)


def instant(text: str) -> Instant:
    """An instant, from a time in UTC."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - START) // timedelta(microseconds=1)


def shown(now: Instant, zone: str) -> date:
    """What the calendars of a zone show."""
    return (START + timedelta(microseconds=now)).astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("zone", "now", "day", "starts_at", "hours"),
    [
        ("UTC", "2026-11-21 10:00", "2026-11-21", "2026-11-21 00:00", 24),
        ("America/New_York", "2026-11-21 04:59:59", "2026-11-20", "2026-11-20 05:00", 24),
        ("America/New_York", "2026-11-21 05:00", "2026-11-21", "2026-11-21 05:00", 24),
        # Clocks are set forward and back.
        ("America/New_York", "2026-03-08 12:00", "2026-03-08", "2026-03-08 05:00", 23),
        ("America/New_York", "2026-11-01 12:00", "2026-11-01", "2026-11-01 04:00", 25),
        ("Europe/Berlin", "2026-03-29 12:00", "2026-03-29", "2026-03-28 23:00", 23),
        ("Europe/Berlin", "2026-10-25 12:00", "2026-10-25", "2026-10-24 22:00", 25),
        # No summer time, though its name is that of New York's winter.
        ("EST", "2026-07-01 04:30", "2026-06-30", "2026-06-30 05:00", 24),
        ("America/New_York", "2026-07-01 04:30", "2026-07-01", "2026-07-01 04:00", 24),
        # Offsets of half and quarter hours; half an hour of summer time.
        ("Asia/Kolkata", "2026-11-20 18:30", "2026-11-21", "2026-11-20 18:30", 24),
        ("Asia/Kathmandu", "2026-11-20 18:14:59", "2026-11-20", "2026-11-19 18:15", 24),
        ("Asia/Kathmandu", "2026-11-20 18:15", "2026-11-21", "2026-11-20 18:15", 24),
        ("Australia/Lord_Howe", "2026-10-03 20:00", "2026-10-04", "2026-10-03 13:30", 23.5),
        ("Australia/Lord_Howe", "2026-04-04 20:00", "2026-04-05", "2026-04-04 13:00", 24.5),
        # Clocks are set forward at midnight: the day starts at one.
        ("America/Sao_Paulo", "2018-11-04 12:00", "2018-11-04", "2018-11-04 03:00", 23),
        ("Asia/Beirut", "2022-03-27 12:00", "2022-03-27", "2022-03-26 22:00", 23),
        # Clocks are set back at midnight, to the day before.
        ("America/Sao_Paulo", "2018-02-18 02:30", "2018-02-17", "2018-02-17 02:00", 25),
        # Midnight is there twice.
        ("America/Havana", "2026-11-01 05:30", "2026-11-01", "2026-11-01 04:00", 25),
        # A minute past midnight, clocks are set back to 23:01: the day that had begun goes on.
        ("America/St_Johns", "2010-11-07 02:29:59", "2010-11-06", "2010-11-06 02:30", 24),
        ("America/St_Johns", "2010-11-07 02:30:30", "2010-11-07", "2010-11-07 02:30", 25),
        ("America/St_Johns", "2010-11-07 03:00", "2010-11-07", "2010-11-07 02:30", 25),
        # A day that a country skipped.
        ("Pacific/Apia", "2011-12-30 09:59:59", "2011-12-29", "2011-12-29 10:00", 24),
        ("Pacific/Apia", "2011-12-30 10:00", "2011-12-31", "2011-12-30 10:00", 24),
    ],
)
def test_a_day_is_that_of_the_zone(zone: str, now: str, day: str, starts_at: str, hours: float) -> None:
    """E13: 23, 24 and 25 hours, and what lies between."""
    found = day_at(instant(now), ZoneInfo(zone))
    assert found.date.isoformat() == day
    assert found.starts_at == instant(starts_at)
    assert found.ends_at - found.starts_at == hours * HOUR


@pytest.mark.parametrize("zone", ZONES)
def test_days_follow_one_another_without_gap_or_overlap(zone: str) -> None:
    """E13: 30 years of days, each of which begins where the last one ended."""
    now, end = instant("2000-01-01"), instant("2000-01-01") + count(bounded=2, full=30) * 366 * 24 * HOUR
    day = day_at(now, ZoneInfo(zone))
    while day.ends_at < end:
        following = day_at(day.ends_at, ZoneInfo(zone))
        assert following.starts_at == day.ends_at
        assert following.date > day.date
        assert day_at(day.ends_at - 1, ZoneInfo(zone)) == day
        assert 0 < following.ends_at - following.starts_at <= LONGEST_DAY * MINUTE
        day = following


@settings(max_examples=count(bounded=200, full=20_000), deadline=None)
@given(
    now=st.integers(instant("1975-01-01"), instant("2036-01-01")),
    zone=st.sampled_from(ZONES),
)
@example(now=instant("2010-11-07 03:00"), zone="America/St_Johns")
def test_every_instant_belongs_to_the_one_day_that_clocks_showed_last(now: Instant, zone: str) -> None:
    """E13: the latest date that was shown until then, as somebody sees who only tears pages off."""
    day = day_at(now, ZoneInfo(zone))
    assert day.starts_at <= now < day.ends_at
    assert day.starts_at % SECOND == 0
    lately = range(now, now - 2 * HOUR, -10 * SECOND)
    assert day.date == max(shown(one, zone) for one in lately)
    assert shown(day.starts_at, zone) >= day.date > shown(day.starts_at - 1, zone)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(1, 1), (59, 1), (60, 1), (61, 2), (3_600, 60), (3_601, 61)]
)
def test_a_started_minute_counts(seconds: int, minutes: int) -> None:
    assert minutes_of(seconds) == minutes
