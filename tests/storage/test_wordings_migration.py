"""What the migration to scopes in several languages does to a database that was at work before it."""

from __future__ import annotations

from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]


def test_what_was_said_before_is_said_in_english(empty_url: str) -> None:
    with database_before(empty_url, "0028") as rows:
        rows.put("organizations", id=100, kind="platform", slug="platform", state="enabled")
        rows.put("apis", id=300, organization_id=100, identifier="c", state="enabled")
        rows.put("scopes", id=500, api_id=300, value="crm.read", legs="any", risk="normal", text="See it")
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        scope = tx.gate.catalogue().scopes["crm.read"]
    assert [(one.locale, one.text) for one in scope.wordings] == [("en", "See it")]
    store.close()
