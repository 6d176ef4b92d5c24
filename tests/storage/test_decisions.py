"""Routes of APIs, limits of requests, and counting for all processes together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.decisions import RequestCount
from grantway.core.errors import Conflict
from grantway.core.model import MINUTE, RequestLimit
from grantway.core.ports import Store
from tests.kit.counts import count
from tests.storage.racers import together
from tests.storage.records import ACME, BOLT, CRM_API, NOW, PORTAL, changes_since, position_of, route

THREADS = 16
KEY = (CRM_API, PORTAL, ACME, NOW)


def test_routes_and_limits_are_part_of_the_catalogue_and_of_its_feed(store: Store) -> None:
    first, second = route(331, CRM_API), route(332, CRM_API, "/contacts", method="POST")
    everybody, one = RequestLimit(341, CRM_API, 60), RequestLimit(342, CRM_API, 5, PORTAL, BOLT)
    position = position_of(store)
    with store.begin() as tx:
        for each in (first, second):
            tx.organization(ACME).insert_route(each)
        for limit in (everybody, one):
            tx.organization(ACME).insert_limit(limit)
    assert changes_since(store, position) == [("catalogue", 0)]
    with store.read() as tx:
        catalogue, door = tx.gate.catalogue(), tx.organization(ACME)
        assert (catalogue.routes, catalogue.limits) == ((first, second), (everybody, one))
        assert (door.routes(CRM_API), door.limits(CRM_API)) == (catalogue.routes, catalogue.limits)


def test_a_route_and_a_limit_are_changed_under_their_version(store: Store) -> None:
    before, limit = route(331, CRM_API), RequestLimit(341, CRM_API, 60)
    with store.begin() as tx:
        tx.organization(ACME).insert_route(before)
        tx.organization(ACME).insert_limit(limit)
    position = position_of(store)
    wanted = replace(before, scopes=frozenset({"crm.read", "crm.write"}))
    with store.begin() as tx:
        door = tx.organization(ACME)
        assert door.update_route(wanted, version=2) is None
        assert door.update_route(wanted, version=1) == replace(wanted, version=2)
        assert door.update_limit(replace(limit, per_minute=9), version=2) is None
        assert door.update_limit(replace(limit, per_minute=9), version=1) == RequestLimit(
            341, CRM_API, 9, version=2
        )
    assert changes_since(store, position) == [("catalogue", 0)]
    with store.begin() as tx:
        door = tx.organization(ACME)
        assert door.delete_route(CRM_API, 331)
        assert not door.delete_route(CRM_API, 331)
        assert door.delete_limit(CRM_API, 341)
        assert not door.delete_limit(CRM_API, 341)


def test_a_shape_and_a_pair_are_there_once(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_route(route(331, CRM_API))
        tx.organization(ACME).insert_route(route(332, CRM_API, method="PUT"))
        tx.organization(ACME).insert_limit(RequestLimit(341, CRM_API, 60))
        tx.organization(ACME).insert_limit(RequestLimit(342, CRM_API, 60, PORTAL))
        tx.organization(ACME).insert_limit(RequestLimit(343, CRM_API, 60, None, BOLT))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(ACME).insert_route(route(333, CRM_API, "/Contacts/{number}"))
    for number, limit in enumerate((RequestLimit(1, CRM_API, 1), RequestLimit(1, CRM_API, 1, PORTAL)), 344):
        with pytest.raises(Conflict), store.begin() as tx:
            tx.organization(ACME).insert_limit(replace(limit, id=number))


def test_they_go_with_their_api(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_route(route(331, CRM_API))
        tx.organization(ACME).insert_limit(RequestLimit(341, CRM_API, 60))
    with store.begin() as tx:
        assert tx.organization(ACME).delete_api(CRM_API, version=1)
    with store.read() as tx:
        assert (tx.gate.catalogue().routes, tx.gate.catalogue().limits) == ((), ())


def test_counts_add_up_and_the_totals_come_back_in_order(store: Store) -> None:
    other = (CRM_API, PORTAL, BOLT, NOW)
    with store.begin() as tx:
        assert tx.gate.add_requests([]) == ()
        assert tx.gate.add_requests([RequestCount(*KEY, 3), RequestCount(*other, 1)]) == (3, 1)
        assert tx.gate.add_requests([RequestCount(*other, 4), RequestCount(*KEY, 2)]) == (5, 5)
    later = RequestCount(CRM_API, PORTAL, ACME, NOW + MINUTE, 7)
    with store.begin() as tx:
        assert tx.gate.add_requests([later]) == (7,)
    with store.read() as tx:
        assert tx.gate.requests_of(PORTAL, None, since=NOW) == (
            RequestCount(*other, 5),
            RequestCount(*KEY, 5),
            later,
        )
        assert tx.gate.requests_of(PORTAL, BOLT, since=0) == (RequestCount(*other, 5),)
        assert tx.gate.requests_of(PORTAL, None, since=NOW + 1) == (later,)
        assert tx.gate.requests_of(ACME, None, since=0) == ()


def test_no_count_is_lost_when_many_tell_at_once(store: Store) -> None:
    """One upsert each, in the order of the keys: neither a lost update nor a deadlock."""
    turns, other = count(5, 200), (CRM_API, PORTAL, BOLT, NOW)

    def tell(_: int) -> bool:
        for _turn in range(turns):
            with store.begin() as tx:
                tx.gate.add_requests([RequestCount(*KEY, 1), RequestCount(*other, 2)])
        return True

    assert together(THREADS, tell) == THREADS
    with store.read() as tx:
        found = {one.organization_id: one.count for one in tx.gate.requests_of(PORTAL, None, since=0)}
    assert found == {ACME: THREADS * turns, BOLT: 2 * THREADS * turns}


def test_old_counts_are_deleted_a_limited_number_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.add_requests([RequestCount(CRM_API, PORTAL, ACME, NOW + step, 1) for step in range(5)])
    with store.begin() as tx:
        assert tx.platform.delete_requests(before=NOW + 4, limit=3) == 3
    with store.begin() as tx:
        assert tx.platform.delete_requests(before=NOW + 4, limit=3) == 1
        assert tx.platform.delete_requests(before=NOW + 4, limit=3) == 0
    with store.read() as tx:
        assert [one.window_start for one in tx.gate.requests_of(PORTAL, None, since=0)] == [NOW + 4]
