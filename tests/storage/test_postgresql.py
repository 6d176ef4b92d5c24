"""What only PostgreSQL can show: round trips, prepared statements, a server that dies or goes silent."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import psycopg
import pytest

from grantway.core.ports import Store, Unavailable
from grantway.storage import open_store
from grantway.storage.sql.postgresql import statements
from tests.kit.databases import Databases
from tests.storage import records
from tests.storage.proxy import Proxy
from tests.storage.records import ACME, LATER, NOW, PORTAL, artifact, code, grant, organization


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    url = databases.postgresql()
    yield url
    databases.drop(url)


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="gw") as folder, Proxy(url, Path(folder)) as proxy:
        yield proxy


@pytest.fixture
def store(proxy: Proxy) -> Iterator[Store]:
    store = open_store(proxy.url, pool_size=2, statement_timeout=0.5)
    records.populate(store)
    with store.begin() as tx:
        for turn in range(4):
            tx.gate.put_artifact(code(b"code %d" % turn))
    yield store
    store.close()


def exchange(store: Store, turn: int) -> None:
    with store.begin() as tx:
        spent = tx.gate.spend_code(b"code %d" % turn, application_id=PORTAL, dialect="standard", now=NOW)
        assert spent is not None
        assert spent.party.membership is not None
        tx.gate.insert_grant(grant(700 + turn, code_key=b"code %d" % turn))


def refresh(store: Store, generation: int) -> None:
    with store.begin() as tx:
        rotation = tx.gate.rotate_grant(
            700,
            generation=generation,
            application_id=PORTAL,
            dialect="standard",
            now=NOW,
            idle_expires_at=LATER,
        )
        assert rotation is not None


def trips(proxy: Proxy) -> int:
    made, proxy.round_trips = proxy.round_trips, 0
    return made


def test_a_code_exchange_and_a_refresh_are_two_round_trips_from_the_first_on(
    store: Store, proxy: Proxy
) -> None:
    trips(proxy)
    for turn in range(4):
        exchange(store, turn)
        assert trips(proxy) == 2
    for generation in range(1, 5):
        refresh(store, generation)
        assert trips(proxy) == 2


def test_what_nobody_waits_for_is_one_round_trip(store: Store, proxy: Proxy) -> None:
    trips(proxy)
    with store.begin() as tx:
        tx.gate.insert_grant(grant(711))
        tx.gate.insert_grant(grant(712))
        tx.platform.insert_organization(organization(103))
    assert trips(proxy) == 1
    with store.begin():
        pass
    with store.read():
        pass
    assert trips(proxy) == 0


def test_a_read_is_one_round_trip(store: Store, proxy: Proxy) -> None:
    with store.read() as tx:
        tx.gate.application(PORTAL)
        tx.gate.catalogue()
        trips(proxy)
        tx.gate.application(PORTAL)
        assert trips(proxy) == 1
        tx.gate.catalogue()
        assert trips(proxy) == 1
    assert trips(proxy) == 0


def test_statements_stay_prepared_after_a_rollback(store: Store, proxy: Proxy) -> None:
    def refuse() -> None:
        with contextlib.suppress(KeyError), store.begin() as tx:
            assert tx.gate.spend_code(b"none", application_id=PORTAL, dialect="standard", now=NOW) is None
            raise KeyError

    refuse()
    trips(proxy)
    refuse()
    assert trips(proxy) == 2
    refresh_count = trips(proxy)
    assert refresh_count == 0


def test_a_server_that_restarted_is_noticed_before_anything_is_sent(store: Store, proxy: Proxy) -> None:
    exchange(store, 0)
    proxy.hang_up()
    exchange(store, 1)
    proxy.hang_up()
    with store.read() as tx:
        assert tx.gate.grant(701) is not None


def test_a_connection_lost_in_the_middle_is_unavailable_and_undoes_the_unit(
    store: Store, proxy: Proxy
) -> None:
    with pytest.raises(Unavailable), store.begin() as tx:  # noqa: PT012 - a whole unit
        assert tx.gate.put_artifact(artifact("jti", b"lost"))
        proxy.hang_up()
        tx.gate.insert_grant(grant(701))
    with pytest.raises(Unavailable), store.read() as tx:  # noqa: PT012 - a whole unit
        tx.gate.feed_position()
        proxy.hang_up()
        tx.gate.feed_position()
    with store.read() as tx:
        assert tx.gate.artifact("jti", b"lost", now=NOW) is None
        assert tx.gate.grant(701) is None


def test_a_silent_server_is_unavailable_within_the_deadline(store: Store, proxy: Proxy) -> None:
    exchange(store, 0)
    proxy.stall()
    started = perf_counter()
    with pytest.raises(Unavailable), store.read() as tx:
        tx.gate.feed_position()
    with pytest.raises(Unavailable):
        exchange(store, 1)
    # Once for the deadline of a statement, once more to connect in vain.
    assert perf_counter() - started < 6


def test_a_slow_statement_and_a_locked_row_are_unavailable_within_the_deadline(
    store: Store, url: str
) -> None:
    started = perf_counter()
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE organizations IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unavailable), store.begin() as tx:
            tx.gate.organization_record(ACME)
        with pytest.raises(Unavailable), store.read() as tx:
            tx.gate.organization_record(ACME)
    assert perf_counter() - started < 3
    with store.read() as tx:
        assert tx.gate.organization_record(ACME) is not None


def test_a_deadlock_is_unavailable_for_one_and_nothing_for_the_other(store: Store, url: str) -> None:
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM organizations WHERE id = %s FOR UPDATE", (ACME,))
        with pytest.raises(Unavailable), store.begin() as tx:
            tx.organization(ACME).owners()
        other.rollback()
    with store.begin() as tx:
        assert tx.organization(ACME).owners() == 1


def test_a_server_that_lets_nobody_write_is_unavailable(store: Store, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        name = other.info.dbname
        other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    fresh = open_store(url)
    with pytest.raises(Unavailable), fresh.begin() as tx:
        tx.gate.put_artifact(artifact("jti", b"1"))
    fresh.close()


def test_the_end_of_an_installation_finds_its_grants_by_an_index(url: str) -> None:
    """A small table is rather read as a whole: what is asked is whether the index fits the statement."""
    text = statements()["revoke_grants_of_application"].text
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET enable_seqscan = off")
        for number in range(1, 5):
            text = text.replace(f"${number}", "'1'")
        plan = " ".join(line for (line,) in connection.execute("EXPLAIN " + text).fetchall())
    assert "ix_grants_application_id_organization_id" in plan
