"""Purging (E29): what is deleted with an application, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import Conflict
from grantway.core.ports import Store
from tests.storage.records import (
    ACME,
    BOLT,
    NOW,
    PORTAL,
    application,
    changes_since,
    credential,
    installation,
    position_of,
)
from tests.storage.test_applications import FULL


def schedule(store: Store, application_id: int) -> None:
    """As it is when somebody wanted an application deleted, and the time has come."""
    with store.begin() as tx:
        stored = tx.gate.application(application_id)
        assert stored is not None
        scheduled = replace(stored, state="deletion_scheduled", purge_at=NOW)
        assert tx.organization(ACME).update_application(scheduled, version=stored.version)


def test_a_client_id_is_never_given_again(store: Store) -> None:
    schedule(store, PORTAL)
    with store.begin() as tx:
        assert tx.platform.purge_application(PORTAL, now=NOW)
    with store.read() as tx:
        assert tx.gate.application_by_client_id(f"client-{PORTAL}") is None
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(BOLT).insert_application(application(409, BOLT, client_id=f"client-{PORTAL}"))


def test_deleting_takes_along_what_belongs_to_the_application(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_application(FULL)
        tx.organization(ACME).insert_credential(credential(501, FULL.id, ACME))
        tx.organization(BOLT).insert_installation(installation(601, BOLT, application_id=FULL.id))
    with store.begin() as tx:
        assert tx.platform.purge_application(FULL.id, now=NOW) is None, "nobody scheduled it"
    schedule(store, FULL.id)
    position = position_of(store)
    with store.begin() as tx:
        assert tx.platform.due_applications(now=NOW - 1, limit=10) == ()
        assert tx.platform.due_applications(now=NOW, limit=10) == (FULL.id,)
        assert tx.platform.purge_application(FULL.id, now=NOW - 1) is None
        purged = tx.platform.purge_application(FULL.id, now=NOW)
        assert purged is not None
        assert purged.client_id == FULL.client_id
        assert tx.platform.purge_application(FULL.id, now=NOW) is None
    assert changes_since(store, position) == [("application", FULL.id)]
    with store.read() as tx:
        assert tx.gate.credential_by_id(FULL.id, 501) is None
        assert tx.gate.installation(FULL.id, BOLT) is None
        assert not tx.gate.is_known_origin("https://z.example")
