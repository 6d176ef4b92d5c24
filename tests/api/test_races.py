"""Calls at the same moment: one of them wins, and nothing is lost, doubled or left without an owner."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.kit.counts import count

APPLICATIONS = "/organizations/{own}/applications"
ROUNDS = count(5, 200)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The answers of calls that start together."""
    barrier = Barrier(len(calls))

    def start(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(start, call) for call in calls]]


def test_of_changes_with_the_same_tag_one_wins(cast: Cast) -> None:
    made = cast.as_owner("POST", APPLICATIONS, {"type": "backend", "name": "Orbit"}).json
    place = f"{APPLICATIONS}/{made['id']}"
    for version in range(1, ROUNDS + 1):
        change = partial(cast.as_owner, "PATCH", place, If_Match=f'"{version}"')
        answers = at_once(*(partial(change, {"name": name}) for name in ("One", "Two", "Three", "Four")))
        assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
        won = next(one for one in answers if one.status_code == 200)
        assert cast.as_owner("GET", place).json == won.json


def test_a_create_sent_several_times_at_once_is_done_once(cast: Cast) -> None:
    place = f"{APPLICATIONS}/{cast.records(cast.own).ids['application_id']}/secrets"
    known = len(cast.as_owner("GET", place).json["items"])
    for number in range(ROUNDS):
        if known + number >= 9:
            place = f"{APPLICATIONS}/{cast.records(cast.own).ids['application_id']}/secrets"
            known = 1 - number
        answers = at_once(*[partial(cast.as_owner, "POST", place, {}, Idempotency_Key=f"key-{number}")] * 4)
        assert [one.status_code for one in answers] == [201] * 4
        assert len({one.json["secret"] for one in answers}) == 1
        assert len(cast.as_owner("GET", place).json["items"]) == known + number + 1


def test_two_owners_who_unmake_each_other_leave_one(cast: Cast) -> None:
    operator = cast.caller("operator")
    for _ in range(ROUNDS):
        organization = cast.world.make.organization()
        people = [cast.world.make.person(organization, role="owner") for _ in range(2)]
        members = f"/organizations/{to_text(organization.id)}/members"
        demote, remove = (f"{members}/{to_text(person.id)}" for person in people)
        answers = at_once(
            partial(cast.call, operator, "PATCH", demote, {"role": "member"}, If_Match='"1"'),
            partial(cast.call, operator, "DELETE", remove),
        )
        assert sorted(one.status_code < 300 for one in answers) == [False, True]
        with cast.world.store.begin() as tx:
            assert tx.organization(organization.id).owners() == 1


def test_two_apis_of_one_identifier_are_never_made(cast: Cast) -> None:
    place = "/organizations/{own}/apis"
    for number in range(ROUNDS):
        body = {"identifier": f"https://api-{number}.twins.example.test", "name": "Twin"}
        answers = at_once(*[partial(cast.as_operator, "POST", place, body)] * 3)
        assert {one.status_code for one in answers if one.status_code != 201} <= {409, 422}
        assert sum(one.status_code == 201 for one in answers) == 1
