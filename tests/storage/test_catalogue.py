"""APIs and scopes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import Conflict, NotFound
from grantway.core.model import Catalogue
from grantway.core.ports import Page, Store
from tests.storage.records import (
    ACME,
    BOLT,
    CRM_API,
    CRM_READ,
    CRM_WRITE,
    NOW,
    PORTAL,
    api,
    application,
    changes_since,
    position_of,
    scope,
)


def test_the_catalogue_holds_every_api_and_scope(store: Store) -> None:
    bolt = api(302, BOLT, builtin="identity", introspectors=frozenset({PORTAL}), created_at=NOW)
    openid = scope(321, 302, "openid", legs="3-legged", detail="More", risk="high", retired_at=NOW)
    with store.begin() as tx:
        tx.organization(BOLT).insert_api(bolt)
        tx.organization(BOLT).insert_scope(openid)
    with store.read() as tx:
        assert tx.gate.catalogue() == Catalogue(
            {CRM_API: api(CRM_API, ACME), 302: bolt},
            {
                "crm.read": scope(CRM_READ, CRM_API, "crm.read"),
                "crm.write": scope(CRM_WRITE, CRM_API, "crm.write"),
                "openid": openid,
            },
        )
        assert tx.organization(BOLT).api(302) == bolt
        assert tx.organization(BOLT).scopes(302) == (openid,)
        assert tx.organization(BOLT).apis(Page()) == (bolt,)
        assert tx.organization(BOLT).apis(Page(after=302)) == ()


def test_an_api_is_updated_under_its_version(store: Store) -> None:
    wanted = api(
        CRM_API, ACME, name="New", state="disabled", identifier="urn:new", introspectors=frozenset({PORTAL})
    )
    position = position_of(store)
    with store.begin() as tx:
        assert tx.organization(ACME).update_api(wanted, version=2) is None
        assert tx.organization(ACME).update_api(wanted, version=1) == replace(wanted, version=2)
    assert changes_since(store, position) == [("catalogue", 0)]
    with store.begin() as tx:
        fewer = replace(wanted, introspectors=frozenset())
        assert tx.organization(ACME).update_api(fewer, version=2) == replace(fewer, version=3)


@pytest.mark.parametrize("values", [{"identifier": "https://api301.example"}, {"builtin": "management"}])
def test_an_identifier_and_a_built_in_api_are_there_once(store: Store, values: dict[str, str]) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_api(api(302, ACME, builtin="management"))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(BOLT).insert_api(api(303, BOLT, **values))


def test_an_update_cannot_take_another_apis_identifier(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(BOLT).insert_api(api(302, BOLT))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(BOLT).update_api(api(302, BOLT, identifier="https://api301.example"), version=1)


def test_a_scope_value_is_there_once_and_is_never_renamed(store: Store) -> None:
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(ACME).insert_scope(scope(399, CRM_API, "crm.read"))
    wanted = scope(
        CRM_READ, CRM_API, "renamed", text="New", detail="d", risk="high", legs="2-legged", retired_at=NOW
    )
    position = position_of(store)
    with store.begin() as tx:
        assert tx.organization(ACME).update_scope(wanted, version=3) is None
        updated = tx.organization(ACME).update_scope(wanted, version=1)
    assert updated == replace(wanted, value="crm.read", version=2)
    assert changes_since(store, position) == [("catalogue", 0)]


def test_a_scope_needs_an_api_of_the_organization(store: Store) -> None:
    with pytest.raises(NotFound), store.begin() as tx:
        tx.organization(BOLT).insert_scope(scope(399, CRM_API, "crm.admin"))


def test_a_deleted_scope_is_taken_from_applications_and_stays_taken(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(BOLT).insert_application(application(402, BOLT, scopes=frozenset({"crm.read"})))
    position = position_of(store)
    with store.begin() as tx:
        assert tx.organization(ACME).delete_scope(CRM_API, CRM_READ)
        assert not tx.organization(ACME).delete_scope(CRM_API, CRM_READ)
        tx.organization(ACME).insert_scope(scope(398, CRM_API, "crm.read"))
    assert set(changes_since(store, position)) == {
        ("catalogue", 0),
        ("application", PORTAL),
        ("application", 402),
    }
    with store.read() as tx:
        portal = tx.gate.application(PORTAL)
    assert portal is not None
    assert portal.scopes == {"crm.write"}


def test_a_deleted_api_takes_its_scopes_along(store: Store) -> None:
    position = position_of(store)
    with store.begin() as tx:
        assert not tx.organization(ACME).delete_api(CRM_API, version=2)
        assert tx.organization(ACME).delete_api(CRM_API, version=1)
    assert set(changes_since(store, position)) == {("catalogue", 0), ("application", PORTAL)}
    with store.read() as tx:
        portal = tx.gate.application(PORTAL)
        assert tx.gate.catalogue() == Catalogue({}, {})
    assert portal is not None
    assert portal.scopes == frozenset()
