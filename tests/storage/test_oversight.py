"""The audit log, the steps of publication, and the platform's policy, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.errors import Conflict
from grantway.core.ports import Store, Tx
from grantway.core.publication import PlatformPolicy, PublicationStep
from grantway.storage.sql import postgresql, sqlite
from tests.storage.records import ACME, ANN, BOLT, NOW, PORTAL


def line(number: int, **changes: Any) -> AuditEntry:
    entry = AuditEntry(
        id=number,
        at=NOW,
        action="application.update",
        actor_kind="user",
        user_id=ANN,
        application_id=None,
        organization_id=ACME,
        target_kind="application",
        target_id="7tK",
        before='{"name":"Örbit"}',
        after=None,
        address="192.0.2.7",
        request_id="abc",
    )
    return replace(entry, **changes)


def write(store: Store, *lines: AuditEntry) -> None:
    with store.begin() as tx:
        for entry in lines:
            tx.gate.record_act(entry)


def found(store: Store, organization: int | None = ACME, **query: Any) -> list[int]:
    with store.read() as tx:
        door = tx.platform if organization is None else tx.organization(organization)
        return [entry.id for entry in door.audit(AuditQuery(**query))]


def test_a_line_comes_back_as_it_was(store: Store) -> None:
    bare = line(2, at=NOW - 1, user_id=None, before=None, address=None, request_id=None, application_id=9)
    write(store, line(1), bare)
    with store.read() as tx:
        assert tx.organization(ACME).audit(AuditQuery()) == (line(1), bare)


def test_lines_are_the_organizations_own_and_operators_see_all(store: Store) -> None:
    write(store, line(1), line(2, organization_id=BOLT), line(3, organization_id=None))
    assert found(store) == [1]
    assert found(store, BOLT) == [2]
    assert found(store, None) == [3, 2, 1]


def test_pages_follow_time_and_miss_nothing_of_one_moment(store: Store) -> None:
    write(store, *(line(number, at=NOW + number // 4) for number in range(1, 11)))
    seen: list[int] = []
    while page := found(store, limit=3, after=seen[-1] if seen else 0):
        seen += page
    assert seen == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_lines_are_found_by_who_what_and_when(store: Store) -> None:
    write(
        store,
        line(1),
        line(2, user_id=None, application_id=PORTAL, action="application.create"),
        line(3, action="secret.create", target_id="9zQ", at=NOW + 5),
        line(4, action="application_x.create"),
    )
    assert found(store, actor=ANN) == [3, 4, 1]
    assert found(store, actor=PORTAL) == [2]
    assert found(store, actor=77) == []
    assert found(store, action="application.") == [2, 1]
    assert found(store, action="application.create") == [2]
    assert found(store, action="%") == []
    assert found(store, target="9zQ") == [3]
    assert found(store, target="9\x00Q") == []
    assert found(store, since=NOW + 5) == [3]
    assert found(store, until=NOW + 5) == [4, 2, 1]
    assert found(store, until=NOW, since=NOW) == []


def test_what_rolls_back_leaves_no_line(store: Store) -> None:
    def tell_and_fail(tx: Tx) -> None:
        tx.gate.record_act(line(1))
        raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"), store.begin() as tx:
        tell_and_fail(tx)
    assert found(store) == []


def test_what_cannot_be_told_does_not_happen(store: Store) -> None:
    """The line takes the id of another, so the database refuses it, and the change with it."""
    write(store, line(1))

    def change_and_tell(tx: Tx) -> None:
        stored = tx.gate.application(PORTAL)
        assert stored is not None
        assert tx.organization(ACME).update_application(replace(stored, name="Renamed"), version=1)
        tx.gate.record_act(line(1))

    with pytest.raises(Conflict), store.begin() as tx:
        change_and_tell(tx)
    with store.read() as tx:
        kept = tx.gate.application(PORTAL)
    assert kept is not None
    assert (kept.name, kept.version) != ("Renamed", 2)


@pytest.mark.parametrize("statements", [sqlite.statements(), postgresql.statements()], ids=["sqlite", "pg"])
def test_no_statement_changes_or_removes_a_line(statements: Any) -> None:
    changing = re.compile(
        r'\b(update|delete\s+from|on\s+conflict\b.*)\s+"?audit\b', re.IGNORECASE | re.DOTALL
    )
    assert [one.name for one in statements.values() if changing.search(one.text)] == []
    writing = [one.name for one in statements.values() if one.is_write and re.search(r"\baudit\b", one.text)]
    assert writing == ["insert_audit"]


def test_steps_of_a_publication_come_back_in_order(store: Store) -> None:
    first = PublicationStep(1, PORTAL, NOW, "submitted", ANN, 9, terms_version="2026-01")
    second = PublicationStep(2, PORTAL, NOW + 1, "rejected", None, None, ("incomplete", "other"), "Nö")
    with store.begin() as tx:
        tx.organization(ACME).insert_publication_step(second)
        tx.organization(ACME).insert_publication_step(first)
    with store.read() as tx:
        assert tx.organization(ACME).publication_steps(PORTAL) == (first, second)


def test_applications_are_found_by_their_state_of_publication(store: Store) -> None:
    with store.begin() as tx:
        assert tx.platform.submissions(publication="submitted", after=0, limit=10) == ()
        stored = tx.gate.application(PORTAL)
        assert stored is not None
        assert tx.organization(ACME).update_application(replace(stored, publication="submitted"), version=1)
        queue = tx.platform.submissions(publication="submitted", after=0, limit=10)
        assert [one.id for one in queue] == [PORTAL]
        assert tx.platform.submissions(publication="submitted", after=PORTAL, limit=10) == ()


def test_the_policy_changes_by_its_version(store: Store) -> None:
    with store.begin() as tx:
        assert tx.gate.platform_policy() == PlatformPolicy(False, "1", 1)
        wanted = PlatformPolicy(True, "2", 1)
        assert tx.platform.update_policy(wanted, version=2) is None
        assert tx.platform.update_policy(wanted, version=1) == PlatformPolicy(True, "2", 2)
    with store.read() as tx:
        assert tx.gate.platform_policy() == PlatformPolicy(True, "2", 2)
