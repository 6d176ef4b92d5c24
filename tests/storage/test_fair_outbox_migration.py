"""What the migration to turns and agreements does to a database that was at work before it."""

from __future__ import annotations

from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

ACME, PORTAL, HOOK, EVENT = 101, 401, 501, 601
STRANGER = "stranger@elsewhere.example.test"


def fill(url: str) -> None:
    with database_before(url, "0023") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        rows.put(
            "applications",
            id=PORTAL,
            organization_id=ACME,
            client_id="portal",
            state="enabled",
            notification_addresses=f'["{STRANGER}"]',
        )
        rows.put(
            "webhooks",
            id=HOOK,
            organization_id=ACME,
            url="https://h.example.test/",
            state="enabled",
            events="[]",
            sealed=b"",
        )
        rows.put(
            "events",
            id=EVENT,
            at=1,
            name="application.disabled",
            state="expanded",
            tells="[]",
            facts="{}",
            addresses="[]",
        )
        for number in range(30):
            rows.put(
                "deliveries",
                id=700 + number,
                event_id=EVENT,
                webhook_id=HOOK,
                kind="webhook",
                state="pending",
                next_at=number,
            )


def test_what_waits_goes_on_and_no_address_has_agreed_yet(empty_url: str) -> None:
    fill(empty_url)
    migrate(empty_url)
    store = open_store(empty_url)
    with store.begin() as tx:
        assert tx.platform.is_webhook_due(now=100)
        claimed = tx.platform.claim_webhooks(now=100, until=200, limit=64, share=8, failing=8)
        assert [(one.webhook_id, one.next_at) for one, _ in claimed] == [(HOOK, 200)]
        assert tx.platform.standing_of_address(ACME, STRANGER) == "unknown"
    store.close()
