"""The App Registration API, on both databases. Each test cites the facts of docs/dialects/cxone.md that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.model import SECOND
from grantway.core.policy import PURGE_DELAY
from grantway.features.registry.publication import Target
from tests.dialects.cxone.tenant import GOOD, Tenant, tenant_of
from tests.kit.world import MOUNTS, World, settings_of


@pytest.fixture
def town(store_url: str) -> Iterator[World]:
    world = World(settings_of(store_url, mounts=f"{MOUNTS},cxone=cxone@/d/cxone"))
    yield world
    world.close()


@pytest.fixture
def tenant(town: World) -> Tenant:
    return tenant_of(town, town.make.organization("Northwind"))


def test_registered_with_the_secret_once(tenant: Tenant) -> None:
    """C1, C2, C3, C4, C6, C7, C19, C25, C26: the answer of a registration has the secret, no other one has."""
    made = tenant.register()
    secret = made.pop("clientSecret")
    assert made == {
        "clientId": made["clientId"],
        **{name: value for name, value in GOOD.items() if name != "tokenEndpointAuthMethod"},
        "requestedTenancy": "single",
        "approval": "notRequired",
        "hasPendingChanges": False,
        "tokenEndpointAuthMethods": ["client_secret_basic", "client_secret_post"],
        "status": "enabled",
        "deletionScheduledAt": None,
        "createdAt": "2026-11-21T10:00:00Z",
        "updatedAt": "2026-11-21T10:00:00Z",
    }
    stored = tenant.world.application_of(made["clientId"])
    assert (stored.organization_id, stored.preset) == (tenant.organization.id, "cxone")
    assert tenant.read(made) == made
    listed = tenant.ask("GET")
    assert made in listed.json
    assert secret not in listed.text
    assert listed.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("kind", "changes", "grants", "has_secret"),
    [
        ("public", {"tokenEndpointAuthMethod": "none"}, {"authorization_code", "refresh_token"}, False),
        ("confidential", {}, {"authorization_code", "refresh_token"}, True),
        ("backEnd", {"redirectUris": None, "corsOrigins": None, "scopes": None}, None, True),
    ],
)
def test_types(tenant: Tenant, kind: str, changes: Any, grants: Any, has_secret: bool) -> None:
    """C4, C8, C9, C10, C12, C27, C38: what each type is given, and what it needs."""
    made = tenant.register(type=kind, **changes)
    assert ("clientSecret" in made) is has_secret
    stored = tenant.world.application_of(made["clientId"])
    assert stored.type == kind.lower()
    assert "authorization_code" in stored.settings.grant_types or kind == "backEnd"
    assert grants is None or grants <= stored.settings.grant_types
    if kind == "backEnd":
        assert stored.settings.grant_types.isdisjoint({"authorization_code"})
        assert stored.scopes == frozenset()


def test_all_tenants_wait_for_an_operator(tenant: Tenant) -> None:
    """C13, C14, C15, C16, C17, C18, C25, C28, C37: single until it is approved, with a number to quote."""
    world = tenant.world
    made = tenant.register(tenancy="all", description=None)
    assert (made["tenancy"], made["requestedTenancy"], made["approval"]) == ("single", "all", "pending")
    assert made["trackingNumber"]
    stored = world.application_of(made["clientId"])
    assert (stored.publication, stored.audience_effective) == ("submitted", "own_organization")
    with world.store.read() as tx:
        steps = tx.organization(tenant.organization.id).publication_steps(stored.id)
    assert [(to_text(one.id), one.decision) for one in steps] == [(made["trackingNumber"], "submitted")]
    with world.store.begin() as tx:
        caller = world.product.operators.caller()
        features = world.product.features.api
        features.publications.approve(tx, caller, Target(stored.organization_id, stored.id, stored.version))
    shown = tenant.read(made)
    assert (shown["tenancy"], shown["approval"]) == ("all", "approved")
    assert shown["trackingNumber"] == made["trackingNumber"]
    # What reaches further than what was approved waits, and the answer says so.
    waits = tenant.ask("PATCH", f"/{made['clientId']}", {"name": "Another name"}).json
    assert (waits["name"], waits["hasPendingChanges"]) == (GOOD["name"], True)


def test_the_life_of_an_application(tenant: Tenant) -> None:
    """C5, C20, C21, C22, C23, C24: disabled, deleted in two steps, undone, and gone at its time."""
    world, made = tenant.world, tenant.register()
    path = f"/{made['clientId']}"
    assert tenant.ask("POST", path + "/disable").json["status"] == "disabled"
    assert tenant.ask("POST", path + "/enable").json["status"] == "enabled"
    deleted = tenant.ask("DELETE", path)
    assert deleted.status_code == 202
    assert deleted.json["status"] == "pendingDeletion"
    assert deleted.json["deletionScheduledAt"] == "2026-12-21T10:00:00Z"
    for method, place, body in (("PATCH", path, {"name": "Other"}), ("POST", path + "/disable", None)):
        locked = tenant.ask(method, place, body)
        assert (locked.status_code, locked.json["error_id"]) == (409, "E-RECORD-05")
    undone = tenant.ask("POST", path + "/enable").json
    assert (undone["status"], undone["deletionScheduledAt"]) == ("enabled", None)
    assert tenant.ask("DELETE", path).status_code == 202
    world.clock.advance(PURGE_DELAY / SECOND)
    assert world.product.features.api.life_cycle.purge_due() == 1
    again = tenant_of(world, tenant.organization)
    for method, place in (("GET", path), ("POST", path + "/enable"), ("DELETE", path)):
        assert again.ask(method, place).status_code == 404


def test_changes(tenant: Tenant) -> None:
    """C11, C18, C31, C39: what may be changed is changed; type, tenancy and ids are not."""
    made = tenant.register()
    path = f"/{made['clientId']}"
    changed = tenant.ask("PATCH", path, {"name": "Desk", "corsOrigins": ["https://new.desk.example"]})
    assert (changed.status_code, changed.json["name"]) == (200, "Desk")
    assert changed.json["corsOrigins"] == ["https://new.desk.example"]
    assert changed.json["description"] == GOOD["description"]
    for name in ("type", "tenancy", "clientId", "clientSecret", "status", "tokenEndpointAuthMethod"):
        refused = tenant.ask("PATCH", path, {name: GOOD.get(name, "x")})
        assert refused.status_code == 400
        assert refused.json["fields"] == [
            {"field": name, "error_id": "E-FIELD-06", "message": refused.json["fields"][0]["message"]}
        ]
    assert tenant.read(made) == changed.json


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"name": None}, {"name"}),
        ({"type": None}, {"type"}),
        ({"type": "service"}, {"type"}),
        ({"type": ["public"]}, {"type"}),
        ({"tenancy": "some"}, {"tenancy"}),
        ({"notificationAddresses": None}, {"notificationAddresses"}),
        ({"notificationAddresses": []}, {"notificationAddresses"}),
        ({"notificationAddresses": ["nobody"]}, {"notificationAddresses[0]"}),
        ({"redirectUris": None}, {"redirectUris"}),
        ({"redirectUris": ["http://desk.example/callback"]}, {"redirectUris[0]"}),
        ({"type": "public"}, {"tokenEndpointAuthMethod"}),
        ({"type": "backEnd"}, {"redirectUris", "corsOrigins"}),
        ({"corsOrigins": ["https://desk.example/path"]}, {"corsOrigins[0]"}),
        ({"scopes": ["openid", "no-such-scope"]}, {"scopes[1]"}),
        ({"clientSecret": "mine"}, {"clientSecret"}),
        ({"tennancy": "all"}, {""}),
        ({"name": 7}, {"name"}),
    ],
)
def test_what_a_registration_does_not_take(tenant: Tenant, changes: Any, members: set[str]) -> None:
    """C2, C7, C11, C12, C27: 400, by the member in the words of this wire; nothing is written."""
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    before = tenant.ask("GET").json
    refused = tenant.ask("POST", body=body)
    assert refused.status_code == 400, refused.text
    assert {one["field"] for one in refused.json["fields"]} == members
    assert refused.json.keys() == {"error", "error_description", "error_id", "fields"}
    assert "no-such-scope" not in refused.text
    assert tenant.ask("GET").json == before


def test_who_may(town: World) -> None:
    """C6, C14: by scope and role, and within the own tenant: others' applications are as unknown as none."""
    mine, theirs = town.make.organization("Northwind"), town.make.organization("Contoso")
    owner = tenant_of(town, mine)
    made = owner.register()
    path = f"/{made['clientId']}"
    reader = tenant_of(town, mine, scopes=("applications:read",))
    member = tenant_of(town, mine, role="member")
    stranger = tenant_of(town, theirs, role="owner")
    nobody, wrong = Tenant(town, mine, ""), Tenant(town, mine, "nonsense")
    for who, reads, writes in (
        (reader, 200, 403),
        (member, 403, 403),
        (stranger, 404, 404),
        (nobody, 401, 401),
        (wrong, 401, 401),
    ):
        assert who.ask("GET", path).status_code == reads
        for method, place, body in (
            ("PATCH", path, {"name": "Mine"}),
            ("POST", path + "/disable", None),
            ("DELETE", path, None),
        ):
            assert who.ask(method, place, body).status_code == writes, (method, place)
    assert reader.ask("POST", body=GOOD).status_code == 403
    assert owner.read(made)["name"] == GOOD["name"]
    assert made["clientId"] not in {one["clientId"] for one in stranger.ask("GET").json}
    registry_of_standard = town.client.simulate_get(
        f"/api/v1/organizations/{to_text(mine.id)}/applications",
        headers={"Authorization": f"Bearer {owner.token}"},
    )
    assert registry_of_standard.status_code == 401


