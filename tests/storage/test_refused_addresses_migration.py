"""What the migration to refusals does to addresses that were asked before it."""

from __future__ import annotations

from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

ACME = 101


def test_who_agreed_has_agreed_and_who_did_not_answer_refused_nothing(empty_url: str) -> None:
    with database_before(empty_url, "0029") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        for number, agreed in enumerate((None, 20)):
            address = f"{number}@elsewhere.example.test"
            rows.put(
                "notify_addresses",
                id=number + 1,
                organization_id=ACME,
                folded=address,
                address=address,
                asked_at=10,
                confirmed_at=agreed,
            )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.begin() as tx:
        assert tx.platform.standing_of_address(ACME, "0@elsewhere.example.test") == "asked"
        assert tx.platform.standing_of_address(ACME, "1@elsewhere.example.test") == "confirmed"
        assert tx.platform.refuse_address(1, now=30)
        assert tx.platform.standing_of_address(ACME, "0@elsewhere.example.test") == "refused"
    store.close()
