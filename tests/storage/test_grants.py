"""Codes and grants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core.errors import Conflict
from grantway.core.model import Epochs, Party, Rotation, SpentCode
from grantway.core.ports import Store
from grantway.core.sessions import EndedSession
from tests.storage.records import (
    ACME,
    ANN,
    BOB,
    BOLT,
    LATER,
    NOW,
    PORTAL,
    changes_since,
    code,
    grant,
    installation,
    membership,
    organization,
    position_of,
    user,
)

AT_HOME = Party(organization(ACME), None, user(ANN), membership(ANN, ACME))

FULL = grant(
    701,
    scopes=frozenset({"openid", "crm.read"}),
    resources=("https://b.example", "https://a.example"),
    epochs=Epochs(1, 2, 3, 4, 5),
    generation=9,
    idle_expires_at=LATER,
    state="revoked",
    subject_ref="ref",
    details="{}",
    cnf="jkt",
    origin="device_code",
    installation_id=601,
    session_id=801,
    auth_time=NOW,
    methods=("pwd", "otp"),
    code_key=b"\x00code",
    rotated_at=NOW,
    revoked_at=NOW,
    reason="why",
)

SPEND: dict[str, Any] = {"application_id": PORTAL, "dialect": "standard", "now": NOW}
ROTATE: dict[str, Any] = {**SPEND, "generation": 1, "idle_expires_at": LATER}


def test_every_field_of_a_grant_comes_back(store: Store) -> None:
    position = position_of(store)
    with store.begin() as tx:
        tx.gate.insert_grant(FULL)
    with store.read() as tx:
        assert tx.gate.grant(701) == FULL
        assert tx.gate.grant_of_code(b"\x00code") == FULL
        assert tx.gate.grant_with_party(701) == Rotation(FULL, AT_HOME)
        assert tx.gate.grant(799) is None
        assert tx.gate.grant_of_code(b"other") is None
        assert tx.gate.grant_with_party(799) is None
    assert changes_since(store, position) == []


def test_a_code_is_spent_once_and_tells_its_party(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(code(b"k"))
    position = position_of(store)
    with store.begin() as tx:
        assert tx.gate.spend_code(b"k", **SPEND) == SpentCode(b"payload", AT_HOME)
        assert tx.gate.spend_code(b"k", **SPEND) is None
    with store.begin() as tx:
        assert tx.gate.spend_code(b"k", **SPEND) is None
    assert changes_since(store, position) == []


@pytest.mark.parametrize(
    "wrong",
    [{"application_id": 402}, {"dialect": "nitro"}, {"now": LATER}],
    ids=["another application", "another dialect", "expired"],
)
def test_a_code_that_does_not_fit_stays_unspent(store: Store, wrong: dict[str, Any]) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(code(b"k"))
        assert tx.gate.spend_code(b"k", **{**SPEND, **wrong}) is None
        assert tx.gate.spend_code(b"other", **SPEND) is None
        assert tx.gate.spend_code(b"k", **SPEND) is not None


def test_a_code_whose_redemption_fails_stays_unspent(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(code(b"k"))
    with pytest.raises(KeyError), store.begin() as tx:  # noqa: PT012 - a whole unit
        assert tx.gate.spend_code(b"k", **SPEND) is not None
        tx.gate.insert_grant(grant(701, code_key=b"k"))
        raise KeyError
    with store.begin() as tx:
        assert tx.gate.grant_of_code(b"k") is None
        assert tx.gate.spend_code(b"k", **SPEND) is not None


def test_an_artifact_of_another_kind_is_no_code(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(code(b"k", kind="device"))
        assert tx.gate.spend_code(b"k", **SPEND) is None


def test_one_code_makes_one_grant(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701, code_key=b"k"))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.gate.insert_grant(grant(702, code_key=b"k"))
    with store.begin() as tx:
        tx.gate.insert_grant(grant(703))
        tx.gate.insert_grant(grant(704))


def test_a_grant_is_rotated_by_its_own_generation_only(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701))
    position = position_of(store)
    with store.begin() as tx:
        rotated = replace(grant(701), generation=2, rotated_at=NOW, idle_expires_at=LATER)
        assert tx.gate.rotate_grant(701, **ROTATE) == Rotation(rotated, AT_HOME)
        assert tx.gate.rotate_grant(701, **ROTATE) is None
        assert tx.gate.grant(701) == rotated
        assert tx.gate.rotate_grant(701, **{**ROTATE, "generation": 2, "idle_expires_at": None}) is not None
    assert changes_since(store, position) == []


@pytest.mark.parametrize(
    ("stored", "presented"),
    [
        ({}, {"generation": 2}),
        ({}, {"generation": 0}),
        ({}, {"application_id": 402}),
        ({}, {"dialect": "nitro"}),
        ({}, {"now": LATER}),
        ({"state": "revoked"}, {}),
        ({"idle_expires_at": NOW}, {}),
    ],
)
def test_a_grant_that_does_not_fit_is_left_alone(
    store: Store, stored: dict[str, Any], presented: dict[str, Any]
) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701, **stored))
        assert tx.gate.rotate_grant(701, **{**ROTATE, **presented}) is None
        assert tx.gate.grant(701) == grant(701, **stored)


def test_a_party_is_told_as_it_is_and_not_as_it_should_be(store: Store) -> None:
    here = installation(601, BOLT, state="suspended")
    off = membership(BOB, BOLT, state="disabled")
    with store.begin() as tx:
        tx.organization(BOLT).insert_installation(here)
        tx.organization(BOLT).update_membership(off, version=1)
        tx.gate.put_artifact(code(b"k", organization_id=BOLT, subject=BOB))
        tx.gate.insert_grant(grant(701, organization_id=BOLT, subject_id=BOB))
        expected = Party(organization(BOLT), here, user(BOB), replace(off, version=2))
        assert tx.gate.party(PORTAL, BOLT, BOB) == expected
        assert tx.gate.spend_code(b"k", **SPEND) == SpentCode(b"payload", expected)
        rotated = tx.gate.rotate_grant(701, **ROTATE)
        assert rotated is not None
        assert rotated.party == expected


def test_a_party_may_lack_everything_but_its_organization(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701, subject_kind="none", subject_id=None))
        tx.gate.insert_grant(grant(702, subject_kind="service_account", subject_id=ANN))
        tx.gate.insert_grant(grant(703, organization_id=199))
        tx.gate.put_artifact(code(b"k", organization_id=199))
        alone = Party(organization(ACME))
        assert tx.gate.party(PORTAL, ACME, None) == alone
        assert tx.gate.party(PORTAL, ACME, 299) == alone
        assert tx.gate.party(PORTAL, ACME, BOB) == Party(organization(ACME), None, user(BOB))
        assert tx.gate.party(PORTAL, 199, ANN) is None
        for identifier in (701, 702):
            found = tx.gate.grant_with_party(identifier)
            assert found is not None
            assert found.party == alone
        assert tx.gate.grant_with_party(703) is None
        assert tx.gate.spend_code(b"k", **SPEND) is None


def test_a_grant_is_revoked_once_and_announced(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701))
        tx.gate.insert_grant(grant(702))
    position = position_of(store)
    with store.begin() as tx:
        assert tx.gate.revoke_grant(701, reason="replay", now=NOW)
        assert not tx.gate.revoke_grant(701, reason="again", now=LATER)
        assert not tx.gate.revoke_grant(799, reason="absent", now=NOW)
    assert changes_since(store, position) == [("grant", 701)]
    with store.read() as tx:
        assert tx.gate.grant(701) == replace(grant(701), state="revoked", revoked_at=NOW, reason="replay")
        assert tx.gate.dead_grants(NOW) == (701,)
        assert tx.gate.dead_grants(NOW + 1) == ()


ONLINE, OFFLINE = grant(701, session_id=801), grant(702, session_id=801, scopes=frozenset({"offline_access"}))


def family(store: Store, *, ended: bool | None) -> tuple[set[str], set[str]]:
    """How grants read after their session was ended: whether `ended` says so of the offline ones too."""
    others = (
        grant(703, session_id=802),
        grant(704),
        grant(705, session_id=801, scopes=frozenset({"offline_access_not", "not_offline_access"})),
    )
    with store.begin() as tx:
        for one in (ONLINE, OFFLINE, *others):
            tx.gate.insert_grant(one)
        if ended is not None:
            tx.gate.end_session(801, ends_offline=ended, now=NOW)
    live = set()
    with store.begin() as tx:
        for number in range(701, 706):
            as_it_is, beside = tx.gate.grant(number), tx.gate.grant_with_party(number)
            assert as_it_is is not None
            assert beside is not None
            assert beside.grant.state == as_it_is.state
            rotated = tx.gate.rotate_grant(number, **ROTATE)
            assert (rotated is not None) == (as_it_is.state == "live")
            if rotated is not None:
                assert rotated.grant.state == "live"
                live.add(str(number))
    return live, {"701", "702", "703", "704", "705"} - live


def test_a_session_that_was_not_ended_leaves_its_grants_alone(store: Store) -> None:
    """No row at all is what a session leaves that expired, or whose end nobody needs any more."""
    assert family(store, ended=None)[1] == set()


def test_signing_out_ends_the_grants_of_the_session_but_the_offline_ones(store: Store) -> None:
    position = position_of(store)
    assert family(store, ended=False)[1] == {"701", "705"}
    assert changes_since(store, position) == [("session", 801)]


def test_a_new_password_ends_the_offline_ones_too(store: Store) -> None:
    position = position_of(store)
    assert family(store, ended=True)[1] == {"701", "702", "705"}
    assert sorted(changes_since(store, position)) == [("session", -801), ("session", 801)]


def test_an_end_is_not_undone_by_a_lesser_one(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(OFFLINE)
        tx.gate.end_session(801, ends_offline=True, now=NOW)
        tx.gate.end_session(801, ends_offline=False, now=LATER)
    with store.read() as tx:
        assert tx.gate.ended_sessions(NOW) == (EndedSession(801, ends_offline=True),)
        assert tx.gate.ended_sessions(NOW + 1) == ()
        assert tx.gate.grant(702) == replace(OFFLINE, state="revoked")


def test_expired_grants_are_swept_a_limited_number_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        for number in range(5):
            tx.gate.insert_grant(grant(701 + number, expires_at=NOW + number))
        assert tx.platform.delete_expired_grants(before=NOW + 4, limit=3) == 3
        assert tx.platform.delete_expired_grants(before=NOW + 4, limit=3) == 1
        assert tx.gate.grant(705) is not None
