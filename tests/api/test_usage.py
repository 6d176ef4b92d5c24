"""What the makers of an application see of the minutes that people used it (B12, B15)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.core.budgets import Spender
from grantway.core.identifiers import to_text
from grantway.core.model import Application
from tests.api.cast import Cast


def usage(cast: Cast, application: Application, query: str = "") -> Any:
    result = cast.as_owner(
        "GET", f"/organizations/{{own}}/applications/{to_text(application.id)}/usage{query}"
    )
    return result.json if result.status_code == 200 else (result.status_code, result.json)


def test_minutes_of_a_sign_in_are_seen_by_day_and_person(cast: Cast) -> None:
    """B12: limited through the API, used by signing in, read through the API."""
    world = cast.world
    application = world.make.application(cast.own, "public", scopes=("openid",))
    place = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    limits = {"minutes_per_day": 40, "budget_time_zone": "Asia/Kolkata", "session_minutes": 60}
    changed = cast.as_owner("PATCH", place, limits, If_Match='"1"')
    assert changed.status_code == 200
    assert {name: changed.json[name] for name in limits} == limits
    assert usage(cast, application) == {"items": [], "next_cursor": None}
    people = [world.make.person(cast.own) for _ in range(3)]
    for person in people:
        assert world.authorize(application, person, scope="openid").tokens["expires_in"] == 900
    world.authorize(application, people[0], scope="openid")
    found = usage(cast, application)
    assert found["next_cursor"] is None
    seen = {one["subject"]: one for one in found["items"]}
    assert {subject: one["minutes"] for subject, one in seen.items()} == {
        to_text(people[0].id): 30,
        to_text(people[1].id): 15,
        to_text(people[2].id): 15,
    }
    one = seen[to_text(people[0].id)]
    assert (one["day"], one["subject_kind"]) == ("2026-11-21", "user")
    assert one["organization_id"] == to_text(cast.own.id)
    assert usage(cast, application, f"?subject={one['subject']}")["items"] == [one]
    lifted = cast.as_owner("PATCH", place, {"minutes_per_day": None}, If_Match=changed.headers["etag"])
    assert lifted.json["minutes_per_day"] is None
    assert world.authorize(application, people[0], scope="openid").tokens["expires_in"] == 900
    assert len(usage(cast, application)["items"]) == 3


def test_lines_are_read_page_by_page_and_found_by_day_and_person(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own)
    for number in range(7):
        spender = Spender(application.id, cast.other.id, "external", f"jo-{number % 2}")
        day = f"2026-11-{10 + number:02}"
        with world.store.begin() as tx:
            new_id = world.entropy.new_id()
            assert tx.gate.reserve_minutes(spender, day=day, minutes=number + 1, cap=60, new_id=new_id)
    days, query = [], "?limit=3"
    while True:
        page = usage(cast, application, query)
        days += [one["day"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"?limit=3&cursor={page['next_cursor']}"
    assert days == [f"2026-11-{day}" for day in range(16, 9, -1)]
    assert [one["minutes"] for one in usage(cast, application, "?subject=jo-1")["items"]] == [6, 4, 2]
    assert [one["minutes"] for one in usage(cast, application, "?day=2026-11-12")["items"]] == [3]
    for day in ("yesterday", "2026-11-31", "20261112", "2026-W46-4", "2026-1-2"):
        status, problem = usage(cast, application, f"?day={day}")
        assert (status, problem["errors"][0]["id"]) == (422, "E-BUDGET-03"), day


def test_old_lines_are_swept_away(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own)
    spender = Spender(application.id, cast.own.id, "user", "7tK")
    for day in ("2026-11-21", "2026-08-21", "2026-08-20"):
        with world.store.begin() as tx:
            new_id = world.entropy.new_id()
            assert tx.gate.reserve_minutes(spender, day=day, minutes=1, cap=60, new_id=new_id)
    assert world.product.housekeeping.step().usage == 1
    assert [one["day"] for one in usage(cast, application)["items"]] == ["2026-11-21", "2026-08-21"]


def test_the_usage_of_others_is_not_found(cast: Cast) -> None:
    foreign = replace(cast.world.make.application(cast.other))
    status, problem = usage(cast, foreign)
    assert (status, problem["error_id"]) == (404, "E-RECORD-02")
