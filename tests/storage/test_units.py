"""The unit of work: lazy, whole or not at all, and the same errors on both databases."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from grantway.core.errors import Conflict
from grantway.core.listing import ApplicationFilter, UserFilter
from grantway.core.model import Change
from grantway.core.ports import Attempt, Page, Store, Unavailable
from grantway.storage import open_store
from tests.storage.records import (
    ACME,
    ANN,
    LATER,
    NOW,
    artifact,
    changes_since,
    grant,
    organization,
    position_of,
)


@pytest.fixture
def narrow_store(store_url: str) -> Iterator[Store]:
    """A store with a single connection, and little patience for it."""
    store = open_store(store_url, pool_size=1, pool_timeout=0.05)
    yield store
    store.close()


# Long, and not to be compressed.
LONG = "".join(sha256(b"%d" % number).hexdigest() for number in range(1_000))


class Stopped(Exception):
    pass


def test_a_unit_that_raises_leaves_no_row_and_no_change(store: Store) -> None:
    position = position_of(store)
    with pytest.raises(Stopped), store.begin() as tx:  # noqa: PT012 - a whole unit
        tx.platform.insert_organization(organization(103))
        tx.gate.put_artifact(artifact("jti", b"1"))
        tx.gate.insert_grant(grant(701))
        raise Stopped
    with store.read() as tx:
        assert tx.gate.organization_record(103) is None
        assert tx.gate.artifact("jti", b"1", now=NOW) is None
        assert tx.gate.grant(701) is None
    assert changes_since(store, position) == []
    assert position_of(store) == position


def test_an_error_found_only_at_the_commit_is_raised_and_undoes_everything(store: Store) -> None:
    position = position_of(store)
    with pytest.raises(Conflict), store.begin() as tx:  # noqa: PT012 - a whole unit
        tx.gate.put_artifact(artifact("jti", b"1"))
        tx.gate.insert_grant(grant(701))
        tx.gate.revoke_token(artifact("dead", b"1"), 1)
        tx.gate.insert_grant(grant(701))
    with store.read() as tx:
        assert tx.gate.artifact("jti", b"1", now=NOW) is None
        assert tx.gate.grant(701) is None
    assert changes_since(store, position) == []


def test_a_unit_that_saw_an_error_cannot_go_on(store: Store) -> None:
    with pytest.raises(Conflict), store.begin() as tx:  # noqa: PT012 - a whole unit
        tx.gate.put_artifact(artifact("jti", b"1"))
        with contextlib.suppress(Conflict):
            tx.platform.insert_organization(organization(ACME))
            tx.gate.feed_position()
        with pytest.raises(Conflict):
            tx.gate.feed_position()
        with pytest.raises(Conflict):
            tx.gate.insert_grant(grant(701))
    with store.begin() as tx:
        assert tx.gate.artifact("jti", b"1", now=NOW) is None
        assert tx.gate.put_artifact(artifact("jti", b"1"))


def test_other_errors_of_integrity_are_not_hidden(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)constraint") as raised, store.begin() as tx:
        tx.gate.set_password(299, "$argon2id$1", now=NOW)
    assert not isinstance(raised.value, Conflict | Unavailable)
    with store.read() as tx:
        assert tx.gate.user(ANN) is not None


def test_a_unit_that_only_reads_refuses_to_write(store: Store) -> None:
    with store.read() as tx:
        with pytest.raises(RuntimeError):
            tx.gate.put_artifact(artifact("jti", b"1"))
        with pytest.raises(RuntimeError):
            tx.gate.insert_grant(grant(701))
        assert tx.gate.artifact("jti", b"1", now=NOW) is None


def test_nothing_is_taken_before_the_first_statement(narrow_store: Store) -> None:
    with narrow_store.begin(), narrow_store.read(), narrow_store.begin() as tx:
        assert tx.gate.feed_position() == 0
    with narrow_store.begin() as tx:
        assert tx.gate.feed_position() == 0


def test_an_exhausted_pool_is_unavailable_and_recovers(narrow_store: Store) -> None:
    with narrow_store.read() as first:
        assert first.gate.feed_position() == 0
        with pytest.raises(Unavailable), narrow_store.read() as second:
            second.gate.feed_position()
    with narrow_store.read() as third:
        assert third.gate.feed_position() == 0


@pytest.mark.parametrize("fails", [False, True])
def test_every_way_out_gives_the_connection_back(narrow_store: Store, fails: bool) -> None:
    for _ in range(3):
        for opened in (narrow_store.read, narrow_store.begin):
            with contextlib.suppress(Stopped), opened() as tx:
                tx.gate.catalogue()
                if fails:
                    raise Stopped
    with pytest.raises(Conflict), narrow_store.begin() as tx:  # noqa: PT012 - a whole unit
        tx.gate.insert_grant(grant(701))
        tx.gate.insert_grant(grant(701))
    with narrow_store.begin() as tx:
        assert tx.gate.grant(701) is None


def test_a_closed_store_is_unavailable(store_url: str) -> None:
    store = open_store(store_url)
    with store.read() as tx:
        tx.gate.feed_position()
        store.close()
    with pytest.raises(Unavailable), store.read() as tx:
        tx.gate.feed_position()


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:///{folder}/absent/grantway.db",
        "postgresql:///grantway?host={folder}",
        "postgresql://nobody@127.0.0.1:1/grantway",
    ],
)
def test_a_database_that_is_not_there_is_unavailable(address: str, tmp_path: Path) -> None:
    store = open_store(address.format(folder=tmp_path))
    for opened in (store.read, store.begin):
        with pytest.raises(Unavailable), opened() as tx:
            tx.gate.feed_position()
    with pytest.raises(Unavailable), store.begin() as tx:
        tx.gate.insert_grant(grant(701))
    store.close()


@pytest.mark.parametrize(
    "address", ["mysql://host/name", "sqlite://host/name", "sqlite:///", "", "grantway.db"]
)
def test_an_address_of_nothing_known_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        open_store(address)


def test_listeners_are_told_after_each_commit_what_it_changed(store: Store) -> None:
    told: list[tuple[Change, ...]] = []

    def listen(changes: tuple[Change, ...]) -> None:
        assert changes_since(store, position_of(store) - len(changes)) == [
            (each.kind, each.id) for each in changes
        ]
        told.append(changes)

    store.on_commit(listen)
    with store.begin() as tx:
        tx.gate.revoke_token(artifact("dead", b"1"), 1)
        tx.platform.insert_organization(organization(103))
        tx.platform.insert_organization(organization(104))
        tx.gate.revoke_token(artifact("dead", b"1"), 1)
    with store.begin() as tx:
        tx.gate.put_artifact(artifact("jti", b"1"))
    with pytest.raises(Stopped), store.begin() as tx:  # noqa: PT012 - a whole unit
        tx.platform.insert_organization(organization(105))
        raise Stopped
    assert told == [(Change("token", 1), Change("organization", 103), Change("organization", 104))]


def test_a_unit_that_has_ended_does_nothing_more(narrow_store: Store) -> None:
    for opened in (narrow_store.read, narrow_store.begin):
        with opened() as tx:
            tx.gate.feed_position()
        with pytest.raises(RuntimeError):
            tx.gate.feed_position()
    with narrow_store.begin() as tx:
        tx.gate.feed_position()


@pytest.mark.parametrize("text", ["a\x00b", "\udcff", "\ud800x", LONG])
def test_a_text_that_nobody_can_have_is_not_found(store: Store, text: str) -> None:
    with store.begin() as tx:
        assert tx.gate.application_by_client_id(text) is None
        assert tx.gate.password_of(text) is None
        assert not tx.gate.is_known_origin(text)
        assert tx.gate.count_attempt(Attempt(text, limit=1, window=1), now=NOW)
        assert not tx.gate.count_attempt(Attempt(text, limit=1, window=1), now=NOW)
        tx.gate.clear_attempts(text)
        assert tx.platform.users(Page(), UserFilter(email=text[:100])) == ()
        assert tx.organization(ACME).applications(Page(), ApplicationFilter(name=text[:100])) == ()


def test_texts_of_any_script_come_back_as_they_were(store: Store) -> None:
    name = "日本 🏔 'quoted' \"twice\" %s :name $1 \\ \n"
    with store.begin() as tx:
        tx.platform.insert_organization(organization(103, name=name))
        found = tx.gate.organization_record(103)
    assert found is not None
    assert found.name == name


def test_a_store_gives_every_unit_its_own_doors(store: Store) -> None:
    with store.read() as first, store.read() as second:
        assert first.gate is not second.gate
        assert first.gate.dead_grants(LATER) == second.gate.dead_grants(LATER) == ()
