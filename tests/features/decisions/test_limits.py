"""Limits of requests: exact in one process, bounded over several, and visible to those they are for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from grantway.core.decisions import RequestCount
from grantway.core.model import HOUR, MINUTE, SECOND
from grantway.core.ports import Unavailable
from grantway.features.memory.request_counts import RequestCounts
from tests.features.memory.test_last_uses import Away
from tests.kit.counts import count
from tests.kit.gateway import Gateway, outcome
from tests.kit.world import START, World

PAIR = (1, 2, 3)


def allowed(gateway: Gateway, bearer: str, times: int) -> int:
    return sum(gateway.forwarded("GET", "/orders", bearer).status_code == 200 for _ in range(times))


def stored(world: World, application_id: int) -> dict[tuple[int, int], int]:
    with world.store.read() as tx:
        found = tx.gate.requests_of(application_id, None, since=0)
    return {(one.organization_id, one.window_start): one.count for one in found}


def test_the_limit_and_not_one_more(gateway: Gateway) -> None:
    gateway.world.make.limit(gateway.api, 5)
    bearer = gateway.bearer("orders:read")
    assert allowed(gateway, bearer, 5) == 5
    gateway.world.clock.advance(12.5)
    gateway.world.product.poll()
    answer = gateway.forwarded("GET", "/orders", bearer)
    assert outcome(answer) == (429, "E-LIMIT-01")
    assert (answer.headers["retry-after"], answer.headers["x-grantway-status"]) == ("48", "429")
    assert answer.json["retry_after"] == 48
    assert "www-authenticate" not in answer.headers
    plain = gateway.asked({"method": "GET", "uri": "/orders", "authorization": bearer})
    assert (plain.status_code, plain.json["status"], plain.json["retry_after"]) == (200, 429, 48)
    gateway.world.advance(47)
    assert gateway.forwarded("GET", "/orders", bearer).status_code == 429
    gateway.world.advance(0.5)
    assert allowed(gateway, bearer, 6) == 5


def test_nginx_is_told_what_it_understands(gateway: Gateway) -> None:
    gateway.world.make.limit(gateway.api, 1)
    bearer = gateway.bearer("orders:read")
    assert allowed(gateway, bearer, 1) == 1
    answer = gateway.forwarded("GET", "/orders", bearer, query="statuses=auth_request")
    assert outcome(answer) == (403, "E-LIMIT-01")
    assert (answer.headers["x-grantway-status"], answer.headers["retry-after"]) == ("429", "60")


def test_what_is_denied_is_not_counted(gateway: Gateway) -> None:
    gateway.world.make.limit(gateway.api, 2)
    bearer = gateway.bearer("orders:read")
    for _ in range(5):
        assert gateway.forwarded("GET", "/files/x", bearer).status_code == 403
        assert gateway.forwarded("GET", "/none", bearer).status_code == 403
    assert allowed(gateway, bearer, 3) == 2


def test_the_most_specific_limit_counts_and_each_pair_by_itself(gateway: Gateway) -> None:
    world, make = gateway.world, gateway.world.make
    one, secret = gateway.caller("orders:read")
    other, other_secret = gateway.caller("orders:read")
    guest = make.organization("Contoso")
    make.installation(one, guest)
    bearers = {
        "at home": "Bearer " + world.machine_token(one, secret),
        "for the guest": "Bearer " + world.machine_token(one, make.secret(one, guest)),
        "another": "Bearer " + world.machine_token(other, other_secret),
    }
    make.limit(gateway.api, 1)
    make.limit(gateway.api, 2, organization=guest)
    assert [allowed(gateway, bearer, 4) for bearer in bearers.values()] == [1, 2, 1]
    world.advance(60)
    make.limit(gateway.api, 3, one)
    assert [allowed(gateway, bearer, 5) for bearer in bearers.values()] == [3, 3, 1]
    world.advance(60)
    make.limit(gateway.api, 4, one, guest)
    assert [allowed(gateway, bearer, 5) for bearer in bearers.values()] == [3, 4, 1]


def test_without_a_limit_nothing_is_counted_or_written(gateway: Gateway) -> None:
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + gateway.world.machine_token(application, secret)
    assert allowed(gateway, bearer, 20) == 20
    gateway.world.product.share_counts()
    assert stored(gateway.world, application.id) == {}


def test_several_processes_learn_of_each_other(gateway: Gateway) -> None:
    """The bound: over the limit by what the others let through since they last told, and no more."""
    gateway.world.make.limit(gateway.api, 10)
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + gateway.world.machine_token(application, secret)
    other = gateway.beside()
    try:
        assert (allowed(gateway, bearer, 4), allowed(other, bearer, 3)) == (4, 3)
        # The first knows nothing of the second's until it shares after it.
        gateway.world.product.share_counts()
        other.world.product.share_counts()
        assert allowed(other, bearer, 9) == 3
        assert allowed(gateway, bearer, 1) == 1
        gateway.world.product.share_counts()
        assert allowed(gateway, bearer, 9) == 2
        other.world.product.share_counts()
        gateway.world.product.share_counts()
        assert (allowed(gateway, bearer, 1), allowed(other, bearer, 1)) == (0, 0)
        assert list(stored(gateway.world, application.id).values()) == [13]
    finally:
        other.world.close()


def test_threads_of_one_process_let_exactly_the_limit_through(gateway: Gateway) -> None:
    limit, threads = 40, 8
    gateway.world.make.limit(gateway.api, limit)
    bearer = gateway.bearer("orders:read")
    assert allowed(gateway, bearer, 1) == 1
    with ThreadPoolExecutor(threads) as pool:
        rounds = [pool.submit(allowed, gateway, bearer, count(10, 1_000)) for _ in range(threads)]
        for _ in range(5):
            gateway.world.product.share_counts()
        assert sum(one.result() for one in rounds) == limit - 1


def test_threads_of_two_processes_stay_within_the_bound(gateway: Gateway) -> None:
    limit = 40
    gateway.world.make.limit(gateway.api, limit)
    bearer, other = gateway.bearer("orders:read"), gateway.beside()
    try:
        with ThreadPoolExecutor(8) as pool:
            rounds = [pool.submit(allowed, one, bearer, 15) for one in (gateway, other) for _ in range(4)]
            total = sum(one.result() for one in rounds)
        assert total == 2 * limit
        gateway.world.product.share_counts()
        other.world.product.share_counts()
        gateway.world.product.share_counts()
        assert (allowed(gateway, bearer, 1), allowed(other, bearer, 1)) == (0, 0)
    finally:
        other.world.close()


def test_an_outage_keeps_the_counts(world: World) -> None:
    """Decisions go on from memory, and what was counted is told when the database is back."""
    counts, now = RequestCounts(), START
    assert [counts.take(PAIR, 3, now=now) for _ in range(2)] == [None, None]
    for _ in range(3):
        with pytest.raises(Unavailable):
            counts.share(Away(), now=now)
    assert counts.take(PAIR, 3, now=now) is None
    assert counts.take(PAIR, 3, now=now + SECOND) == 59
    assert counts.untold(2) == (RequestCount(*PAIR, START, 3),)
    assert counts.share(world.store, now=now) == 1
    assert counts.share(world.store, now=now) == 0
    assert stored(world, 2) == {(3, START): 3}
    assert counts.take(PAIR, 3, now=now) == 60


def test_the_end_of_a_minute_is_told_too(world: World) -> None:
    counts = RequestCounts()
    assert counts.take(PAIR, 1, now=START + 59 * SECOND) is None
    assert counts.take(PAIR, 1, now=START + MINUTE) is None
    assert counts.take(PAIR, 1, now=START + MINUTE) == 60
    assert counts.share(world.store, now=START + MINUTE) == 2
    assert stored(world, 2) == {(3, START): 1, (3, START + MINUTE): 1}
    assert counts.share(world.store, now=START + 3 * MINUTE) == 0


def test_old_minutes_are_swept_and_the_present_one_stays(gateway: Gateway) -> None:
    world = gateway.world
    gateway.world.make.limit(gateway.api, 9)
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + world.machine_token(application, secret, scope="orders:read")
    assert allowed(gateway, bearer, 2) == 2
    world.product.share_counts()
    world.advance(HOUR // SECOND + 60)
    fresh = "Bearer " + world.machine_token(application, secret)
    assert allowed(gateway, fresh, 1) == 1
    world.product.share_counts()
    assert world.product.housekeeping.step().requests == 1
    assert list(stored(world, application.id).values()) == [1]


def test_a_count_of_what_is_gone_stops_no_other(world: World) -> None:
    counts = RequestCounts()
    assert counts.take((11, 12, 13), 5, now=START) is None
    assert counts.take(PAIR, 5, now=START) is None
    assert counts.share(world.store, now=START) == 2
    assert stored(world, 12) == {(13, START): 1}
