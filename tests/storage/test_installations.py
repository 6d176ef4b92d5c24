"""Installations in the store: what both sides read, and what two that act at once leave behind."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.installing import SealedSecret
from grantway.core.listing import InstallationFilter
from grantway.core.ports import Page, Store
from tests.storage.racers import together
from tests.storage.records import (
    ACME,
    BOLT,
    NOW,
    PORTAL,
    changes_since,
    credential,
    installation,
    position_of,
)

BOLTS = installation(601, BOLT, granted_at=NOW)


def put(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(BOLT).insert_installation(BOLTS)


def issue(store: Store, number: int) -> bool:
    """Make a secret of the pair as the vendor does; whether there was an installation to make it for."""
    with store.begin() as tx:
        acme = tx.organization(ACME)
        if acme.hold_installation(PORTAL, BOLT) is None:
            return False
        acme.insert_credential(credential(number, PORTAL, BOLT, installation_id=601), sealed=b"sealed")
    return True


def revoke(store: Store) -> bool:
    """Revoke the installation as its organization does."""
    with store.begin() as tx:
        bolt = tx.organization(BOLT)
        stored = tx.gate.installation(PORTAL, BOLT)
        assert stored is not None
        revoked = replace(stored, state="revoked", epoch=stored.epoch + 1)
        if bolt.update_installation(revoked, version=stored.version) is None:
            return False
        bolt.revoke_credentials_of_installation(stored, now=NOW)
    return True


def test_no_secret_of_a_revoked_pair_is_left_alive(store: Store) -> None:
    """Whoever makes one while the pair is revoked is either too late, or its secret is revoked too."""
    put(store)
    for turn in range(10):

        def act(racer: int, first: int = turn * 10) -> bool:
            return issue(store, first + racer) if racer else revoke(store)

        assert together(6, act) >= 1
        with store.begin() as tx:
            live = [one for one in tx.organization(ACME).credentials(PORTAL) if one.revoked_at is None]
            assert live == []
            assert tx.organization(ACME).sealed_secrets_of_pairs(PORTAL, now=NOW) == ()
            stored = tx.gate.installation(PORTAL, BOLT)
            assert stored is not None
            assert (stored.state, stored.epoch) == ("revoked", turn + 2)
            active = replace(stored, state="active")
            assert tx.organization(BOLT).update_installation(active, version=stored.version)


def test_both_sides_read_what_was_written(store: Store) -> None:
    put(store)
    position = position_of(store)
    with store.begin() as tx:
        waiting = replace(BOLTS, scopes=frozenset(), scopes_pending=frozenset({"crm.read"}), requested_by=7)
        assert tx.organization(BOLT).update_installation(waiting, version=1) == replace(waiting, version=2)
        tx.gate.scope_used(601, "crm.read", at=NOW)
        tx.gate.scope_used(601, "crm.read", at=NOW - 1)
    assert changes_since(store, position) == [("application", PORTAL)]
    with store.read() as tx:
        (seen,) = tx.organization(BOLT).installed_applications(Page(), InstallationFilter("active"))
        assert tx.organization(BOLT).installed_applications(Page(), InstallationFilter("requested")) == ()
        assert tx.organization(BOLT).installed_applications(Page(after=601)) == ()
        (makers,) = tx.organization(ACME).installing_organizations(PORTAL, Page())
    assert seen.installation == makers.installation == replace(waiting, version=2)
    assert (seen.application.id, seen.owner_name) == (PORTAL, f"Organization {ACME}")
    assert seen.used_scopes == {"crm.read"}
    assert seen.last_used_at == makers.last_used_at == NOW


def test_only_a_request_that_was_never_granted_is_forgotten(store: Store) -> None:
    put(store)
    with store.begin() as tx:
        assert not tx.organization(BOLT).delete_installation(601, version=1)
        asked = replace(BOLTS, state="requested")
        assert tx.organization(BOLT).update_installation(asked, version=1)
        assert not tx.organization(BOLT).delete_installation(601, version=2)
        assert tx.organization(BOLT).update_installation(replace(asked, granted_at=None), version=2)
        assert not tx.organization(BOLT).delete_installation(601, version=2)
        assert tx.organization(BOLT).delete_installation(601, version=3)
    with store.read() as tx:
        assert tx.gate.installation(PORTAL, BOLT) is None


def test_a_copy_is_resealed_once(store: Store) -> None:
    put(store)
    with store.begin() as tx:
        one = credential(501, PORTAL, BOLT, installation_id=601, seal_key_id="old")
        tx.organization(ACME).insert_credential(one, sealed=b"former")
    with store.begin() as tx:
        (found,) = tx.platform.sealed_otherwise("new", Page())
        assert found == SealedSecret(501, BOLT, b"former")
        assert tx.platform.sealed_otherwise("new", Page(after=501)) == ()
        fresh = replace(found, sealed=b"fresh")
        assert tx.platform.reseal_secret(fresh, former=b"former", seal_key_id="new")
        assert not tx.platform.reseal_secret(fresh, former=b"former", seal_key_id="new")
        assert tx.platform.sealed_otherwise("new", Page()) == ()
        assert tx.organization(ACME).sealed_secret(PORTAL, 501) == fresh
