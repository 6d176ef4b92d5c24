"""Users, addresses, passwords, memberships, places and attempts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import Conflict
from grantway.core.listing import UserFilter
from grantway.core.model import PasswordRecord, Place
from grantway.core.ports import Attempt, Page, Store
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
    installation,
    membership,
    organization,
    position_of,
    user,
)

CARL = 203


def test_every_field_of_a_user_comes_back(store: Store) -> None:
    carl = user(
        CARL,
        email="Carl@Example.org",
        email_verified_at=None,
        given_name="Carl",
        family_name="Ø",
        locale="de-CH",
        updated_at=NOW,
        created_at=NOW,
    )
    position = position_of(store)
    with store.begin() as tx:
        assert tx.platform.insert_user(carl)
    assert changes_since(store, position) == [("user", CARL)]
    with store.read() as tx:
        assert tx.gate.user(CARL) == carl
        assert tx.platform.user(CARL) == carl
        assert tx.platform.user(299) is None
        assert tx.gate.user(299) is None


@pytest.mark.parametrize("verified_at", [None, NOW])
def test_a_verified_address_belongs_to_one_user_without_regard_to_case(
    store: Store, verified_at: int | None
) -> None:
    position = position_of(store)
    with store.begin() as tx:
        assert not tx.platform.insert_user(
            user(CARL, email="uSER201@example.ORG", email_verified_at=verified_at)
        )
    with store.read() as tx:
        assert tx.gate.user(CARL) is None
    assert changes_since(store, position) == []


def test_an_unverified_address_keeps_nobody_away(store: Store) -> None:
    """V154: and is not verified any more once somebody else verified it."""
    with store.begin() as tx:
        assert tx.platform.insert_user(user(CARL, email="new@example.org", email_verified_at=None))
        assert tx.platform.insert_user(user(204, email="NEW@example.org", email_verified_at=NOW))
        assert not tx.gate.verify_email(CARL, "new@example.org", now=NOW)
    with store.read() as tx:
        carl = tx.gate.user(CARL)
    assert carl is not None
    assert (carl.email, carl.email_verified_at, carl.version) == ("new@example.org", None, 1)


def test_verifying_an_address(store: Store) -> None:
    """V154: before that nobody signs in with it."""
    with store.begin() as tx:
        tx.platform.insert_user(user(CARL, email="Carl@Example.org", email_verified_at=None))
        assert not tx.gate.verify_email(CARL, "other@example.org", now=NOW)
    position = position_of(store)
    with store.begin() as tx:
        assert tx.gate.password_of("carl@example.org") is None
        assert tx.gate.verify_email(CARL, "CARL@example.org", now=NOW)
    assert changes_since(store, position) == [("user", CARL)]
    with store.read() as tx:
        found = tx.gate.password_of("carl@EXAMPLE.org")
    expected = user(CARL, email="Carl@Example.org", version=2, updated_at=NOW)
    assert found == PasswordRecord(expected, None)


def test_a_password_replaces_the_earlier_one(store: Store) -> None:
    position = position_of(store)
    with store.begin() as tx:
        tx.gate.set_password(ANN, "$argon2id$1", now=NOW)
        tx.gate.set_password(ANN, "$argon2id$2", now=LATER)
    with store.read() as tx:
        assert tx.gate.password_of("user201@example.org") == PasswordRecord(user(ANN), "$argon2id$2")
        assert tx.gate.password_of("user202@example.org") == PasswordRecord(user(BOB), None)
        assert tx.gate.password_of("nobody@example.org") is None
    assert changes_since(store, position) == []


def test_a_user_is_updated_under_its_version(store: Store) -> None:
    wanted = user(
        ANN,
        state="disabled",
        epoch=2,
        name="Ann",
        given_name="A",
        family_name="N",
        locale="en",
        updated_at=NOW,
    )
    position = position_of(store)
    with store.begin() as tx:
        assert tx.platform.update_user(wanted, version=2) is None
        assert tx.platform.update_user(wanted, version=1) == replace(wanted, version=2)
    assert changes_since(store, position) == [("user", ANN)]


def test_a_user_may_get_another_address(store: Store) -> None:
    wanted = user(ANN, email="Ann@Example.org", email_verified_at=None)
    with store.begin() as tx:
        assert tx.platform.update_user(wanted, version=1) == replace(wanted, version=2)
    with store.begin() as tx:
        # The same address, written otherwise and verified.
        again = user(ANN, email="ann@example.org", email_verified_at=LATER)
        assert tx.platform.update_user(again, version=2) == replace(again, version=3)
    with store.read() as tx:
        assert tx.gate.password_of("user201@example.org") is None
    with pytest.raises(Conflict), store.begin() as tx:
        tx.platform.update_user(user(ANN, email="user202@example.org"), version=3)
    with store.read() as tx:
        assert tx.gate.user(ANN) == replace(again, version=3)


def test_a_deleted_user_leaves_nothing(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.set_password(ANN, "$argon2id$1", now=NOW)
        tx.gate.put_artifact(artifact("session", b"ann", subject=ANN))
        tx.gate.put_artifact(artifact("session", b"bob", subject=BOB))
    position = position_of(store)
    with store.begin() as tx:
        assert not tx.platform.delete_user(ANN, version=2)
        assert tx.platform.delete_user(ANN, version=1)
        assert not tx.platform.delete_user(ANN, version=1)
    assert changes_since(store, position) == [("user", ANN)]
    with store.read() as tx:
        assert tx.gate.password_of("user201@example.org") is None
        assert tx.gate.membership(ANN, ACME) is None
        assert tx.gate.artifact("session", b"ann", now=NOW) is None
        assert tx.gate.artifact("session", b"bob", now=NOW) is not None


def test_users_are_listed_and_found_by_part_of_the_address(store: Store) -> None:
    with store.read() as tx:
        assert tx.platform.users(Page()) == (user(ANN), user(BOB))
        assert tx.platform.users(Page(limit=1, after=ANN)) == (user(BOB),)
        assert tx.platform.users(Page(), UserFilter(email="R202@EX")) == (user(BOB),)
        assert tx.platform.users(Page(), UserFilter(email="%")) == ()


def test_memberships(store: Store) -> None:
    made = membership(BOB, ACME, role="member", created_at=NOW)
    position = position_of(store)
    with store.begin() as tx:
        acme = tx.organization(ACME)
        assert acme.insert_membership(made)
        assert not acme.insert_membership(replace(made, role="owner"))
        assert acme.membership(BOB) == (user(BOB), made)
        assert acme.memberships(Page()) == ((user(ANN), membership(ANN, ACME)), (user(BOB), made))
        assert acme.memberships(Page(limit=1, after=ANN)) == ((user(BOB), made),)
        assert tx.gate.membership(BOB, ACME) == made
        wanted = replace(made, role="admin", state="disabled", epoch=2)
        assert acme.update_membership(wanted, version=7) is None
        assert acme.update_membership(wanted, version=1) == replace(wanted, version=2)
    assert changes_since(store, position) == [("user", BOB)]
    with store.begin() as tx:
        assert tx.organization(ACME).delete_membership(BOB)
        assert not tx.organization(ACME).delete_membership(BOB)
    assert changes_since(store, position) == [("user", BOB), ("user", BOB)]


def test_owners_are_counted_where_membership_and_user_are_enabled(store: Store) -> None:
    with store.begin() as tx:
        acme = tx.organization(ACME)
        acme.insert_membership(membership(BOB, ACME))
        tx.platform.insert_user(user(CARL))
        acme.insert_membership(membership(CARL, ACME, state="disabled"))
        assert acme.owners() == 2
        tx.platform.update_user(user(BOB, state="disabled"), version=1)
        assert acme.owners() == 1


def test_places_are_where_a_person_may_act(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(BOLT).insert_membership(membership(ANN, BOLT, role="member"))
        tx.organization(BOLT).insert_installation(installation(601, BOLT))
        tx.platform.insert_organization(organization(104, state="disabled"))
        tx.organization(104).insert_membership(membership(ANN, 104))
        tx.platform.insert_organization(organization(105, name="AAA"))
        tx.organization(105).insert_membership(membership(ANN, 105, state="disabled"))
    bolt = Place(organization(BOLT), membership(ANN, BOLT, role="member"))
    acme = Place(organization(ACME), membership(ANN, ACME))
    with store.read() as tx:
        assert tx.gate.places(ANN) == (bolt, acme)
        assert tx.gate.places(ANN, PORTAL) == (replace(bolt, installation=installation(601, BOLT)), acme)
        assert tx.gate.places(299) == ()


def test_attempts_are_counted_up_to_the_limit_in_each_window(store: Store) -> None:
    attempt = Attempt("login:ann", limit=3, window=1_000)
    with store.begin() as tx:
        assert [tx.gate.count_attempt(attempt, now=5_000 + step) for step in range(5)] == [True] * 3 + [
            False
        ] * 2
        assert tx.gate.count_attempt(Attempt("login:bob", limit=3, window=1_000), now=5_000)
        assert tx.gate.count_attempt(attempt, now=6_000)
        tx.gate.clear_attempts("login:ann")
        assert tx.gate.count_attempt(attempt, now=5_999)
        assert not tx.gate.count_attempt(Attempt("never", limit=0, window=1_000), now=5_000)
        assert tx.platform.delete_attempts(before=5_000, limit=10) == 0
        assert tx.platform.delete_attempts(before=5_001, limit=1) == 1
        assert tx.platform.delete_attempts(before=5_001, limit=10) == 1
