"""What people agreed to, listed and withdrawn, on each kind of database."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.consenting import LiveGrants
from grantway.core.model import UserConsent
from grantway.core.ports import Store
from tests.storage.records import (
    ACME,
    ANN,
    BOB,
    BOLT,
    LATER,
    NOW,
    PORTAL,
    changes_since,
    grant,
    position_of,
)

CRM = frozenset({"crm.read"})
OPENID = frozenset({"openid"})


def test_a_consent_is_replaced_by_the_next(store: Store) -> None:
    first = UserConsent(ANN, PORTAL, ACME, CRM, NOW)
    second = UserConsent(ANN, PORTAL, ACME, frozenset(), LATER, LATER)
    with store.begin() as tx:
        tx.gate.save_consent(first)
        assert tx.gate.consent(ANN, PORTAL, ACME) == first
        tx.gate.save_consent(second)
        assert tx.gate.consent(ANN, PORTAL, ACME) == second
        assert tx.gate.consent(ANN, PORTAL, BOLT) is None
        assert tx.gate.consent(BOB, PORTAL, ACME) is None


def test_a_consent_is_withdrawn_once_and_is_listed_no_more(store: Store) -> None:
    at_acme, at_bolt = (UserConsent(ANN, PORTAL, place, CRM, NOW) for place in (ACME, BOLT))
    of_bob = UserConsent(BOB, PORTAL, ACME, CRM, NOW)
    with store.begin() as tx:
        for one in (at_acme, at_bolt, of_bob):
            tx.gate.save_consent(one)
        assert set(tx.gate.consents_of_user(ANN)) == {at_acme, at_bolt}
        assert tx.gate.withdraw_consent(ANN, PORTAL, ACME, now=LATER)
        assert not tx.gate.withdraw_consent(ANN, PORTAL, ACME, now=LATER + 1)
        assert not tx.gate.withdraw_consent(ANN, 9_999, ACME, now=LATER)
        assert tx.gate.consents_of_user(ANN) == (at_bolt,)
        assert tx.gate.consents_of_user(BOB) == (of_bob,)
        assert tx.gate.consent(ANN, PORTAL, ACME) == replace(at_acme, revoked_at=LATER, epoch=1)


def test_live_grants_of_a_person_are_listed_together(store: Store) -> None:
    with store.begin() as tx:
        for one in (
            grant(701, scopes=CRM, created_at=NOW - 5),
            grant(702, scopes=CRM, created_at=NOW - 9),
            grant(703, scopes=OPENID),
            grant(704, organization_id=BOLT, scopes=CRM),
            grant(705, scopes=frozenset({"revoked"}), state="revoked"),
            grant(706, scopes=frozenset({"expired"}), expires_at=NOW),
            grant(707, scopes=frozenset({"idle"}), idle_expires_at=NOW),
            grant(708, scopes=frozenset({"bob"}), subject_id=BOB),
            grant(709, scopes=frozenset({"external"}), subject_kind="external"),
        ):
            tx.gate.insert_grant(one)
        found = tx.gate.live_grants_of_user(ANN, now=NOW)
    assert len(found) == 3
    assert set(found) == {
        LiveGrants(PORTAL, ACME, CRM, NOW - 9),
        LiveGrants(PORTAL, ACME, OPENID, NOW),
        LiveGrants(PORTAL, BOLT, CRM, NOW),
    }


def test_grants_of_a_person_end_together_and_the_feed_names_each(store: Store) -> None:
    with store.begin() as tx:
        for one in (
            grant(701),
            grant(702),
            grant(703, organization_id=BOLT),
            grant(704, subject_id=BOB),
            grant(705, application_id=9_999),
            grant(706, subject_kind="external"),
        ):
            tx.gate.insert_grant(one)
    position = position_of(store)
    with store.begin() as tx:
        assert tx.gate.revoke_grants_of_user(ANN, PORTAL, ACME, reason="why", now=NOW) == 2
        assert tx.gate.revoke_grants_of_user(ANN, PORTAL, ACME, reason="why", now=NOW) == 0
    assert sorted(changes_since(store, position)) == [("grant", 701), ("grant", 702)]
    with store.read() as tx:
        states = {number: tx.gate.grant(number) for number in range(701, 707)}
    assert {number for number, one in states.items() if one is not None and one.state == "live"} == {
        703,
        704,
        705,
        706,
    }
