"""Attempts to sign in, counted and remembered, and consents as admins see them, on each kind of database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.consenting import ConsentFilter
from grantway.core.model import HOUR, UserConsent
from grantway.core.ports import Store
from grantway.core.sign_ins import SignIn, Tally
from tests.storage.records import ACME, ANN, BOB, BOLT, LATER, NOW, PORTAL, application

CRM = frozenset({"crm.read"})
LEDGER = 402


def attempt(number: int, user_id: int = ANN, **changes: object) -> SignIn:
    return replace(SignIn(number, user_id, NOW + number, "failed", "192.0.2.0/24", "Firefox"), **changes)  # type: ignore[arg-type]


def test_each_window_of_each_bucket_is_counted_for_itself(store: Store) -> None:
    one, other = Tally("one", HOUR), Tally("o" * 500, HOUR)
    with store.begin() as tx:
        assert tx.gate.tally(one, other, now=NOW) == (1, 1)
        assert tx.gate.tally(one, now=NOW + 1) == (2,)
    with store.begin() as tx:
        assert tx.gate.tally(other, one, now=NOW + 2) == (2, 3)
        assert tx.gate.tally(one, now=NOW + HOUR) == (1,)


def test_only_the_newest_of_each_outcome_are_remembered(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.remember_sign_in(attempt(1, outcome="succeeded"), keep=3)
        for number in range(2, 9):
            tx.gate.remember_sign_in(attempt(number), keep=3)
        tx.gate.remember_sign_in(attempt(90, BOB), keep=3)
    with store.read() as tx:
        assert [one.id for one in tx.gate.sign_ins_of(ANN)] == [8, 7, 6, 1]
        assert tx.gate.sign_ins_of(BOB) == (attempt(90, BOB),)


def test_nothing_is_remembered_of_somebody_there_is_not(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.remember_sign_in(attempt(1, 9_999), keep=3)
        tx.gate.remember_sign_in(attempt(2, 0), keep=3)
        assert tx.gate.sign_ins_of(9_999) == ()
        assert tx.gate.sign_ins_of(0) == ()


def test_old_attempts_are_forgotten_some_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        for number in range(1, 6):
            tx.gate.remember_sign_in(attempt(number), keep=9)
    with store.begin() as tx:
        assert tx.platform.delete_sign_ins(before=NOW + 4, limit=2) == 2
        assert tx.platform.delete_sign_ins(before=NOW + 4, limit=2) == 1
        assert [one.id for one in tx.gate.sign_ins_of(ANN)] == [5, 4]


@pytest.fixture
def consenting(store: Store) -> Store:
    """Ann and Bob let BOLT's application into ACME, and Ann ACME's own."""
    with store.begin() as tx:
        tx.organization(BOLT).insert_application(application(LEDGER, BOLT, client_id="ledger"))
        for number, (person, what) in enumerate(((ANN, PORTAL), (ANN, LEDGER), (BOB, LEDGER))):
            tx.gate.save_consent(UserConsent(person, what, ACME, CRM, NOW, id=11 + number))
    return store


def test_admins_see_the_consents_to_applications_of_others(consenting: Store) -> None:
    everything = ConsentFilter()
    with consenting.read() as tx:
        acme = tx.organization(ACME)
        found = acme.consents(everything, after=0, limit=9)
        assert [(one.consent.id, one.user_name, one.is_member) for one in found] == [
            (12, "User 201", True),
            (13, "User 202", False),
        ]
        assert {(one.client_id, one.application_name, one.owner_id) for one in found} == {
            ("ledger", "Application 402", BOLT)
        }
        assert [one.consent.id for one in acme.consents(everything, after=12, limit=9)] == [13]
        assert [one.consent.id for one in acme.consents(everything, after=0, limit=1)] == [12]
        assert acme.consents(ConsentFilter(user_id=BOB), after=0, limit=9) == found[1:]
        assert acme.consents(ConsentFilter(application_id=PORTAL), after=0, limit=9) == ()
        assert acme.own_consent(12) == found[0]
        assert acme.own_consent(11) is None
        assert tx.organization(BOLT).own_consent(12) is None
        assert tx.organization(BOLT).consents(everything, after=0, limit=9) == ()


def test_who_withdrew_a_consent_is_remembered_until_it_is_given_again(consenting: Store) -> None:
    with consenting.begin() as tx:
        tx.gate.consent_withdrawn_by(ANN, LEDGER, ACME, by=BOB)
        assert tx.gate.consents_withdrawn_for(ANN, since=0) == ()
        assert tx.gate.withdraw_consent(ANN, LEDGER, ACME, now=LATER)
        tx.gate.consent_withdrawn_by(ANN, LEDGER, ACME, by=BOB)
        (told,) = tx.gate.consents_withdrawn_for(ANN, since=LATER)
        assert (told.id, told.revoked_by) == (12, BOB)
        assert tx.gate.consents_withdrawn_for(ANN, since=LATER + 1) == ()
        assert tx.organization(ACME).own_consent(12) is None
        tx.gate.save_consent(UserConsent(ANN, LEDGER, ACME, CRM, LATER, id=99))
        again = tx.organization(ACME).own_consent(12)
        assert again is not None
        assert (again.consent.granted_at, again.consent.revoked_by) == (LATER, None)


def test_the_last_use_of_a_consent_never_goes_back(consenting: Store) -> None:
    with consenting.begin() as tx:
        tx.gate.consent_used(ANN, LEDGER, ACME, at=NOW + 9)
        tx.gate.consent_used(ANN, LEDGER, ACME, at=NOW + 5)
        tx.gate.consent_used(BOB, PORTAL, ACME, at=NOW)
        found = tx.organization(ACME).consents(ConsentFilter(), after=0, limit=9)
        assert [one.consent.last_used_at for one in found] == [NOW + 9, None]
