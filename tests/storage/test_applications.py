"""Applications and what belongs to them: redirects, origins, scopes, credentials, installations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core.errors import Conflict, NotFound
from grantway.core.listing import ApplicationFilter
from grantway.core.model import ApplicationSettings, Redirect
from grantway.core.mount_settings import DialectSettings, MountSettings
from grantway.core.ports import Page, Store
from tests.storage.records import (
    ACME,
    ANN,
    BOB,
    BOLT,
    LATER,
    NOW,
    PORTAL,
    application,
    changes_since,
    credential,
    installation,
    position_of,
)

FULL = application(
    402,
    ACME,
    client_id="full~client.id",
    type="public",
    platform="native",
    preset="nitro",
    dialects=frozenset({"standard", "nitro"}),
    name="Größe",
    description="Does it all",
    base_url="https://app.example",
    logo_url="https://app.example/logo.svg",
    owner_email="Owner@Example.org",
    notification_addresses=("b@example.org", "a@example.org"),
    audience_requested="listed_organizations",
    audience_effective="any_organization",
    audience_organizations=frozenset({BOLT}),
    installable="by_client_id",
    publication="submitted",
    redirects=(Redirect("https://z.example/"), Redirect("https://a.example", "host")),
    post_logout_redirects=("https://z.example/out", "https://a.example/out"),
    origins=("https://z.example", "https://a.example"),
    scopes=frozenset({"crm.read"}),
    settings=ApplicationSettings(
        grant_types=frozenset({"client_credentials"}),
        standard=MountSettings(token_format="opaque"),
        dialects={"deeplynx": DialectSettings(pkce="none", code_lifetime=600)},
    ),
    creator_id=ANN,
    purge_at=LATER,
    archived_at=NOW,
    created_at=NOW,
    updated_at=NOW,
)


def test_every_field_of_an_application_comes_back(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_application(FULL)
    with store.read() as tx:
        assert tx.gate.application_by_client_id("full~client.id") == FULL
        assert tx.gate.application(FULL.id) == FULL
        assert tx.organization(ACME).application(FULL.id) == FULL
        assert tx.gate.application_by_client_id("FULL~client.id") is None
        assert tx.gate.application(1) is None


def test_an_update_replaces_everything_but_the_owner_and_the_client_id(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_application(FULL)
    position = position_of(store)
    with store.read() as tx:
        portal = tx.gate.application(PORTAL)
    assert portal is not None
    wanted = replace(FULL, id=PORTAL, client_id="taken over", creator_id=BOB, created_at=1, epoch=7)
    with store.begin() as tx:
        updated = tx.organization(ACME).update_application(wanted, version=1)
    expected = replace(
        wanted, client_id=portal.client_id, creator_id=None, created_at=portal.created_at, version=2
    )
    assert updated == expected
    with store.read() as tx:
        assert tx.gate.application(PORTAL) == expected
        assert tx.gate.application(FULL.id) == FULL
    assert changes_since(store, position) == [("application", PORTAL)]


def test_an_update_of_another_version_changes_nothing(store: Store) -> None:
    position = position_of(store)
    with store.begin() as tx:
        assert (
            tx.organization(ACME).update_application(application(PORTAL, ACME, name="New"), version=2) is None
        )
        assert tx.organization(ACME).update_application(application(499, ACME), version=1) is None
    with store.read() as tx:
        stored = tx.gate.application(PORTAL)
    assert stored is not None
    assert (stored.name, stored.version) == ("Application 401", 1)
    assert changes_since(store, position) == []


def test_settings_that_are_not_stored_take_their_defaults_and_unknown_ones_are_ignored() -> None:
    from grantway.storage.sql import rows

    read = rows.settings('{"refresh_grace": 5, "of_a_later_version": [1]}')
    assert read == ApplicationSettings(refresh_grace=5)


def test_a_client_id_belongs_to_one_application(store: Store) -> None:
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(BOLT).insert_application(application(409, BOLT, client_id=f"client-{PORTAL}"))


def test_listings_go_page_by_page_and_find_by_part_of_the_name(store: Store) -> None:
    names = {
        410: "100% Ärger",
        411: "100 % ärgerlich",
        412: "snake_case",
        413: "snakeXcase",
        414: "back\\slash",
    }
    with store.begin() as tx:
        for identifier, name in names.items():
            tx.organization(ACME).insert_application(application(identifier, ACME, name=name))
        tx.organization(BOLT).insert_application(application(420, BOLT, name="snake of Bolt"))
    with store.read() as tx:
        door = tx.organization(ACME)

        def found(name: str | None, page: Page | None = None) -> list[int]:
            return [each.id for each in door.applications(page or Page(), ApplicationFilter(name=name))]

        assert found(None) == [PORTAL, 410, 411, 412, 413, 414]
        assert found(None, Page(limit=2)) == [PORTAL, 410]
        assert found(None, Page(limit=2, after=410)) == [411, 412]
        assert found("ÄRGER") == [410, 411]
        assert found("0%") == [410]
        assert found("E_C") == [412]
        assert found("k\\s") == [414]
        assert found("absent") == []
        assert [each.id for each in tx.platform.applications(Page(), ApplicationFilter(name="snake"))] == [
            412,
            413,
            420,
        ]
        assert [each.id for each in tx.platform.applications(Page(limit=1, after=413))] == [414]


def test_a_known_origin_is_one_of_a_usable_application(store: Store) -> None:
    origins: dict[str, dict[str, Any]] = {
        "https://open.example": {},
        "https://off.example": {"state": "disabled"},
        "https://old.example": {"archived_at": NOW},
    }
    with store.begin() as tx:
        for identifier, (origin, values) in enumerate(origins.items(), start=430):
            tx.organization(ACME).insert_application(
                application(identifier, ACME, origins=(origin,), **values)
            )
    with store.read() as tx:
        known = {
            origin: tx.gate.is_known_origin(origin) for origin in (*origins, "https://open.example.evil")
        }
    assert [origin for origin, is_known in known.items() if is_known] == ["https://open.example"]


def test_a_credential_is_found_by_any_of_several_digests(store: Store) -> None:
    mine = credential(
        501, PORTAL, ACME, digest=b"\x00mine", label="CI", created_by=ANN, created_at=NOW, expires_at=NOW - 1
    )
    with store.begin() as tx:
        tx.organization(ACME).insert_credential(mine)
    with store.read() as tx:
        assert tx.gate.credential(PORTAL, [b"\x00mine"]) == mine
        others = [b"other %d" % number for number in range(6)]
        assert tx.gate.credential(PORTAL, [*others, b"\x00mine"]) == mine
        assert tx.gate.credential(PORTAL, others) is None
        assert tx.gate.credential(PORTAL, []) is None
        assert tx.gate.credential(402, [b"\x00mine"]) is None
        assert tx.gate.credential_by_id(PORTAL, 501) == mine
        assert tx.gate.credential_by_id(402, 501) is None


def test_a_digest_is_stored_once_per_application(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_credential(credential(501, PORTAL, ACME, digest=b"same"))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(ACME).insert_credential(credential(502, PORTAL, ACME, digest=b"same"))


def test_a_revoked_credential_no_longer_authenticates_but_is_remembered(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_credential(credential(501, PORTAL, ACME, created_at=2))
        tx.organization(ACME).insert_credential(credential(502, PORTAL, BOLT, created_at=1))
    position = position_of(store)
    with store.begin() as tx:
        assert tx.organization(ACME).revoke_credential(PORTAL, 501, now=NOW)
        assert not tx.organization(ACME).revoke_credential(PORTAL, 501, now=LATER)
        assert not tx.organization(ACME).revoke_credential(PORTAL, 599, now=NOW)
    assert changes_since(store, position) == [("application", PORTAL)]
    with store.read() as tx:
        assert tx.gate.credential(PORTAL, [b"digest of 501"]) is None
        revoked = tx.gate.credential_by_id(PORTAL, 501)
        assert revoked is not None
        assert (revoked.revoked_at, revoked.version) == (NOW, 2)
        assert [each.id for each in tx.organization(ACME).credentials(PORTAL)] == [502, 501]


def test_the_last_use_of_a_credential_is_no_change_of_a_cached_fact(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(ACME).insert_credential(credential(501, PORTAL, ACME))
    position = position_of(store)
    with store.begin() as tx:
        tx.gate.credential_used(501, at=NOW, address="192.0.2.1")
    with store.read() as tx:
        used = tx.gate.credential_by_id(PORTAL, 501)
    assert used is not None
    assert (used.last_used_at, used.last_used_from) == (NOW, "192.0.2.1")
    assert changes_since(store, position) == []


def test_an_installation_is_one_per_application_and_organization(store: Store) -> None:
    made = installation(601, BOLT, members="block", granted_by=BOB, created_at=NOW)
    position = position_of(store)
    with store.begin() as tx:
        tx.organization(BOLT).insert_installation(made)
    assert changes_since(store, position) == [("application", PORTAL)]
    with store.read() as tx:
        assert tx.gate.installation(PORTAL, BOLT) == made
        assert tx.gate.installation(PORTAL, ACME) is None
    with pytest.raises(Conflict), store.begin() as tx:
        tx.organization(BOLT).insert_installation(installation(602, BOLT))


def test_an_installation_is_updated_under_its_version(store: Store) -> None:
    with store.begin() as tx:
        tx.organization(BOLT).insert_installation(installation(601, BOLT))
    wanted = installation(
        601, BOLT, state="revoked", scopes=frozenset(), epoch=2, members="block", granted_by=BOB
    )
    position = position_of(store)
    with store.begin() as tx:
        assert tx.organization(BOLT).update_installation(wanted, version=9) is None
        updated = tx.organization(BOLT).update_installation(wanted, version=1)
    assert updated == replace(wanted, version=2)
    assert changes_since(store, position) == [("application", PORTAL)]
    with store.read() as tx:
        assert tx.gate.installation(PORTAL, BOLT) == updated


@pytest.mark.parametrize(
    ("organization_id", "values"),
    [
        pytest.param(ACME, {}, id="at home"),
        pytest.param(BOLT, {"owner_organization_id": 103}, id="a wrong owner"),
        pytest.param(BOLT, {"application_id": 499}, id="no such application"),
    ],
)
def test_the_database_itself_refuses_an_installation(
    store: Store, organization_id: int, values: dict[str, int]
) -> None:
    with pytest.raises(Exception, match=r"(?i)constraint"), store.begin() as tx:
        tx.organization(organization_id).insert_installation(installation(601, organization_id, **values))


def test_a_credential_needs_an_application_of_the_organization(store: Store) -> None:
    with pytest.raises(NotFound), store.begin() as tx:
        tx.organization(BOLT).insert_credential(credential(501, PORTAL, BOLT))
