"""Single use under load: many threads, several processes, one winner."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress

from grantway.core.errors import Conflict
from grantway.core.ports import Attempt, Store
from tests.kit.counts import count
from tests.storage.racers import redeem, redeem_from_process, together
from tests.storage.records import ACME, ANN, BOB, LATER, NOW, PORTAL, artifact, code, grant, membership, user

THREADS = 16


def test_one_of_many_threads_redeems_a_code(store: Store) -> None:
    for turn in range(count(bounded=5, full=500)):
        key = b"code %d" % turn
        with store.begin() as tx:
            tx.gate.put_artifact(code(key))
        first_id = turn * 100 + 1

        def race(racer: int, key: bytes = key, first_id: int = first_id) -> bool:
            return redeem(store, key, first_id + racer)

        assert together(THREADS, race) == 1
        with store.read() as tx:
            assert tx.gate.grant_of_code(key) is not None


def test_one_thread_of_many_processes_redeems_a_code(store: Store, store_url: str) -> None:
    keys = [b"code %d" % turn for turn in range(count(bounded=10, full=500))]
    with store.begin() as tx:
        for key in keys:
            tx.gate.put_artifact(code(key))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=spawn) as pool:
        running = [pool.submit(redeem_from_process, store_url, process, 4, keys) for process in range(4)]
        won = [run.result() for run in running]
    assert [sum(each) for each in zip(*won, strict=True)] == [1] * len(keys)


def test_one_of_many_threads_spends_an_artifact(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(artifact("reset", b"k"))

    def spend(_: int) -> bool:
        with store.begin() as tx:
            return tx.gate.spend_artifact("reset", b"k", now=NOW) is not None

    assert together(THREADS, spend) == 1


def test_one_of_many_threads_puts_an_artifact(store: Store) -> None:
    def put(racer: int) -> bool:
        with store.begin() as tx:
            return tx.gate.put_artifact(artifact("jti", b"k", payload=b"%d" % racer))

    assert together(THREADS, put) == 1


def test_one_of_many_threads_rotates_a_grant(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701))
    for generation in range(1, count(bounded=5, full=500)):

        def rotate(_: int, generation: int = generation) -> bool:
            with store.begin() as tx:
                rotated = tx.gate.rotate_grant(
                    701,
                    generation=generation,
                    application_id=PORTAL,
                    dialect="standard",
                    now=NOW,
                    idle_expires_at=LATER,
                )
            return rotated is not None

        assert together(THREADS, rotate) == 1
    with store.read() as tx:
        found = tx.gate.grant(701)
    assert found is not None
    assert found.generation == count(bounded=5, full=500)


def test_one_of_many_threads_revokes_a_grant(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.insert_grant(grant(701))

    def revoke(_: int) -> bool:
        with store.begin() as tx:
            return tx.gate.revoke_grant(701, reason="race", now=NOW)

    assert together(THREADS, revoke) == 1


def test_one_code_never_makes_two_grants(store: Store) -> None:
    def insert(racer: int) -> bool:
        try:
            with store.begin() as tx:
                tx.gate.insert_grant(grant(700 + racer, code_key=b"k"))
        except Conflict:
            return False
        return True

    assert together(THREADS, insert) == 1


def test_attempts_never_exceed_their_limit(store: Store) -> None:
    for turn in range(count(bounded=3, full=200)):

        def attempt(_: int, bucket: str = f"bucket {turn}") -> bool:
            with store.begin() as tx:
                return tx.gate.count_attempt(Attempt(bucket, limit=5, window=1_000_000), now=NOW)

        assert together(32, attempt) == 5


def test_an_address_is_verified_for_one_user(store: Store) -> None:
    for turn in range(count(bounded=10, full=500)):
        address, first_id = f"wanted{turn}@example.org", 1_000 + turn * THREADS
        with store.begin() as tx:
            for person in range(first_id, first_id + THREADS):
                tx.platform.insert_user(user(person, email=address, email_verified_at=None))

        def verify(racer: int, address: str = address, first_id: int = first_id) -> bool:
            with store.begin() as tx:
                return tx.gate.verify_email(first_id + racer, address, now=NOW)

        assert together(THREADS, verify) == 1


def test_two_owners_never_leave_an_organization_without_one(store: Store) -> None:
    for _ in range(count(bounded=5, full=500)):
        with store.begin() as tx:
            acme = tx.organization(ACME)
            for person in (ANN, BOB):
                acme.delete_membership(person)
                acme.insert_membership(membership(person, ACME))

        def leave(racer: int) -> bool:
            with store.begin() as tx:
                acme = tx.organization(ACME)
                return acme.owners() > 1 and acme.delete_membership((ANN, BOB)[racer])

        assert together(2, leave) == 1


def test_one_of_many_updates_of_a_version_wins(store: Store) -> None:
    def update(racer: int) -> bool:
        with store.begin() as tx:
            acme = tx.organization(ACME)
            portal = acme.application(PORTAL)
            return portal is not None and acme.update_application(portal, version=1) is not None

    assert together(THREADS, update) == 1


def test_a_code_that_is_redeemed_while_its_session_ends_leaves_no_live_grant(store: Store) -> None:
    """Whichever came first: the end of the session is read with the grant as it was with the code."""
    for turn in range(count(bounded=10, full=500)):
        key, session_id, grant_id = b"code %d" % turn, 1_000 + turn, 2_000 + turn
        with store.begin() as tx:
            tx.gate.put_artifact(code(key, session_id=session_id))

        def race(
            racer: int, key: bytes = key, session_id: int = session_id, grant_id: int = grant_id
        ) -> bool:
            with store.begin() as tx:
                if racer:
                    tx.gate.end_session(session_id, ends_offline=False, now=NOW)
                    return False
                spent = tx.gate.spend_code(key, application_id=PORTAL, dialect="standard", now=NOW)
                if spent is not None:
                    tx.gate.insert_grant(grant(grant_id, code_key=key, session_id=session_id))
                return spent is not None

        together(2, race)
        with store.begin() as tx:
            made = tx.gate.grant_of_code(key)
            assert made is None or made.state == "revoked"
            rotated = tx.gate.rotate_grant(
                grant_id,
                generation=1,
                application_id=PORTAL,
                dialect="standard",
                now=NOW,
                idle_expires_at=LATER,
            )
            assert rotated is None
            assert tx.gate.spend_code(key, application_id=PORTAL, dialect="standard", now=NOW) is None


def test_a_session_that_begins_while_the_password_changes_is_seen_or_is_not_begun(store: Store) -> None:
    """Whoever begins a session holds the password: one waits for the other, on each kind of database."""
    for turn in range(count(bounded=10, full=500)):
        session_id, former, new = 1_000 + turn, f"phc {turn}", f"phc {turn + 1}"
        with store.begin() as tx:
            tx.gate.set_password(ANN, former, now=NOW)

        def race(racer: int, session_id: int = session_id, former: str = former, new: str = new) -> bool:
            with store.begin() as tx:
                if racer:
                    tx.gate.set_password(ANN, new, now=NOW)
                    for found in tx.gate.sessions_of_user(ANN, now=NOW):
                        tx.gate.end_session(found, ends_offline=True, now=NOW)
                    return False
                if tx.gate.hold_password(ANN) != former:
                    return False
                return tx.gate.put_artifact(
                    artifact("session", b"%d" % session_id, subject=ANN, session_id=session_id)
                )

        together(2, race)
        with store.read() as tx:
            assert tx.gate.artifact("session", b"%d" % session_id, now=NOW) is None


def test_as_many_of_many_threads_put_an_artifact_as_there_is_room_for(store: Store) -> None:
    """Two counts at once, of which the second is the smaller one; what found no room left no trace."""
    wide, narrow = Attempt("network", 100, 1_000, weight=3), Attempt("all", 15, 1_000, weight=3)

    class Full(Exception):
        """Rolls back."""

    def require_room(full: Attempt | None) -> None:
        if full is not None:
            assert full == narrow
            raise Full

    def put(racer: int) -> bool:
        with suppress(Full), store.begin() as tx:
            one = artifact("pending", b"%d" % racer)
            require_room(tx.gate.put_artifact_within(one, (wide, narrow), now=NOW))
            return True
        return False

    assert together(THREADS, put) == 5
    with store.begin() as tx:
        assert len(tx.gate.artifacts_of_kind("pending", now=NOW)) == 5
        assert not tx.gate.count_attempt(narrow, now=NOW)
        tx.gate.uncount_attempts((wide, narrow), at=NOW)
    with store.begin() as tx:
        assert tx.gate.count_attempt(narrow, now=NOW)
        assert tx.gate.count_attempt(Attempt("network", 100, 1_000, weight=88), now=NOW)


def test_one_of_many_threads_closes_an_artifact(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_artifact(artifact("pending", b"k"))

    def close(racer: int) -> bool:
        with store.begin() as tx:
            ended = artifact("pending", b"k", payload=b"%d" % racer)
            return tx.gate.close_artifact(ended, after=NOW, now=NOW)

    assert together(THREADS, close) == 1
    with store.read() as tx:
        assert tx.gate.artifact("pending", b"k", now=NOW) is None
        former = tx.gate.former_artifact("pending", b"k")
    assert former is not None
    assert former.consumed_at == NOW
    assert former.payload != artifact("pending", b"k").payload


def test_one_of_many_threads_replaces_a_password(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.set_password(ANN, "former", now=NOW)

    def change(racer: int) -> bool:
        with store.begin() as tx:
            return tx.gate.replace_password(ANN, f"new {racer}", former="former", now=NOW)

    assert together(THREADS, change) == 1
