"""What the migration to imported secrets does to a registry that has secrets already."""

from __future__ import annotations

from contextlib import closing

from grantway.storage import migrate, open_store
from tests.kit.world import World, settings_of
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

ACME = 101
APPLICATION = 201


def test_what_is_there_is_ours_and_is_found_as_before(empty_url: str) -> None:
    with database_before(empty_url, "0034") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        rows.put(
            "applications",
            id=APPLICATION,
            organization_id=ACME,
            client_id="the-client",
            settings="{}",
            dialects='["standard"]',
            notification_addresses="[]",
        )
        rows.put(
            "credentials",
            id=301,
            application_id=APPLICATION,
            organization_id=ACME,
            digest=b"1" * 32,
            created_at=10,
        )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        found = tx.gate.credential(APPLICATION, [b"1" * 32])
        assert found is not None
        assert (found.imported, found.foreign_text, found.source) == (None, None, None)
        application = tx.gate.application(APPLICATION)
        assert application is not None
        assert not application.has_imported_secrets
        assert tx.gate.imported_credentials(APPLICATION) == ()
        assert tx.gate.foreign_stand_in() is None
    store.close()


def test_a_foreign_hash_is_replaced_once(store_url: str) -> None:
    """Of two that evaluated the same hash one writes, and what was revoked meanwhile is written by nobody."""
    with closing(World(settings_of(store_url))) as world:
        application = world.make.application(world.make.organization())
        hashed = "$2b$04$abcdefghijklmnopqrstuuU5kGVEpSS1H7GnIG3vcpnpmDlwwJCXy"
        credential = world.make.imported_secret(application, hashed)
        for digest, is_first in ((b"1" * 32, True), (b"2" * 32, False)):
            with world.store.begin() as tx:
                assert tx.gate.adopt_secret(credential, pepper_id=1, digest=digest) is is_first
        with world.store.read() as tx:
            assert [one.digest for one in tx.gate.imported_credentials(application.id)] == [b"1" * 32]
        other = world.make.imported_secret(application, hashed.replace("bcd", "bce"))
        with world.store.begin() as tx:
            assert tx.organization(application.organization_id).revoke_credential(
                application.id, other.id, now=world.clock.now()
            )
            assert not tx.gate.adopt_secret(other, pepper_id=1, digest=b"3" * 32)
