"""Artifacts: unexpired, unspent, and spent once."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.ports import Store
from tests.storage.records import (
    ACME,
    ANN,
    BOB,
    BOLT,
    LATER,
    NOW,
    PORTAL,
    artifact,
    changes_since,
    code,
    grant,
    position_of,
)

FULL = artifact(
    "pending",
    bytes(range(256)),
    payload=b"\x00\xff{}",
    application_id=PORTAL,
    organization_id=ACME,
    subject=ANN,
    grant_id=701,
    dialect="standard",
    session_id=801,
)


def test_every_field_of_an_artifact_comes_back(store: Store) -> None:
    with store.begin() as tx:
        assert tx.gate.put_artifact(FULL)
    with store.read() as tx:
        assert tx.gate.artifact("pending", FULL.key, now=NOW) == FULL
        assert tx.gate.artifact("pending", b"other", now=NOW) is None
        assert tx.gate.artifact("code", FULL.key, now=NOW) is None


def test_a_key_is_put_once_per_kind(store: Store) -> None:
    with store.begin() as tx:
        assert tx.gate.put_artifact(artifact("jti", b"1"))
        assert not tx.gate.put_artifact(artifact("jti", b"1", payload=b"second"))
        assert tx.gate.put_artifact(artifact("launch", b"1"))
    with store.begin() as tx:
        assert not tx.gate.put_artifact(artifact("jti", b"1"))
        stored = tx.gate.artifact("jti", b"1", now=NOW)
    assert stored is not None
    assert stored.payload == b"payload"


def test_an_expired_artifact_is_not_there(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(FULL)
        assert tx.gate.artifact("pending", FULL.key, now=LATER - 1) is not None
        assert tx.gate.artifact("pending", FULL.key, now=LATER) is None
        assert tx.gate.spend_artifact("pending", FULL.key, now=LATER) is None
        assert not tx.gate.replace_artifact(FULL, now=LATER)
        assert tx.gate.artifacts_of_subject("pending", ANN, now=LATER) == ()
        assert tx.gate.artifacts_of_kind("pending", now=LATER) == ()


def test_an_artifact_is_spent_once(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(FULL)
        assert tx.gate.spend_artifact("pending", FULL.key, now=NOW) == replace(FULL, consumed_at=NOW)
        assert tx.gate.spend_artifact("pending", FULL.key, now=NOW) is None
        assert tx.gate.artifact("pending", FULL.key, now=NOW) is None
        assert not tx.gate.replace_artifact(FULL, now=NOW)
        assert tx.gate.artifacts_of_subject("pending", ANN, now=NOW) == ()


def test_an_artifact_is_replaced_in_part(store: Store) -> None:
    changed = replace(FULL, payload=b"new", subject=BOB, organization_id=BOLT, expires_at=LATER + 1)
    with store.begin() as tx:
        tx.gate.put_artifact(FULL)
        assert tx.gate.replace_artifact(
            replace(changed, dialect="other", application_id=1, grant_id=1), now=NOW
        )
        assert not tx.gate.replace_artifact(replace(changed, key=b"absent"), now=NOW)
        assert tx.gate.artifact("pending", FULL.key, now=NOW) == changed


def test_artifacts_of_a_subject_are_listed_and_deleted_by_kind(store: Store) -> None:
    first, second = (artifact("session", b"%d" % turn, subject=ANN, created_at=NOW + turn) for turn in (1, 2))
    other_kind, other_user = artifact("reset", b"1", subject=ANN), artifact("session", b"3", subject=BOB)
    with store.begin() as tx:
        for each in (second, first, other_kind, other_user):
            tx.gate.put_artifact(each)
        assert tx.gate.artifacts_of_subject("session", ANN, now=NOW) == (first, second)
        assert tx.gate.artifacts_of_kind("session", now=NOW) == (other_user, first, second)
        tx.gate.delete_artifacts_of_subject("session", ANN)
        assert tx.gate.artifacts_of_subject("session", ANN, now=NOW) == ()
        assert tx.gate.artifacts_of_kind("session", now=NOW) == (other_user,)
        assert tx.gate.artifacts_of_kind("reset", now=NOW) == (other_kind,)


def test_a_revoked_token_is_remembered_and_announced(store: Store) -> None:
    position = position_of(store)
    mark = artifact("dead", b"token 5", payload=b"5")
    with store.begin() as tx:
        tx.gate.revoke_token(mark, 5)
    with store.begin() as tx:
        tx.gate.revoke_token(mark, 5)
    assert changes_since(store, position) == [("token", 5), ("token", 5)]
    with store.read() as tx:
        assert tx.gate.artifacts_of_kind("dead", now=NOW) == (mark,)


def test_expired_artifacts_are_swept_a_limited_number_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        for number in range(5):
            tx.gate.put_artifact(code(b"%d" % number, expires_at=NOW + number))
    with store.begin() as tx:
        assert tx.platform.delete_expired_artifacts(before=NOW + 4, limit=3) == 3
        assert tx.platform.delete_expired_artifacts(before=NOW + 4, limit=3) == 1
        assert tx.platform.delete_expired_artifacts(before=NOW + 4, limit=3) == 0
        assert tx.gate.artifact("code", b"4", now=NOW) is not None


def test_nothing_of_it_is_a_change_of_a_cached_fact(store: Store) -> None:
    position = position_of(store)
    with store.begin() as tx:
        tx.gate.put_artifact(FULL)
        tx.gate.replace_artifact(FULL, now=NOW)
        tx.gate.spend_artifact("pending", FULL.key, now=NOW)
        tx.gate.delete_artifacts_of_subject("pending", ANN)
    assert changes_since(store, position) == []


def test_nothing_that_stands_on_a_session_is_there_once_it_was_ended(store: Store) -> None:
    """Whatever its kind, and whichever way it is asked for; in the commit that ended it."""
    code_there = replace(code(b"code"), session_id=801)
    kept = replace(FULL, key=b"kept", session_id=802)
    free = replace(FULL, key=b"free", session_id=None)
    with store.begin() as tx:
        for one in (FULL, code_there, kept, free):
            tx.gate.put_artifact(one)
        tx.gate.end_session(801, ends_offline=False, now=NOW)
    with store.begin() as tx:
        assert tx.gate.artifact("pending", FULL.key, now=NOW) is None
        assert tx.gate.spend_artifact("pending", FULL.key, now=NOW) is None
        assert not tx.gate.replace_artifact(FULL, now=NOW)
        assert tx.gate.artifacts_of_subject("code", ANN, now=NOW) == ()
        assert tx.gate.artifacts_of_session("code", 801, now=NOW) == ()
        assert tx.gate.spend_code(b"code", application_id=PORTAL, dialect="standard", now=NOW) is None
        for one in (kept, free):
            assert tx.gate.artifact("pending", one.key, now=NOW) == one
            assert tx.gate.replace_artifact(one, now=NOW)
            assert tx.gate.spend_artifact("pending", one.key, now=NOW) is not None


def test_the_sessions_of_a_person_are_those_that_anything_was_given_in(store: Store) -> None:
    """Live or expired: by what is there of them, spent codes too, and by live grants."""
    there = [
        replace(artifact("session", b"s"), subject=ANN, session_id=1),
        replace(code(b"k"), session_id=2, consumed_at=NOW),
        replace(code(b"other", subject=BOB), session_id=3),
    ]
    with store.begin() as tx:
        for one in there:
            tx.gate.put_artifact(one)
        tx.gate.insert_grant(grant(701, session_id=4))
        tx.gate.insert_grant(grant(702, session_id=5, state="revoked"))
        tx.gate.insert_grant(grant(703, session_id=6, subject_id=BOB))
        tx.gate.insert_grant(grant(704))
        assert tx.gate.sessions_of_user(ANN, now=NOW) == {1, 2, 4}


def test_the_end_of_a_session_is_remembered_as_long_as_anything_stands_on_it(store: Store) -> None:
    """Else what it ended would come back to life when its end was swept away."""
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701, session_id=1))
        tx.gate.put_artifact(replace(code(b"k"), session_id=2))
        for number in (1, 2, 3):
            tx.gate.end_session(number, ends_offline=False, now=NOW)
        assert tx.platform.delete_ended_sessions(before=NOW, limit=10) == 0
        assert tx.platform.delete_ended_sessions(before=NOW + 1, limit=10) == 1
    with store.begin() as tx:
        assert {one.id for one in tx.gate.ended_sessions(NOW)} == {1, 2}
        tx.platform.delete_expired_artifacts(before=LATER + 1, limit=10)
        tx.platform.delete_expired_grants(before=LATER + 1, limit=10)
        assert tx.platform.delete_ended_sessions(before=NOW + 1, limit=1) == 1
        assert tx.platform.delete_ended_sessions(before=NOW + 1, limit=1) == 1
        assert tx.gate.ended_sessions(NOW) == ()


def test_an_expired_artifact_is_closed_only_by_who_may_be_late(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(FULL)
    with store.begin() as tx:
        assert not tx.gate.close_artifact(FULL, after=LATER, now=LATER)
        assert tx.gate.close_artifact(FULL, after=0, now=LATER)
        assert not tx.gate.close_artifact(FULL, after=0, now=LATER)


def test_those_of_one_kind_are_swept_away_sooner(store: Store) -> None:
    with store.begin() as tx:
        for kind in ("pending", "code"):
            tx.gate.put_artifact(artifact(kind, b"k", expires_at=NOW + 1))
    with store.begin() as tx:
        assert tx.platform.delete_expired_artifacts(before=NOW, limit=9, sooner=("pending", NOW + 2)) == 1
        assert tx.gate.former_artifact("pending", b"k") is None
        assert tx.gate.former_artifact("code", b"k") is not None