def test_no_power_comes_from_the_wire(tenant: Tenant) -> None:
    """C6: scopes beyond the caller are refused as the management API refuses them, and every act is told."""
    refused = tenant.ask("POST", body={**GOOD, "scopes": ["openid", "members:write"]})
    assert refused.status_code == 400
    assert {one["field"] for one in refused.json["fields"]} == {"scopes"} or {
        one["field"] for one in refused.json["fields"]
    } == {"scopes[1]"}
    made = tenant.register()
    stored = tenant.world.application_of(made["clientId"])
    with tenant.world.store.read() as tx:
        lines = tx.organization(tenant.organization.id).audit(AuditQuery())
    told = {
        line.action: line.actor_kind
        for line in lines
        if line.action in {"application.create", "secret.create"}
    }
    assert told == {"application.create": "user", "secret.create": "user"}
    assert stored.creator_id is not None


def test_done_once_under_a_key(tenant: Tenant) -> None:
    """C19: who lost the answer asks again and gets the same one."""
    first = tenant.ask("POST", body=GOOD, **{"Idempotency-Key": "k-1"})
    second = tenant.ask("POST", body=GOOD, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert [one["name"] for one in tenant.ask("GET").json].count(GOOD["name"]) == 1
    other = tenant.ask("POST", body={**GOOD, "name": "Other"}, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 409


def test_the_calls_byte_for_byte(tenant: Tenant) -> None:
    """C19, C20, C21, C25, C26: each row of the wire table of the App Registration API."""
    made = tenant.ask("POST", body=GOOD)
    client_id, secret = made.json["clientId"], made.json["clientSecret"]

    def record(status: str = "enabled", purge: str = "null") -> str:
        return (
            f'{{"clientId":"{client_id}","name":"Agent Desk","description":"Shows calls to agents.",'
            '"redirectUris":["https://desk.example/callback"],"corsOrigins":["https://desk.example"],'
            '"notificationAddresses":["ops@desk.example"],"scopes":["openid"],"type":"confidential",'
            '"tenancy":"single","requestedTenancy":"single","approval":"notRequired",'
            '"hasPendingChanges":false,'
            '"tokenEndpointAuthMethods":["client_secret_basic","client_secret_post"],'
            f'"status":"{status}","deletionScheduledAt":{purge},"createdAt":"2026-11-21T10:00:00Z",'
            '"updatedAt":"2026-11-21T10:00:00Z"}'
        )

    one, purge = f"/{client_id}", '"2026-12-21T10:00:00Z"'
    rows = [
        (made, 201, record()[:-1] + f',"clientSecret":"{secret}"}}'),
        (tenant.ask("GET", one), 200, record()),
        (tenant.ask("PATCH", one, {}), 200, record()),
        (tenant.ask("POST", one + "/disable"), 200, record("disabled")),
        (tenant.ask("POST", one + "/enable"), 200, record()),
        (tenant.ask("DELETE", one), 202, record("pendingDeletion", purge)),
        (tenant.ask("POST", one + "/enable"), 200, record()),
    ]
    for answer, status, text in rows:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
        assert answer.text == text
    assert record() in tenant.ask("GET").text
