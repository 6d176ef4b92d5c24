"""How much applications are used: counted in processes, added up by day, refusal, organization, application."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.activity import KEPT_DAYS
from grantway.core.asker import ASKER
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from grantway.edges.dialects.standard import paths
from tests.api.cast import Cast
from tests.kit.factories import Person

TODAY = "2026-11-21"


def activity(
    cast: Cast, application: Application | None, query: str = "", at: Organization | None = None
) -> list[dict[str, Any]]:
    cast.world.product.remember_uses()
    caller = cast.caller("owner" if at is None else "operator")
    path = f"/organizations/{to_text((at or cast.own).id)}"
    if application is not None:
        path += f"/applications/{to_text(application.id)}"
    answered = cast.call(caller, "GET", f"{path}/activity{query}")
    assert answered.status_code == 200, answered.json
    items: list[dict[str, Any]] = answered.json["items"]
    return [{name: value for name, value in one.items() if value is not None} for one in items]


@pytest.fixture
def used(cast: Cast) -> tuple[Application, Person]:
    """An application that a person of another organization signed in to, and that was refused twice."""
    world = cast.world
    application = world.make.application(cast.own, "public", audience_effective="any_organization")
    world.make.installation(application, cast.other)
    person = world.make.person(cast.other)
    world.authorize(application, person, scope="openid")
    for redirect in ("https://a.example", "https://b.example"):
        ASKER.client = None
        query = urlencode({"client_id": application.client_id, "redirect_uri": redirect})
        world.client.simulate_get(paths.AUTHORIZE, query_string=query)
    return application, person


def test_the_owner_reads_days_refusals_and_organizations(
    cast: Cast, used: tuple[Application, Person]
) -> None:
    application, other = used[0], to_text(cast.other.id)
    assert activity(cast, application) == [
        {"metric": "refusals", "day": TODAY, "count": 2},
        {"metric": "sign_ins", "day": TODAY, "count": 1},
        {"metric": "tokens", "day": TODAY, "count": 1},
    ]
    assert activity(cast, application, "?by=error") == [
        {"metric": "refusals", "error_id": "E-AUTHORIZE-04", "count": 2}
    ]
    told = activity(cast, application, "?by=organization")
    assert sorted(told, key=str) == sorted(
        [
            {"metric": "refusals", "count": 2},
            {"metric": "sign_ins", "organization_id": other, "count": 1},
            {"metric": "tokens", "organization_id": other, "count": 1},
        ],
        key=str,
    )


def test_of_whom_it_does_not_know_the_owner_reads_numbers_alone(cast: Cast) -> None:
    """An organization whose people come by the audience is none that installed the application."""
    world = cast.world
    application = world.make.application(cast.own, "public", audience_effective="any_organization")
    world.authorize(application, world.make.person(cast.other), scope="openid")
    assert activity(cast, application, "?by=organization&metric=tokens") == [{"metric": "tokens", "count": 1}]


def test_a_customer_reads_its_own_part(cast: Cast, used: tuple[Application, Person]) -> None:
    application, world = used[0], cast.world
    world.authorize(application, world.make.person(cast.own), scope="openid")
    mine = [{"metric": "sign_ins", "day": TODAY, "count": 1}, {"metric": "tokens", "day": TODAY, "count": 1}]
    assert activity(cast, application, at=cast.other) == mine
    assert activity(cast, None, at=cast.other) == mine
    by = activity(cast, None, "?by=application&metric=tokens", at=cast.other)
    assert by == [{"metric": "tokens", "application_id": to_text(application.id), "count": 1}]
    assert activity(cast, None, "?by=error", at=cast.other) == []
    assert [one["count"] for one in activity(cast, application, "?metric=tokens")] == [2]


def test_days_are_days_of_utc_and_are_asked_for_from_and_to(
    cast: Cast, used: tuple[Application, Person]
) -> None:
    application, world = used[0], cast.world
    cast.world.product.remember_uses()
    world.advance(14 * 3_600 - 1)
    cast.sign_in_again()
    world.authorize(application, used[1], scope="openid")
    world.advance(1)
    world.authorize(application, used[1], scope="openid")
    counts = {one["day"]: one["count"] for one in activity(cast, application, "?metric=tokens")}
    assert counts == {TODAY: 2, "2026-11-22": 1}
    for query, days in (
        ("&from=2026-11-22", ["2026-11-22"]),
        ("&to=2026-11-21", [TODAY]),
        ("&from=2026-11-21&to=2026-11-22", [TODAY, "2026-11-22"]),
        ("&from=2026-11-23&to=2026-11-30", []),
        ("&from=2026-11-23&to=2026-11-01", []),
        ("&to=0001-01-01", []),
        ("&from=2026-11-22&to=9999-12-31", ["2026-11-22"]),
    ):
        assert [one["day"] for one in activity(cast, application, "?metric=tokens" + query)] == days
    place = f"/organizations/{{own}}/applications/{to_text(application.id)}/activity"
    for query in ("?from=yesterday", "?to=2026-11-31", "?from=20261121", "?by=application", "?metric=x"):
        assert cast.as_owner("GET", place + query).status_code == 422, query


def test_several_processes_add_up(cast: Cast, used: tuple[Application, Person]) -> None:
    application, beside = used[0], cast.world.beside()
    for _ in range(3):
        beside.authorize(application, used[1], scope="openid")
        beside.product.remember_uses()
    beside.close()
    assert activity(cast, application, "?metric=tokens") == [{"metric": "tokens", "day": TODAY, "count": 4}]


def test_old_days_are_swept_away(cast: Cast, used: tuple[Application, Person]) -> None:
    application, world = used[0], cast.world
    world.product.remember_uses()
    world.advance(KEPT_DAYS * 86_400)
    cast.sign_in_again()
    assert world.product.housekeeping.step().activity == 0
    everything = "?from=2026-01-01&metric=refusals"
    assert len(activity(cast, application, everything)) == 1
    world.advance(86_400)
    cast.sign_in_again()
    assert world.product.housekeeping.step().activity == 3
    assert activity(cast, application, everything) == []
