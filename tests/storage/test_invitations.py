"""Invitations in the store, and the people of one address, also where two come at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from grantway.core.inviting import EVERY_INVITATION, InvitationFilter
from grantway.core.ports import Store
from tests.kit.counts import count
from tests.storage.filled import add_twins
from tests.storage.records import ACME, ANN, BOB, BOLT, LATER, NOW, invitation, organization, user

ROUNDS = count(3, 100)


def at_once(*calls: Callable[[], bool]) -> list[bool]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


def to_ann(store: Store, record_id: int = 901) -> None:
    with store.begin() as tx:
        made = invitation(record_id, ACME, email="USER201@example.org")
        assert tx.organization(ACME).insert_invitation(made, now=NOW)


def test_an_invitation_is_found_by_its_address_alone(store: Store) -> None:
    to_ann(store)
    with store.read() as tx:
        ((found, where),) = tx.gate.invitations_to(ANN, now=NOW)
        assert (found.id, where.id) == (901, ACME)
        assert tx.gate.invitations_to(BOB, now=NOW) == ()
        assert tx.gate.invitations_to(ANN, now=LATER) == ()
        assert tx.gate.invitation(901) == (found, where)
        assert tx.gate.invitation(902) is None


def test_an_address_that_is_not_verified_receives_nothing(store: Store) -> None:
    with store.begin() as tx:
        assert tx.platform.insert_user(user(205, email="new@example.org", email_verified_at=None))
        assert tx.organization(ACME).insert_invitation(
            invitation(901, ACME, email="new@example.org"), now=NOW
        )
    with store.begin() as tx:
        assert tx.gate.invitations_to(205, now=NOW) == ()
        assert tx.gate.spend_invitation(901, 205, now=NOW) is None
        assert tx.gate.verify_email(205, "new@example.org", now=NOW)
    with store.begin() as tx:
        assert tx.gate.spend_invitation(901, 205, now=LATER) is None
        assert tx.gate.spend_invitation(901, 205, now=NOW) is not None


def test_an_organization_invites_an_address_once_at_a_time(store: Store) -> None:
    to_ann(store)
    with store.begin() as tx:
        door = tx.organization(ACME)
        again = invitation(902, ACME, email="user201@EXAMPLE.org")
        assert not door.insert_invitation(again, now=NOW)
        assert tx.organization(BOLT).insert_invitation(replace(again, id=903, organization_id=BOLT), now=NOW)
        assert door.waiting_invitations(now=NOW) == 1
        assert door.insert_invitation(replace(again, expires_at=LATER + 9), now=LATER)
        assert [one.id for one in door.invitations(EVERY_INVITATION, after=0, limit=9, now=LATER)] == [902]
        assert door.waiting_invitations(now=LATER + 9) == 0
        expired = InvitationFilter(email="user201", state="expired")
        assert [one.id for one in door.invitations(expired, after=0, limit=9, now=LATER + 9)] == [902]
        assert door.invitations(expired, after=0, limit=9, now=LATER) == ()


def test_a_disabled_organization_is_not_joined(store: Store) -> None:
    to_ann(store)
    with store.begin() as tx:
        assert tx.organization(ACME).update(organization(ACME, state="disabled"), version=1)
    with store.begin() as tx:
        assert tx.gate.invitation(901) is None
        assert tx.gate.invitations_to(ANN, now=NOW) == ()
        assert tx.gate.spend_invitation(901, ANN, now=NOW) is None


def test_of_two_who_answer_at_once_one_is_heard(store: Store) -> None:
    for number in range(ROUNDS):
        to_ann(store, 910 + number)

        def spend(record_id: int = 910 + number) -> bool:
            with store.begin() as tx:
                return tx.gate.spend_invitation(record_id, ANN, now=NOW) is not None

        def revoke(record_id: int = 910 + number) -> bool:
            with store.begin() as tx:
                return tx.organization(ACME).delete_invitation(record_id) is not None

        assert sorted(at_once(spend, revoke, spend)) == [False, False, True]


@pytest.mark.parametrize("are_verified", [False, True])
def test_of_two_people_made_of_one_address_at_once_one_is(store: Store, are_verified: bool) -> None:
    verified_at = NOW if are_verified else None
    for number in range(ROUNDS):
        address = f"twin{number}@example.org"

        def make(record_id: int, address: str = address) -> bool:
            with store.begin() as tx:
                return tx.platform.insert_user(user(record_id, email=address, email_verified_at=verified_at))

        first = 3_000 + 2 * number
        assert sorted(at_once(partial(make, first), partial(make, first + 1))) == [False, True]
        with store.read() as tx:
            assert len(tx.gate.people_at(address)) == 1


def test_of_two_who_verify_one_address_at_once_one_does(store: Store, store_url: str) -> None:
    """They were made before one address was one person; neither waits for the other for ever."""
    for number in range(ROUNDS):
        address, twins = f"both{number}@example.org", (4_000 + 2 * number, 4_001 + 2 * number)
        add_twins(store_url, address, *twins)

        def verify(record_id: int, address: str = address) -> bool:
            with store.begin() as tx:
                if not tx.gate.verify_email(record_id, address, now=NOW):
                    return False
                for twin in tx.gate.people_at(address):
                    assert twin.id == record_id or tx.platform.delete_user(twin.id, version=twin.version)
                return True

        won = at_once(*(partial(verify, one) for one in twins))
        assert sorted(won) == [False, True]
        with store.read() as tx:
            assert [one.id for one in tx.gate.people_at(address)] == [twins[won.index(True)]]


def test_who_verified_an_address_comes_first_among_its_people(store: Store) -> None:
    with store.begin() as tx:
        assert tx.platform.insert_user(user(301, email="new@example.org", email_verified_at=None))
        assert tx.platform.insert_user(
            user(302, email="NEW@example.org", email_verified_at=NOW, created_at=NOW)
        )
    with store.read() as tx:
        assert [one.id for one in tx.gate.people_at("New@example.org")] == [302, 301]
        assert tx.gate.people_at("nobody@example.org") == ()
