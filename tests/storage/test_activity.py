"""Refusals and numbers in the store: added up by one upsert, bounded, told to whom they concern."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.core.activity import Amount, Span, Tallied
from grantway.core.model import HOUR, Application, Organization
from grantway.core.ports import Store
from grantway.core.refusals import MOST_CODES, RefusalNote, RefusalQuery
from grantway.storage import migrate, open_store
from tests.kit.world import START, World
from tests.storage.filled import database_before
from tests.storage.racers import together
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

SPAN = Span("2026-11-01", "2026-11-30")


def note(application: Application, organization: Organization | None = None, **changes: Any) -> RefusalNote:
    plain = RefusalNote(
        client_id=application.client_id,
        organization_id=organization.id if organization else None,
        kind="token",
        mount="standard",
        error_id="E-CLIENT-10",
        window=START,
        count=1,
        first_at=START,
        last_at=START,
        named=(),
        difference=None,
        codes=("code",),
        is_sampled=False,
    )
    return replace(plain, **changes)


def keep(world: World, *notes: RefusalNote) -> None:
    with world.store.begin() as tx:
        tx.gate.keep_refusals(notes, ids=[world.entropy.new_id() for _ in notes])


def add(store: Store, *counted: Tallied, first_id: int = 1) -> None:
    with store.begin() as tx:
        tx.gate.add_activity(counted, ids=range(first_id, first_id + len(counted)))


def test_the_same_is_added_to_and_what_is_newer_is_told(world: World) -> None:
    application = world.make.application(world.make.organization())
    keep(world, note(application, codes=("one",), named=("openid",)))
    keep(world, note(application, count=4, last_at=START + 5, codes=("two",), is_sampled=True))
    keep(world, note(application, last_at=START + 2, codes=("three",)))
    keep(
        world, note(application, mount="nitro"), note(application, window=START + HOUR, last_at=START + HOUR)
    )
    with world.store.read() as tx:
        found = tx.organization(application.organization_id).refusals(application.id, RefusalQuery())
    assert [(one.mount, one.count) for one in found] == [
        ("standard", 1),
        ("standard", 6),
        ("nitro", 1),
    ]
    alike = found[1]
    assert (alike.first_at, alike.last_at, alike.code) == (START, START + 5, "two")
    assert (alike.is_sampled, alike.named) == (True, ())


def test_of_what_is_gone_nothing_is_written(world: World) -> None:
    home = world.make.organization()
    application, other = world.make.application(home), world.make.organization()
    gone = replace(application, client_id="of-nobody")
    keep(world, note(gone), note(application, replace(other, id=77)))
    add(
        world.store,
        Tallied("of-nobody", home.id, "2026-11-21", "tokens", "", 1),
        Tallied(application.client_id, 77, "2026-11-21", "tokens", "", 1),
    )
    with world.store.read() as tx:
        (found,) = tx.platform.refusals(RefusalQuery())
        assert (found.client_id, found.organization_id) == (application.client_id, None)
        by = tx.organization(home.id).activity(SPAN, "organization", application_id=application.id)
        assert by == (Amount("tokens", 1),)


def test_codes_beyond_the_bound_go_the_oldest_first(world: World) -> None:
    application = world.make.application(world.make.organization())
    for number in range(MOST_CODES + 3):
        keep(world, note(application, last_at=START + number, codes=(f"code-{number}",)))
    with world.store.read() as tx:
        assert tx.platform.refusals(RefusalQuery(code="code-2")) == ()
        assert len(tx.platform.refusals(RefusalQuery(code="code-3"))) == 1


def test_many_who_add_at_once_lose_nothing(world: World) -> None:
    home = world.make.organization()
    application = world.make.application(home)
    line = Tallied(application.client_id, home.id, "2026-11-21", "tokens", "", 5)

    def write(number: int) -> bool:
        keep(world, note(application, home, codes=(f"code-{number}",)))
        add(world.store, line, first_id=1_000 + number)
        return True

    assert together(8, write) == 8
    with world.store.read() as tx:
        door = tx.organization(home.id)
        assert [one.count for one in door.refusals(application.id, RefusalQuery())] == [8]
        assert door.activity(SPAN, "day") == (Amount("tokens", 40, day="2026-11-21"),)


def test_texts_that_no_column_could_hold_are_found_by_nobody(world: World) -> None:
    application = world.make.application(world.make.organization())
    keep(world, note(application))
    odd = "\x00\ud800%_"
    with world.store.read() as tx:
        for query in (RefusalQuery(code=odd), RefusalQuery(kind=odd), RefusalQuery(error_id=odd)):
            assert tx.platform.refusals(query) == ()
            assert tx.organization(application.organization_id).refusals(application.id, query) == ()


def test_a_filled_database_is_led_here(empty_url: str) -> None:
    """What was there stays, and both kinds of records can be written about it at once."""
    with database_before(empty_url, "0035") as rows:
        rows.put("organizations", id=101, kind="tenant", slug="acme", state="enabled")
        rows.put(
            "applications",
            id=201,
            organization_id=101,
            client_id="the-client",
            settings="{}",
            dialects='["standard"]',
            notification_addresses="[]",
        )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.begin() as tx:
        application = tx.gate.application(201)
        assert application is not None
        tx.gate.keep_refusals((note(application),), ids=(1,))
        tx.gate.add_activity((Tallied("the-client", 101, "2026-11-21", "tokens", "", 2),), ids=(1,))
    with store.read() as tx:
        assert [one.client_id for one in tx.platform.refusals(RefusalQuery())] == ["the-client"]
        assert tx.organization(101).activity(SPAN, "day") == (Amount("tokens", 2, day="2026-11-21"),)
        assert tx.organization(101).knows_application(201)
        assert not tx.organization(102).knows_application(201)
    store.close()
