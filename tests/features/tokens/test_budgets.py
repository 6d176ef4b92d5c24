"""Minutes of people: what a token may live of them, and that none is counted twice or lost (B11 to B15, B55)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import falcon.testing
import pytest

from grantway.core import errors
from grantway.core.budgets import Spender, UsageQuery
from grantway.core.errors import NotYet
from grantway.core.identifiers import to_text
from grantway.core.messages import Authorization, Subject
from grantway.core.model import SECOND, Application, Party
from grantway.core.policy import STANDARD
from grantway.edges.dialects import ALL as DIALECTS
from grantway.features.tokens.budgets import Budgets
from tests.abuse.story import Client, Story
from tests.kit.counts import count
from tests.kit.world import World

UNTIL_MIDNIGHT = 19 * 3_600
"""Seconds from the start of the tests until the day ends in New York."""


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def limited(story: Story, **settings: Any) -> Client:
    """An application whose people have so many minutes."""
    given = {"access_token_lifetime": 3_600, "budget_time_zone": "America/New_York", **settings}
    return story.client(story.acme, settings=given)


def refusal(result: falcon.testing.Result) -> tuple[int, str, str | None]:
    """Status, id, and in how many seconds to come back."""
    return result.status_code, result.json["error_id"], result.headers.get("retry-after")


def ledger(story: Story, application: Application) -> list[tuple[str, str, int]]:
    with story.world.store.read() as tx:
        found = tx.organization(application.organization_id).usage(UsageQuery(application.id, 100))
    return [(one.day, one.subject, one.minutes) for one in found]


def test_a_day_gives_what_it_has_and_then_refuses_until_the_next(story: Story) -> None:
    """B12, B15: 90 minutes are a token of an hour and one of half an hour; the grant lives on."""
    client = limited(story, minutes_per_day=90)
    me = to_text(story.person.id)
    first = story.tokens(client)
    assert first["expires_in"] == 3_600
    second = story.refresh(client, first["refresh_token"]).json
    assert second["expires_in"] == 1_800
    refused = story.refresh(client, second["refresh_token"])
    assert refusal(refused) == (403, "E-BUDGET-01", str(UNTIL_MIDNIGHT))
    assert refused.json["error"] == "access_denied"
    assert ledger(story, client.application) == [("2026-11-21", me, 90)]
    story.world.advance(UNTIL_MIDNIGHT - 1)
    assert refusal(story.refresh(client, second["refresh_token"])) == (403, "E-BUDGET-01", "1")
    story.world.advance(1)
    # The refusal rolled back: the same refresh token is good for the next day.
    assert story.refresh(client, second["refresh_token"]).json["expires_in"] == 3_600
    assert ledger(story, client.application) == [("2026-11-22", me, 60), ("2026-11-21", me, 90)]


def test_a_refused_code_stays_unspent(story: Story) -> None:
    """What is raised rolls back: half a minute later it is another day."""
    client = limited(story, minutes_per_day=60)
    story.tokens(client)
    story.world.advance(UNTIL_MIDNIGHT - 30)
    code = story.code(client)
    assert refusal(story.redeem(client, code)) == (403, "E-BUDGET-01", "30")
    story.world.advance(31)
    assert story.redeem(client, code).json["expires_in"] == 3_600


def test_a_refused_request_reserves_nothing(story: Story) -> None:
    client = limited(story, minutes_per_day=60)
    code = story.code(client)
    assert story.redeem(client, code, code_verifier="x" * 43).status_code == 400
    assert ledger(story, client.application) == []
    tokens = story.redeem(client, code).json
    asked = story.refresh(client, tokens["refresh_token"], scope="orders:write")
    assert (asked.status_code, asked.json["error"]) == (400, "invalid_scope")
    assert [minutes for _, _, minutes in ledger(story, client.application)] == [60]


def test_no_token_outlives_the_day_it_is_counted_on(story: Story) -> None:
    """Each minute belongs to one day: ten minutes before midnight a token gets ten."""
    client = limited(story, minutes_per_day=60)
    story.world.advance(UNTIL_MIDNIGHT - 601.5)
    assert story.tokens(client)["expires_in"] == 602
    story.world.advance(601.5)
    assert story.tokens(client)["expires_in"] == 3_600
    assert [minutes for _, _, minutes in ledger(story, client.application)] == [60, 11]


DAYS = (
    ("Asia/Kathmandu", "2027-03-14", "2027-03-13T18:15:00Z", 24),
    ("EST", "2027-03-15", "2027-03-15T05:00:00Z", 24),
    ("Australia/Adelaide", "2027-04-04", "2027-04-03T13:30:00Z", 25),
    ("America/New_York", "2027-11-07", "2027-11-07T04:00:00Z", 25),
    ("America/New_York", "2028-03-12", "2028-03-12T05:00:00Z", 23),
    ("America/New_York", "2028-03-13", "2028-03-13T04:00:00Z", 24),
)
"""Zones with a day of each, its start, and its hours, in the order of time."""


def test_a_day_of_any_length_is_used_up_exactly(world: World) -> None:
    """E13: tokens of an hour for as long as there are minutes: the whole day, and not one more."""
    organization = world.make.organization()
    for zone, day, starts, hours in DAYS:
        settings = replace(STANDARD.settings, minutes_per_day=1_500, budget_time_zone=zone)
        application = replace(world.make.application(organization), settings=settings)
        spender = Spender(application.id, organization.id, "external", "joe")
        world.clock.advance((instant(starts) - world.clock.now()) // SECOND)
        for hour in range(hours):
            assert allotted(world, application, lifetime=3_600) == 3_600
            assert reserved(world, spender, day) == (hour + 1) * 60
            world.clock.advance(3_600)
        # The next token is of the next day.
        assert allotted(world, application, lifetime=3_600) == 3_600
        assert reserved(world, spender, day) == hours * 60


LIMITS: tuple[tuple[dict[str, Any], int, int, int], ...] = (
    ({}, 0, 86_400, 86_400),
    ({"session_minutes": 10}, 0, 86_400, 600),
    ({"session_minutes": 10}, 0, 300, 300),
    ({"minutes_per_day": 10}, 0, 86_400, 600),
    ({"minutes_per_day": 10}, 4, 86_400, 360),
    ({"minutes_per_day": 10}, 4, 361, 360),
    ({"minutes_per_day": 10}, 4, 90, 90),
    ({"minutes_per_day": 10, "session_minutes": 5}, 4, 86_400, 300),
    ({"minutes_per_day": 10, "session_minutes": 8}, 4, 86_400, 360),
    ({"minutes_per_day": 1_500}, 0, 86_400, UNTIL_MIDNIGHT),
)
"""Settings, minutes used before, the seconds that the policy would give, and those that are given."""


def test_the_shortest_limit_wins(world: World) -> None:
    """B55: the policy's life, the sign-in's time, what is left of the day, the end of the day."""
    organization = world.make.organization()
    for changes, used, asked, given in LIMITS:
        settings = replace(STANDARD.settings, budget_time_zone="America/New_York", **changes)
        application = replace(world.make.application(organization), settings=settings)
        if used:
            assert allotted(world, application, lifetime=used * 60) == used * 60
        assert allotted(world, application, lifetime=asked) == given, changes


def test_external_subjects_are_counted_and_programs_are_not(world: World) -> None:
    """B15: limits bind only tokens that speak for somebody."""
    settings = replace(STANDARD.settings, minutes_per_day=1, session_minutes=1)
    application = replace(world.make.application(world.make.organization()), settings=settings)
    for kind in ("none", "service_account"):
        for _ in range(3):
            assert allotted(world, application, lifetime=900, subject=Subject(kind)) == 900
    assert allotted(world, application, lifetime=900) == 60
    assert allotted(world, application, lifetime=900, subject=Subject("external", None, "jim")) == 60
    with pytest.raises(NotYet) as refused:
        allotted(world, application, lifetime=900)
    assert refused.value.reason == errors.BUDGET_DAY


def test_a_machine_is_not_counted(story: Story) -> None:
    """B15: client credentials write nothing, whatever the limits of people."""
    client = limited(story, minutes_per_day=1, session_minutes=1)
    for _ in range(3):
        answer = story.world.token(client.application, client.secret, grant_type="client_credentials")
        assert answer.json["expires_in"] == 3_600
    assert ledger(story, client.application) == []


def test_each_person_has_minutes_of_their_own(story: Story) -> None:
    client = limited(story, minutes_per_day=60)
    other = story.world.make.person(story.acme)
    for person in (story.person, other):
        assert story.tokens(client, person)["expires_in"] == 3_600
    assert refusal(story.redeem(client, story.code(client)))[1] == "E-BUDGET-01"


def test_a_sign_in_ends_with_its_minutes_however_often_it_is_refreshed(story: Story) -> None:
    """B11: 90 minutes after the sign-in no token of it lives, and none can be had."""
    client = limited(story, session_minutes=90)
    tokens = story.tokens(client)
    assert tokens["expires_in"] == 3_600
    story.world.advance(3_000)
    tokens = story.refresh(client, tokens["refresh_token"]).json
    assert tokens["expires_in"] == 90 * 60 - 3_000
    story.world.advance(90 * 60 - 3_000)
    assert not story.is_alive(tokens["access_token"])
    ended = story.refresh(client, tokens["refresh_token"])
    # The grant itself is over: nothing is left to be refreshed.
    assert refusal(ended) == (400, "E-GRANT-10", None)
    assert story.tokens(client)["expires_in"] == 3_600


def test_a_shorter_time_holds_for_who_is_signed_in(story: Story) -> None:
    client = limited(story)
    tokens = story.tokens(client)
    settings = replace(client.application.settings, session_minutes=20)
    story.world.make.change_application(client.application, settings=settings)
    story.world.advance(1_000)
    tokens = story.refresh(client, tokens["refresh_token"]).json
    assert tokens["expires_in"] == 200
    story.world.advance(200)
    refused = story.refresh(client, tokens["refresh_token"])
    assert refusal(refused) == (400, "E-BUDGET-02", None)


def test_many_at_once_over_two_processes_never_get_more_than_the_day_has(story: Story) -> None:
    """E13, E02: every granted second is in the ledger, and the ledger is within the cap."""
    other = story.world.beside()
    for _ in range(count(1, 100)):
        client = limited(story, access_token_lifetime=1_500, minutes_per_day=90)
        refreshes = [story.tokens(client)["refresh_token"]]
        other_person = story.world.make.person(story.acme)
        codes = [story.code(client) for _ in range(8)]
        foreign = story.code(client, other_person)

        def redeem(number: int, codes: list[str] = codes, client: Client = client) -> int:
            story_of = Story.__new__(Story)
            story_of.world = other if number % 2 else story.world
            answer = story_of.redeem(client, codes[number])
            if answer.status_code == 200:
                return int(answer.json["expires_in"])
            assert refusal(answer)[1] == "E-BUDGET-01"
            return 0

        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(redeem, range(8)))
        assert sorted(given) == [0] * 5 + [900, 1_500, 1_500]
        assert story.redeem(client, foreign).json["expires_in"] == 1_500
        assert refusal(story.refresh(client, refreshes[0]))[1] == "E-BUDGET-01"
        assert sorted(minutes for _, _, minutes in ledger(story, client.application)) == [25, 90]
    other.close()


def test_no_preset_limits_what_an_application_could_not_lift() -> None:
    """A setting that is left out, or null, is the preset's; so null means no limit everywhere."""
    for preset in (STANDARD, *(one.preset for one in DIALECTS)):
        assert preset.settings.session_minutes is None
        assert preset.settings.minutes_per_day is None
        assert preset.settings.networks == ()


def allotted(
    world: World,
    application: Application,
    *,
    lifetime: int,
    subject: Subject = Subject("external", None, "joe"),  # noqa: B008 - a frozen value
) -> int:
    """What a token of somebody is allotted now."""
    with world.store.begin() as tx:
        organization = tx.gate.organization_record(application.organization_id)
        assert organization is not None
        authorization = Authorization(organization.id, "credential", Party(organization), subject)
        return Budgets(world.services).allotted(
            tx, application, authorization, lifetime=lifetime, now=world.clock.now()
        )


def reserved(world: World, spender: Spender, day: str) -> int:
    with world.store.read() as tx:
        return tx.gate.reserved_minutes(spender, day=day)


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp()) * SECOND
