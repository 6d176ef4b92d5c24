"""What the migration to access keys does to a server that has been at work."""

from __future__ import annotations

from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.records import LATER, NOW, access_key
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

ACME, ANN, PORTAL = 101, 201, 401


def test_what_was_granted_stands_on_no_key_and_goes_on(empty_url: str) -> None:
    """A key goes with the membership of its owner; what was there before knows nothing of keys."""
    with database_before(empty_url, "0030") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        rows.person(ANN, "ann@example.test", 5)
        rows.put("memberships", user_id=ANN, organization_id=ACME, role="member", state="enabled", epoch=1)
        rows.put("applications", id=PORTAL, organization_id=ACME, client_id="portal")
        rows.put(
            "grants",
            id=701,
            application_id=PORTAL,
            organization_id=ACME,
            subject_kind="user",
            subject_id=ANN,
            dialect="standard",
            scopes='["openid"]',
            resources="[]",
            epochs='{"application":0,"organization":0}',
            methods='["pwd"]',
            state="live",
            generation=1,
            expires_at=LATER,
        )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.begin() as tx:
        rotated = tx.gate.rotate_grant(
            701, generation=1, application_id=PORTAL, dialect="standard", now=NOW, idle_expires_at=None
        )
        assert rotated is not None
        assert rotated.grant.access_key_id is None
        tx.organization(ACME).insert_access_key(access_key(811, ACME, user_id=ANN))
    with store.begin() as tx:
        assert tx.organization(ACME).delete_membership(ANN)
    with store.read() as tx:
        assert tx.gate.access_key(811) is None
    store.close()
