"""Vouchers in the store: one live one of each kind, read with what stands on it, and kept in bounded number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grantway.core.errors import Conflict, NotFound
from grantway.core.model import Redirect
from grantway.core.ports import Store
from grantway.core.vouching import KEPT_VOUCHERS
from tests.storage.racers import together
from tests.storage.records import (
    ACME,
    ANN,
    BOLT,
    NOW,
    PORTAL,
    changes_since,
    code,
    grant,
    installation,
    position_of,
    voucher,
)


def give(store: Store, number: int, organization_id: int | None = ACME, **values: Any) -> None:
    given = voucher(number, organization_id, **values)
    with store.begin() as tx:
        if organization_id is None:
            tx.platform.insert_platform_voucher(given)
        else:
            tx.organization(organization_id).insert_voucher(given)


def live(store: Store, organization_id: int = ACME) -> list[int]:
    with store.read() as tx:
        return [one.id for one in tx.gate.live_vouchers(PORTAL, organization_id)]


def test_a_voucher_is_stored_whole(store: Store) -> None:
    whole = voucher(
        901,
        None,
        scopes=frozenset({"crm.read", "crm.write"}),
        redirects=(Redirect("https://portal.example/cb"), Redirect("https://portal.example/", "host")),
        platform="native",
        audience="listed_organizations",
        audience_organizations=frozenset({BOLT}),
        dialects=frozenset({"standard", "nexus211"}),
        asserted_subject=True,
        created_by=ANN,
        through_id=PORTAL,
    )
    with store.begin() as tx:
        tx.platform.insert_platform_voucher(whole)
    with store.read() as tx:
        assert tx.gate.live_vouchers(PORTAL, BOLT) == (whole,)
        assert tx.platform.platform_voucher(901) == whole
        assert tx.organization(ACME).voucher(901) is None


def test_a_new_one_replaces_the_former_of_the_same_giver_and_no_other(store: Store) -> None:
    give(store, 901)
    give(store, 902, None)
    give(store, 903, created_by=ANN, created_at=NOW + 1)
    assert live(store) == [902, 903]
    with store.read() as tx:
        former = tx.organization(ACME).voucher(901)
    assert former is not None
    assert (former.revoked_at, former.revoked_by) == (NOW + 1, ANN)


def test_only_one_of_two_that_give_at_once_is_live(store: Store) -> None:
    def act(racer: int) -> bool:
        try:
            give(store, 901 + racer)
        except Conflict:
            return False
        return True

    assert together(2, act) >= 1
    assert len(live(store)) == 1


def test_an_organization_answers_for_its_own_and_for_what_it_let_in(store: Store) -> None:
    with pytest.raises(NotFound):
        give(store, 901, BOLT)
    with store.begin() as tx:
        tx.organization(BOLT).insert_installation(installation(601, BOLT))
    with pytest.raises(NotFound):
        give(store, 901, BOLT, installation_id=602)
    give(store, 901, BOLT, installation_id=601)
    assert (live(store, BOLT), live(store)) == ([901], [])


def test_every_change_of_a_voucher_is_a_change_of_its_application(store: Store) -> None:
    acts: tuple[Callable[[], None], ...] = (
        lambda: give(store, 901),
        lambda: give(store, 902, None),
        lambda: _revoke(store, 901),
        lambda: _revoke(store, 902),
    )
    for act in acts:
        before = position_of(store)
        act()
        assert ("application", PORTAL) in changes_since(store, before)


def _revoke(store: Store, number: int) -> None:
    with store.begin() as tx:
        at_home = tx.organization(ACME).revoke_voucher(number, by=ANN, now=NOW)
        assert at_home or tx.platform.revoke_platform_voucher(number, by=ANN, now=NOW)


def test_a_voucher_is_revoked_once_and_stays_in_the_history(store: Store) -> None:
    give(store, 901)
    with store.begin() as tx:
        acme = tx.organization(ACME)
        assert tx.platform.revoke_platform_voucher(901, by=None, now=NOW) is None
        assert tx.platform.revoke_platform_vouchers(PORTAL, by=None, now=NOW) == ()
        revoked = acme.revoke_voucher(901, by=ANN, now=NOW)
        assert revoked == replace(voucher(901, ACME), revoked_at=NOW, revoked_by=ANN)
        assert acme.revoke_voucher(901, by=ANN, now=NOW) is None
        listed: dict[str, Any] = {"application_id": None, "after": 0, "limit": 9}
        assert acme.vouchers(only_live=True, **listed) == ()
        assert acme.vouchers(only_live=False, **listed) == (revoked,)
        assert acme.count_vouchers() == 0


def test_the_history_is_bounded(store: Store) -> None:
    for number in range(KEPT_VOUCHERS + 5):
        give(store, 901 + number, created_at=NOW + number)
    with store.read() as tx:
        kept = tx.organization(ACME).vouchers(application_id=PORTAL, only_live=False, after=0, limit=99)
    assert [one.id for one in kept] == list(range(905, 901 + KEPT_VOUCHERS + 5))


def test_what_a_code_and_a_grant_stand_on_is_read_with_them(store: Store) -> None:
    give(store, 901)
    give(store, 902, None)
    with store.begin() as tx:
        tx.gate.put_artifact(code(b"code"))
        tx.gate.insert_grant(grant(801, voucher_id=901))
    asked: dict[str, Any] = {"application_id": PORTAL, "dialect": "standard", "now": NOW}
    with store.begin() as tx:
        spent = tx.gate.spend_code(b"code", **asked)
        assert spent is not None
        assert [one.id for one in spent.vouchers] == [901, 902]
        rotated = tx.gate.rotate_grant(801, generation=1, idle_expires_at=None, **asked)
        assert rotated is not None
        assert [one.id for one in rotated.vouchers] == [901]
    _revoke(store, 901)
    with store.begin() as tx:
        rotated = tx.gate.rotate_grant(801, generation=2, idle_expires_at=None, **asked)
        assert rotated is not None
        assert (rotated.grant.voucher_id, rotated.vouchers) == (901, ())
        found = tx.gate.grant_with_party(801)
        assert found is not None
        assert found.vouchers == ()
