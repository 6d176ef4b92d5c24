"""Records for tests: valid, small, and alike in everything that a test does not name."""

from __future__ import annotations

from typing import Any

from grantway.core.access_keys import AccessKey
from grantway.core.inviting import Invitation
from grantway.core.model import (
    Api,
    ApiRoute,
    Application,
    ApplicationSettings,
    Artifact,
    Credential,
    Epochs,
    Grant,
    Id,
    Installation,
    Membership,
    Organization,
    Redirect,
    Scope,
    ServiceAccount,
    User,
    Voucher,
)
from grantway.core.notices import Delivery, Event, Webhook
from grantway.core.ports import Store

NOW = 1_700_000_000_000_000
LATER = NOW + 3_600_000_000

ACME, BOLT = 9_007_199_254_740_991, 102
ANN, BOB = 201, 202
CRM_API, CRM_READ, CRM_WRITE = 301, 311, 312
PORTAL = 401
HOOK = 701


def organization(record_id: Id, /, **values: Any) -> Organization:
    given = {"kind": "tenant", "name": f"Organization {record_id}", "slug": f"organization-{record_id}"}
    return Organization(**{"id": record_id, "state": "enabled", "epoch": 1, "version": 1, **given, **values})


def user(record_id: Id, /, **values: Any) -> User:
    given = {"name": f"User {record_id}", "email": f"User{record_id}@Example.org", "email_verified_at": NOW}
    return User(**{"id": record_id, "state": "enabled", "epoch": 1, "version": 1, **given, **values})


def webhook(record_id: Id, organization_id: Id, /, **values: Any) -> Webhook:
    given = {"url": f"https://hooks{record_id}.example/", "events": (), "state": "enabled", "version": 1}
    return Webhook(record_id, organization_id, **{**given, **values})


def event(record_id: Id, /, **values: Any) -> Event:
    given = {"name": "secret.issued", "tells": frozenset(), "organization_id": ACME, "application_id": None}
    return Event(id=record_id, **{"at": NOW, **given, "target_id": "x", "facts": {}, **values})


def delivery(record_id: Id, event_id: Id, /, **values: Any) -> Delivery:
    given = {"event": "secret.issued", "kind": "webhook", "state": "pending", "webhook_id": HOOK}
    times = {"since": NOW, "next_at": NOW, "created_at": NOW}
    return Delivery(record_id, event_id, **{**given, **times, **values})


def membership(user_id: Id, organization_id: Id, /, **values: Any) -> Membership:
    return Membership(user_id, organization_id, **{"role": "owner", "state": "enabled", "epoch": 1, **values})


def invitation(record_id: Id, organization_id: Id, /, **values: Any) -> Invitation:
    given = {"email": f"Invited{record_id}@Example.org", "role": "member", "expires_at": LATER}
    return Invitation(record_id, organization_id, **{**given, **values})


def api(record_id: Id, organization_id: Id, /, **values: Any) -> Api:
    given = {
        "identifier": f"https://api{record_id}.example",
        "name": "An API",
        "state": "enabled",
        "version": 1,
    }
    return Api(record_id, organization_id, **{**given, **values})


def access_key(record_id: Id, organization_id: Id, /, **values: Any) -> AccessKey:
    given = {"digest": b"d", "pepper_id": 1, "hint": "last", "state": "enabled", "epoch": 1, "version": 1}
    return AccessKey(record_id, organization_id, **{**given, "expires_at": LATER, **values})


def service_account(record_id: Id, organization_id: Id, /, **values: Any) -> ServiceAccount:
    given = {"name": f"Robot {record_id}", "role": "member", "state": "enabled", "epoch": 1, "version": 1}
    return ServiceAccount(record_id, organization_id, **{**given, **values})


def scope(record_id: Id, api_id: Id, value: str, /, **values: Any) -> Scope:
    return Scope(record_id, api_id, value, **{"legs": "any", "text": "Do it", "version": 1, **values})


