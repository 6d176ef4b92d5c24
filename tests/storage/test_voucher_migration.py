"""What the migration to vouchers does to a database that was at work before it."""

from __future__ import annotations

import json

from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

ANN, BOB, ACME, PORTAL = 201, 202, 101, 401
COVERED = ["crm.read", "openid"]
GRANTS = {
    801: ("user", ANN, COVERED),
    802: ("user", ANN, [*COVERED, "crm.write"]),
    803: ("user", BOB, COVERED),
    804: ("service_account", BOB, COVERED),
}


def fill(url: str) -> None:
    """Ann agreed to something, Bob took it back; each has grants, of which some stand on a setting alone."""
    with database_before(url, "0014") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        rows.put("applications", id=PORTAL, organization_id=ACME, client_id="portal", state="enabled")
        for person, revoked_at in ((ANN, None), (BOB, 1)):
            rows.put("users", id=person, state="enabled")
            whose = {"user_id": person, "application_id": PORTAL, "organization_id": ACME}
            rows.put("consents", **whose, scopes=json.dumps(COVERED), revoked_at=revoked_at)
        for number, (kind, subject, scopes) in GRANTS.items():
            rows.put(
                "grants",
                id=number,
                application_id=PORTAL,
                organization_id=ACME,
                subject_kind=kind,
                subject_id=subject,
                scopes=json.dumps(scopes),
                resources="[]",
                methods="[]",
                epochs='{"application":1,"organization":1}',
                state="live",
            )


def test_sign_ins_that_nobody_answers_for_end(empty_url: str) -> None:
    """What a consent covers lives on; what a setting alone allowed is over, and people are asked anew."""
    fill(empty_url)
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        states = {number: grant.state for number in GRANTS if (grant := tx.gate.grant(number)) is not None}
        assert set(tx.gate.dead_grants(1)) == {802, 803}
        assert tx.gate.live_vouchers(PORTAL, ACME) == ()
    store.close()
    assert states == {801: "live", 802: "revoked", 803: "revoked", 804: "live"}
