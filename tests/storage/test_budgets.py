"""The ledger of minutes: one upsert that never exceeds the cap, on both databases, whoever races."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import count as numbers

import pytest

from grantway.core.budgets import Spender, Usage, UsageQuery
from grantway.core.ports import Store
from tests.kit.counts import count
from tests.storage.minutes import reserve_from_process
from tests.storage.racers import together
from tests.storage.records import ACME, BOLT, PORTAL

THREADS = 16
DAY = "2026-11-21"
ANN = Spender(PORTAL, ACME, "user", "ann")
_ids = numbers(1)


def reserve(store: Store, minutes: int, cap: int = 60, spender: Spender = ANN, day: str = DAY) -> bool:
    with store.begin() as tx:
        return tx.gate.reserve_minutes(spender, day=day, minutes=minutes, cap=cap, new_id=next(_ids))


def reserved(store: Store, spender: Spender = ANN, day: str = DAY) -> int:
    with store.read() as tx:
        return tx.gate.reserved_minutes(spender, day=day)


def lines(store: Store, organization_id: int = ACME, **query: object) -> list[tuple[str, str, int]]:
    asked = {"application_id": PORTAL, "limit": 100, **query}
    with store.read() as tx:
        found = tx.organization(organization_id).usage(UsageQuery(**asked))  # type: ignore[arg-type]
    return [(one.day, f"{one.kind}:{one.subject}", one.minutes) for one in found]


@pytest.mark.parametrize(
    ("asked", "granted", "left"),
    [
        ([60], [True], 60),
        ([61], [False], 0),
        ([30, 30], [True, True], 60),
        ([30, 30, 1], [True, True, False], 60),
        ([59, 2, 1], [True, False, True], 60),
    ],
)
def test_minutes_are_reserved_up_to_the_cap(
    store: Store, asked: list[int], granted: list[bool], left: int
) -> None:
    """B12: the first line of a day is held to the cap as well."""
    assert [reserve(store, minutes) for minutes in asked] == granted
    assert reserved(store) == left


def test_a_lower_cap_refuses_and_takes_nothing_back(store: Store) -> None:
    assert reserve(store, 50)
    assert not reserve(store, 1, cap=40)
    assert reserved(store) == 50
    assert reserve(store, 1, cap=51)


def test_each_person_application_organization_and_day_has_minutes_of_its_own(store: Store) -> None:
    others = [
        Spender(PORTAL, ACME, "external", "ann"),
        Spender(PORTAL, ACME, "user", "bob"),
        Spender(PORTAL, BOLT, "user", "ann"),
        Spender(PORTAL + 1, ACME, "user", "ann"),
        Spender(PORTAL, ACME, "external", "ann\x00\ud800" + "n" * 4_000),
        Spender(PORTAL, ACME, "external", "n" * 4_000),
    ]
    assert reserve(store, 60)
    assert reserve(store, 60, day="2026-11-22")
    for spender in others:
        assert reserve(store, 60, spender=spender)
        assert not reserve(store, 1, spender=spender)
        assert reserved(store, spender) == 60


def test_what_is_rolled_back_was_never_reserved(store: Store) -> None:
    def refuse_after_reserving() -> None:
        with store.begin() as tx:
            assert tx.gate.reserve_minutes(ANN, day=DAY, minutes=60, cap=60, new_id=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refuse_after_reserving()
    assert reserved(store) == 0


def test_of_many_threads_as_many_win_as_minutes_are_left(store: Store) -> None:
    for turn in range(count(bounded=3, full=200)):
        day = f"2026-{turn // 28 + 1:02}-{turn % 28 + 1:02}"
        assert together(THREADS, lambda _, day=day: reserve(store, 7, day=day)) == 60 // 7  # type: ignore[misc]
        assert reserved(store, day=day) == 56


def test_after_a_failed_attempt_what_is_left_is_what_can_be_taken(store: Store) -> None:
    """The failed upsert holds the line, so nobody takes the rest between reading and reserving it."""

    def rest(racer: int) -> bool:
        with store.begin() as tx:
            if tx.gate.reserve_minutes(ANN, day=DAY, minutes=25, cap=60, new_id=1_000 + racer):
                return True
            left = 60 - tx.gate.reserved_minutes(ANN, day=DAY)
            if left == 0:
                return False
            assert tx.gate.reserve_minutes(ANN, day=DAY, minutes=left, cap=60, new_id=2_000 + racer)
            return True

    assert together(THREADS, rest) == 3
    assert reserved(store) == 60


def test_several_processes_never_exceed_the_cap_together(store: Store, store_url: str) -> None:
    days = [f"2026-{turn // 28 + 1:02}-{turn % 28 + 1:02}" for turn in range(count(bounded=3, full=300))]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=spawn) as pool:
        running = [pool.submit(reserve_from_process, store_url, process, 4, days) for process in range(3)]
        won = [run.result() for run in running]
    assert [sum(each) for each in zip(*won, strict=True)] == [5] * len(days)
    assert [reserved(store, day=day) for day in days] == [60] * len(days)


def test_the_owner_reads_the_latest_day_first_page_by_page(store: Store) -> None:
    bob = Spender(PORTAL, BOLT, "external", "bob")
    for number, (spender, day) in enumerate(
        [(ANN, "2026-11-20"), (ANN, DAY), (bob, DAY), (bob, "2026-11-19"), (ANN, "2026-11-19")]
    ):
        with store.begin() as tx:
            assert tx.gate.reserve_minutes(spender, day=day, minutes=number + 1, cap=60, new_id=number + 1)
    everything = [
        (DAY, "external:bob", 3),
        (DAY, "user:ann", 2),
        ("2026-11-20", "user:ann", 1),
        ("2026-11-19", "user:ann", 5),
        ("2026-11-19", "external:bob", 4),
    ]
    assert lines(store) == everything
    assert lines(store, limit=2) == everything[:2]
    assert lines(store, after=2) == everything[2:]
    assert lines(store, after=5) == everything[4:]
    assert lines(store, day=DAY) == everything[:2]
    assert lines(store, subject="bob") == [everything[0], everything[4]]
    assert lines(store, subject="ann", day="2026-11-20") == everything[2:3]
    assert lines(store, subject="user:ann") == []
    assert lines(store, after=99) == []
    assert lines(store, BOLT) == []
    assert lines(store, application_id=PORTAL + 1) == []
    with store.read() as tx:
        first = tx.organization(ACME).usage(UsageQuery(PORTAL, 1))
    assert first == (Usage(3, DAY, BOLT, "external", "bob", 3),)


def test_old_days_are_deleted_a_limited_number_at_once(store: Store) -> None:
    for day in ("2026-08-01", "2026-08-02", "2026-08-03"):
        assert reserve(store, 1, day=day)
    with store.begin() as tx:
        assert tx.platform.delete_usage(before="2026-08-03", limit=1) == 1
    with store.begin() as tx:
        assert tx.platform.delete_usage(before="2026-08-03", limit=10) == 1
    assert [day for day, _, _ in lines(store)] == ["2026-08-03"]
