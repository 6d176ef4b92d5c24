"""Pending versions, on both databases: one of each application, which goes with it; and their migration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import NotFound
from grantway.core.model import ApplicationSettings
from grantway.core.ports import Store
from grantway.core.reviewing import PendingVersion
from grantway.storage import migrate, open_store
from grantway.storage.sql.rows import to_json
from tests.storage.filled import database_before
from tests.storage.records import ACME, ANN, BOLT, NOW, PORTAL, application
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

WAITS = PendingVersion(
    PORTAL,
    {
        "scopes": ("crm.read",),
        "audience_organizations": (ACME, BOLT),
        "logo_url": None,
        "access_token_lifetime": 60,
        "client_may_choose_lifetime": True,
        "name": "Ö",
    },
    NOW,
    NOW + 1,
    ANN,
    7,
)


def test_it_comes_back_as_it_was_and_a_later_one_takes_its_place(store: Store) -> None:
    later = replace(WAITS, members={"name": "Other"}, updated_at=NOW + 2, user_id=None, through_id=None)
    for one in (WAITS, later):
        with store.begin() as tx:
            tx.organization(ACME).keep_pending_version(one)
        with store.read() as tx:
            acme = tx.organization(ACME)
            assert acme.pending_version(PORTAL) == one
            assert acme.pending_versions(PORTAL, PORTAL) == (one,)
            assert acme.pending_versions(PORTAL + 1, PORTAL + 9) == ()
    with store.begin() as tx:
        tx.organization(ACME).drop_pending_version(PORTAL)
    with store.read() as tx:
        assert tx.organization(ACME).pending_version(PORTAL) is None


def test_operators_find_what_waits_by_application_and_state(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(BOLT).insert_application(application(402, BOLT, publication="approved"))
        tx.organization(ACME).keep_pending_version(WAITS)
        tx.organization(BOLT).keep_pending_version(replace(WAITS, application_id=402))
    with store.read() as tx:
        desk = tx.platform
        assert [one.id for one in desk.waiting_applications(after=0, limit=9)] == [PORTAL, 402]
        assert [one.id for one in desk.waiting_applications(after=PORTAL, limit=9)] == [402]
        assert len(desk.waiting_applications(after=0, limit=1)) == 1
        found = {
            state: [one.application_id for one in desk.pending_of_all(first=0, last=999, publication=state)]
            for state in ("", "approved", "draft", "submitted")
        }
    assert found == {"": [PORTAL, 402], "approved": [402], "draft": [PORTAL], "submitted": []}


def test_a_purge_takes_it_along(store: Store) -> None:
    with store.begin() as tx:
        acme = tx.organization(ACME)
        acme.keep_pending_version(WAITS)
        stored = acme.application(PORTAL)
        assert stored is not None
        assert acme.update_application(replace(stored, state="deletion_scheduled", purge_at=NOW), version=1)
    with store.begin() as tx:
        assert tx.platform.purge_application(PORTAL, now=NOW)
    with store.read() as tx:
        assert tx.platform.waiting_applications(after=0, limit=9) == ()
        assert tx.platform.pending_of_all(first=0, last=2**53, publication="") == ()


def test_of_an_application_of_others_or_of_none_nothing_is_kept(store: Store) -> None:
    for organization, identifier in ((BOLT, PORTAL), (ACME, 999)):
        with pytest.raises(NotFound), store.begin() as tx:
            tx.organization(organization).keep_pending_version(replace(WAITS, application_id=identifier))


def test_what_was_approved_before_counts_as_it_is(empty_url: str) -> None:
    """A filled database: nothing waits, every record is what it was, and the next change can wait."""
    with database_before(empty_url, "0018") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        for number, publication in enumerate(("draft", "submitted", "approved", "rejected")):
            rows.put(
                "applications",
                id=PORTAL + number,
                organization_id=ACME,
                client_id=f"portal-{number}",
                name="Portal",
                version=3,
                settings=to_json(ApplicationSettings()),
                dialects='["standard"]',
                notification_addresses="[]",
                publication=publication,
                audience_effective="any_organization",
            )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.begin() as tx:
        acme = tx.organization(ACME)
        found = [acme.application(PORTAL + number) for number in range(4)]
        assert [(one.publication, one.version, one.name) for one in found if one] == [
            ("draft", 3, "Portal"),
            ("submitted", 3, "Portal"),
            ("approved", 3, "Portal"),
            ("rejected", 3, "Portal"),
        ]
        assert {one.audience_effective for one in found if one} == {"any_organization"}
        assert tx.platform.waiting_applications(after=0, limit=9) == ()
        acme.keep_pending_version(replace(WAITS, application_id=PORTAL + 2))
    with store.read() as tx:
        assert [one.id for one in tx.platform.waiting_applications(after=0, limit=9)] == [PORTAL + 2]
    store.close()