def route(record_id: Id, api_id: Id, /, pattern: str = "/contacts/{id}", **values: Any) -> ApiRoute:
    return ApiRoute(
        record_id, api_id, **{"method": "GET", "scopes": frozenset({"crm.read"}), **values}, pattern=pattern
    )


def application(record_id: Id, organization_id: Id, /, **values: Any) -> Application:
    given = {"client_id": f"client-{record_id}", "type": "confidential", "name": f"Application {record_id}"}
    fixed = {"state": "enabled", "epoch": 1, "version": 1, "settings": ApplicationSettings()}
    return Application(**{"id": record_id, "organization_id": organization_id, **given, **fixed, **values})


def credential(record_id: Id, application_id: Id, organization_id: Id, /, **values: Any) -> Credential:
    given = {"digest": b"digest of %d" % record_id, "pepper_id": 1, "hint": "abcd"}
    return Credential(record_id, application_id, organization_id, **{**given, **values})


def installation(record_id: Id, organization_id: Id, /, **values: Any) -> Installation:
    given = {"application_id": PORTAL, "owner_organization_id": ACME, "organization_id": organization_id}
    fixed = {"state": "active", "scopes": frozenset({"crm.read"}), "epoch": 1, "version": 1}
    return Installation(**{"id": record_id, **given, **fixed, **values})


def voucher(record_id: Id, organization_id: Id | None, /, **values: Any) -> Voucher:
    given = {"application_id": PORTAL, "organization_id": organization_id, "scopes": frozenset({"crm.read"})}
    seen = {"redirects": (Redirect("https://portal.example/cb"),), "platform": "web"}
    reach = {"audience": "own_organization", "audience_organizations": frozenset()}
    fixed = {"dialects": frozenset({"standard"}), "application_version": 1, "created_at": NOW}
    return Voucher(**{"id": record_id, **given, **seen, **reach, **fixed, **values})


def artifact(kind: str, key: bytes, /, **values: Any) -> Artifact:
    return Artifact(
        **{"kind": kind, "key": key, "payload": b"payload", "created_at": NOW, "expires_at": LATER, **values}
    )


def code(key: bytes, /, **values: Any) -> Artifact:
    given = {"application_id": PORTAL, "organization_id": ACME, "subject": ANN, "dialect": "standard"}
    return artifact("code", key, **{**given, **values})


def grant(record_id: Id, /, **values: Any) -> Grant:
    given = {
        "application_id": PORTAL,
        "organization_id": ACME,
        "subject_kind": "user",
        "subject_id": ANN,
        "dialect": "standard",
        "scopes": frozenset({"crm.read", "openid"}),
        "resources": (),
        "epochs": Epochs(1, 1, user=1, membership=1),
        "generation": 1,
        "refresh_key_id": 1,
        "created_at": NOW,
        "expires_at": LATER,
        "idle_expires_at": None,
    }
    return Grant(**{"id": record_id, **given, **values})


def populate(store: Store) -> None:
    """Two organizations; Ann owns Acme, Bob owns Bolt; Acme has an API with two scopes, and a portal."""
    with store.begin() as tx:
        for identifier, person in ((ACME, ANN), (BOLT, BOB)):
            tx.platform.insert_organization(organization(identifier))
            tx.platform.insert_user(user(person))
            tx.organization(identifier).insert_membership(membership(person, identifier))
        acme = tx.organization(ACME)
        acme.insert_api(api(CRM_API, ACME))
        acme.insert_scope(scope(CRM_READ, CRM_API, "crm.read"))
        acme.insert_scope(scope(CRM_WRITE, CRM_API, "crm.write"))
        acme.insert_application(application(PORTAL, ACME, scopes=frozenset({"crm.read", "crm.write"})))


def changes_since(store: Store, position: int) -> list[tuple[str, Id]]:
    with store.read() as tx:
        return [(change.kind, change.id) for change in tx.gate.changes_after(position).changes]


def position_of(store: Store) -> int:
    with store.read() as tx:
        return tx.gate.feed_position()
