"""Organizations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import Conflict
from grantway.core.listing import OrganizationFilter
from grantway.core.ports import Page, Store
from tests.storage.records import (
    ACME,
    BOB,
    BOLT,
    NOW,
    changes_since,
    installation,
    organization,
    position_of,
)


def test_every_field_of_an_organization_comes_back(store: Store) -> None:
    made = organization(
        103,
        kind="platform",
        name="Plattform",
        slug="p",
        parent_id=ACME,
        time_zone="Europe/Zurich",
        created_at=NOW,
    )
    with store.read() as tx:
        assert tx.platform.platform_organization() is None
    position = position_of(store)
    with store.begin() as tx:
        tx.platform.insert_organization(made)
    assert changes_since(store, position) == [("organization", 103)]
    with store.read() as tx:
        assert tx.gate.organization_record(103) == made
        assert tx.organization(103).read() == made
        assert tx.platform.platform_organization() == made
        assert tx.gate.organization_record(199) is None
        assert tx.organization(199).read() is None


@pytest.mark.parametrize("values", [{"slug": f"organization-{BOLT}"}, {"kind": "platform"}])
def test_a_slug_and_the_platform_are_there_once(store: Store, values: dict[str, str]) -> None:
    with store.begin() as tx:
        tx.platform.insert_organization(organization(103, kind="platform"))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.platform.insert_organization(organization(104, **values))


def test_an_organization_is_updated_under_its_version(store: Store) -> None:
    wanted = organization(
        BOLT, name="Ünder", slug="under", state="disabled", epoch=2, time_zone="Asia/Tokyo", parent_id=ACME
    )
    position = position_of(store)
    with store.begin() as tx:
        assert tx.organization(BOLT).update(wanted, version=2) is None
        assert tx.organization(BOLT).update(replace(wanted, kind="platform"), version=1) == replace(
            wanted, version=2
        )
    assert changes_since(store, position) == [("organization", BOLT)]
    with store.read() as tx:
        assert [each.id for each in tx.platform.organizations(Page(), OrganizationFilter(name="üND"))] == [
            BOLT
        ]


def test_an_update_cannot_take_another_slug(store: Store) -> None:
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(BOLT).update(organization(BOLT, slug=f"organization-{ACME}"), version=1)


def test_listings_go_page_by_page(store: Store) -> None:
    with store.read() as tx:
        assert [each.id for each in tx.platform.organizations(Page())] == [BOLT, ACME]
        assert [each.id for each in tx.platform.organizations(Page(limit=1))] == [BOLT]
        assert [each.id for each in tx.platform.organizations(Page(limit=1, after=BOLT))] == [ACME]


def test_only_an_empty_organization_is_deleted(store: Store) -> None:
    with store.begin() as tx:
        assert not tx.platform.delete_organization(ACME, version=1)
        assert not tx.platform.delete_organization(BOLT, version=1)
        tx.organization(BOLT).delete_membership(BOB)
        tx.organization(BOLT).insert_installation(installation(601, BOLT))
        tx.platform.insert_organization(organization(103, parent_id=BOLT))
        assert not tx.platform.delete_organization(BOLT, version=1)
        assert tx.platform.delete_organization(103, version=1)
        assert not tx.platform.delete_organization(BOLT, version=2)
    position = position_of(store)
    with store.begin() as tx:
        assert tx.platform.delete_organization(BOLT, version=1)
    assert changes_since(store, position) == [("organization", BOLT)]
    with store.read() as tx:
        assert tx.gate.organization_record(BOLT) is None
