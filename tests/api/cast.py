"""Who calls the management API in its tests, and the records that they call it about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import falcon.testing

from grantway.core.budgets import Spender
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Application, Organization, Role
from grantway.features.access import permissions
from grantway.features.access.callers import PLATFORM_SCOPE
from tests.api.described import require_described
from tests.kit.factories import Person
from tests.kit.world import World

ROOT = "/api/v1"
EVERYTHING = tuple(permission.scope for permission in permissions.ALL if permission.scope)
OF_TENANTS = tuple(scope for scope in EVERYTHING if scope not in permissions.OF_THE_PLATFORM)
INSTALLABLE, REQUESTABLE, VOUCHABLE = "installable-by-anybody", "requestable-by-anybody", "vouchable"
LAUNCHABLE = "launchable"
OF_PEOPLE = frozenset({"launches:write"})
"""Scopes that no program has for itself."""
"""Client ids of applications that every organization may install; the last one both tenants have."""
WAITING = "pending"
"""Of records whose application was approved, and of which something waits."""
CALLERS = (
    "owner",
    "admin",
    "developer",
    "member",
    "contact",
    "machine",
    "machine_without_scope",
    "stranger",
    "operator",
    "operator_without_platform",
    "developer_of_platform",
    "anonymous",
)


@dataclass(frozen=True)
class Records:
    """One of everything that an organization has, by the names of the path parameters."""

    organization: Organization
    ids: dict[str, str]
    versions: dict[str, int]
    leaked: str = ""
    leaked_at_platform: str = ""
    scope: str = ""
    """The value of the scope that a route needs."""

    @property
    def canary(self) -> str:
        """A text that is in every record of the organization, and nowhere else."""
        return self.organization.name.split(" ")[0]


@dataclass(frozen=True)
class Known:
    """A caller as the tests know it: what its token says."""

    name: str
    token: str | None
    scopes: frozenset[str] = frozenset()
    organization_id: int = 0
    role: Role | None = None
    is_operator: bool = False


@dataclass
class Cast:
    """Two tenants and the platform, with people and programs in all positions."""

    world: World
    own: Organization
    other: Organization
    console: Application
    vendor: Organization
    """Makes what both install, and installs what both make."""
    _people: dict[str, Person] = field(default_factory=dict)
    _callers: dict[str, Known] = field(default_factory=dict)
    _numbers: Any = field(default_factory=count)
    _at_platform: str = ""

    def caller(self, name: str, needed: str | None = None) -> Known:
        """A caller with a live token. `needed` is the scope that one without it must not have."""
        key = f"{name} {needed}" if name == "machine_without_scope" else name
        if key not in self._callers:
            self._callers[key] = self._make(name, needed)
        return self._callers[key]

    def sign_in_again(self) -> None:
        """Everybody gets a new token: theirs expired."""
        self._callers.clear()

    def call(
        self,
        caller: Known,
        method: str,
        path: str,
        body: Any = None,
        **headers: str,
    ) -> falcon.testing.Result:
        """Call an operation. Headers are named with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if caller.token is not None:
            sent["Authorization"] = f"Bearer {caller.token}"
        data = None
        if body is not None:
            data = body if isinstance(body, bytes | str) else json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        answered = self.world.client.simulate_request(
            method, ROOT + path, body=data, headers=sent, remote_addr="192.0.2.7"
        )
        require_described(method, path, answered)
        return answered

    def as_owner(self, method: str, path: str, body: Any = None, **headers: str) -> falcon.testing.Result:
        """Call as the owner of the own organization, whose id stands for `{own}` in the path."""
        return self.call(
            self.caller("owner"), method, path.replace("{own}", to_text(self.own.id)), body, **headers
        )

    def as_operator(self, method: str, path: str, body: Any = None, **headers: str) -> falcon.testing.Result:
        """The same as an operator."""
        return self.call(
            self.caller("operator"), method, path.replace("{own}", to_text(self.own.id)), body, **headers
        )

    def records(self, organization: Organization, publication: str = "draft") -> Records:
        """Fresh records of an organization, one of each kind, all with its canary in their names."""
        make, number = self.world.make, next(self._numbers)
        canary = organization.name.split(" ")[0]
        application = make.application(
            organization,
            name=f"{canary} {number}",
            scopes=("openid",),
            publication="approved" if publication == WAITING else publication,
            description=f"{canary} on a map",
            base_url="https://app.example.test/",
            owner_email="makers@example.test",
            settings={"reveal": "developers"},
        )
        if publication == WAITING:
            make.pending(application, description=f"{canary} on a bigger map")
        leaked = make.secret(application, kept=True)
        readable = make.application(
            organization, name=f"{canary} {number} too", scopes=("openid",), settings={"reveal": "api"}
        )
        make.installation(readable, self.vendor)
        make.secret(readable, self.vendor, kept=True)
        foreign = make.application(self.vendor)
        installation = make.installation(foreign, organization)
        offered = make.application(
            self.vendor,
            name=f"{canary} {number} offered",
            audience_requested="listed_organizations",
            audience_effective="listed_organizations",
            audience_organizations=frozenset({organization.id}),
        )
        webhook = make.webhook(organization, label=f"{canary} {number}", application_id=application.id)
        delivery = make.delivery(webhook)
        person = make.person(organization, role="member", name=f"{canary} {number}")
        consent = make.consent(person, foreign, organization)
        spender = Spender(application.id, organization.id, "external", f"{canary} {number}")
        with self.world.store.begin() as tx:
            new_id = self.world.entropy.new_id()
            assert tx.gate.reserve_minutes(spender, day="2026-11-21", minutes=9, cap=10, new_id=new_id)
        heir = make.person(organization, role="developer", name=f"{canary} {number} heir")
        api = make.api(organization, name=f"{canary} {number}")
        scoped = make.api(organization, name=f"{canary} {number} too")
        scope = make.scope(scoped, f"{canary.lower()}-{number}:read", text=f"{canary} {number}")
        invitation = make.invitation(organization, f"{canary}-{number}@people.example.test")
        account = make.service_account(organization, application, name=f"{canary} {number}")
        access_key, _ = make.access_key(organization, account=account, label=f"{canary} {number}")
        address = make.asked(organization, f"{canary}-{number}@letters.example.test", before=2 * 86_400)
        route, limit = make.route(scoped, "/things/{id}", scope.value), make.limit(api, 600, application)
        with self.world.store.read() as tx:
            secret = tx.organization(organization.id).credentials(application.id)[0]
            stored = tx.organization(organization.id).read()
            user = tx.platform.user(person.id)
            policy = tx.gate.platform_policy()
        assert stored is not None
        assert user is not None
        ids = {
            "organization_id": organization.id,
            "application_id": application.id,
            "secret_id": secret.id,
            "user_id": person.id,
            "installation_id": installation.id,
            "offered_id": offered.id,
            "consent_id": consent.id,
            "webhook_id": webhook.id,
            "delivery_id": delivery.id,
            "readable_id": readable.id,
            "api_id": api.id,
            "scoped_api_id": scoped.id,
            "scope_id": scope.id,
            "heir_id": heir.id,
            "service_account_id": account.id,
            "access_key_id": access_key.id,
            "route_id": route.id,
            "limit_id": limit.id,
            "voucher_id": make.voucher(application, organization).id,
            "platform_voucher_id": make.voucher(application).id,
            "invitation_id": invitation.id,
            "address_id": address.id,
        }
        versions = {"organization_id": stored.version, "user_id": user.version, "": policy.version}
        written = {name: to_text(one) for name, one in ids.items()}
        if not self._at_platform:
            self._at_platform = make.secret(make.application(make.platform, "backend", scopes=()))
        return Records(organization, written, versions, leaked, self._at_platform, scope.value)

    def disabled_records(self) -> Records:
        """Those of an organization that was disabled."""
        organization = self.world.make.organization("Heron Lines")
        made = self.records(organization)
        self.world.make.change_organization(organization, state="disabled")
        return made

    def deleted_records(self) -> Records:
        """One of everything of the own organization that was removed, and a removed organization."""
        made, store = self.records(self.own), self.world.store
        gone = {name: from_text(text) or 0 for name, text in made.ids.items()}
        with store.begin() as tx:
            installed = tx.organization(self.own.id).installed_application(gone["installation_id"])
            tx.platform.insert_organization(replace(self.own, id=7, name="Gone", slug="gone"))
        with store.begin() as tx:
            assert tx.platform.delete_organization(7, version=1)
            door = tx.organization(self.own.id)
            assert door.delete_webhook(gone["webhook_id"], version=1)
            assert door.delete_limit(gone["api_id"], gone["limit_id"])
            assert door.delete_route(gone["scoped_api_id"], gone["route_id"])
            assert door.delete_scope(gone["scoped_api_id"], gone["scope_id"])
            assert door.delete_api(gone["api_id"], version=1)
            assert door.delete_access_key(gone["access_key_id"], version=1)
            assert door.delete_service_account(gone["service_account_id"], version=1)
            assert door.delete_membership(gone["user_id"])
            assert door.delete_invitation(gone["invitation_id"])
            assert door.remove_address(gone["address_id"], before=self.world.clock.now())
            assert tx.platform.delete_user(gone["user_id"], version=made.versions["user_id"])
        self._purge(self.own, gone["application_id"])
        assert installed is not None
        self._purge(self.vendor, installed.application.id)
        self._purge(self.vendor, gone["offered_id"])
        return replace(made, ids={**made.ids, "organization_id": to_text(7)})

    def _purge(self, owner: Organization, application_id: int) -> None:
        now = self.world.clock.now()
        with self.world.store.begin() as tx:
            stored = tx.organization(owner.id).application(application_id)
            assert stored is not None
            scheduled = replace(stored, state="deletion_scheduled", purge_at=now)
            assert tx.organization(owner.id).update_application(scheduled, version=stored.version)
            assert tx.platform.purge_application(application_id, now=now)

    def empty_organization(self) -> Records:
        """An organization that can be removed."""
        made = self.world.make.organization(f"Empty {next(self._numbers)}")
        return Records(made, {"organization_id": to_text(made.id)}, {})

    def _make(self, name: str, needed: str | None) -> Known:
        if name == "anonymous":
            return Known(name, None)
        if name in {"machine", "machine_without_scope"}:
            return self._machine(name, needed)
        where, role = self._position(name)
        person = self._people[name] = self.world.make.person(where, role=role, name=f"The {name}")
        lacking = {PLATFORM_SCOPE} if name == "operator_without_platform" else set()
        scopes = tuple(sorted(set(EVERYTHING if where.kind == "platform" else OF_TENANTS) - lacking))
        signed_in = self.world.authorize(self.console, person, scope=" ".join(scopes))
        return Known(
            name=name,
            token=signed_in.access_token,
            scopes=frozenset(scopes),
            organization_id=where.id,
            role=role,
            is_operator=name == "operator",
        )

    def _position(self, name: str) -> tuple[Organization, Role]:
        platform = self.world.make.platform
        positions: dict[str, tuple[Organization, Role]] = {
            "owner": (self.own, "owner"),
            "admin": (self.own, "admin"),
            "developer": (self.own, "developer"),
            "member": (self.own, "member"),
            "contact": (self.own, "contact"),
            "stranger": (self.other, "owner"),
            "operator": (platform, "admin"),
            "operator_without_platform": (platform, "owner"),
            "developer_of_platform": (platform, "developer"),
        }
        return positions[name]

    def _machine(self, name: str, needed: str | None) -> Known:
        scopes = EVERYTHING
        if name == "machine_without_scope":
            scopes = ("members:read" if needed == "organizations:read" else "organizations:read",)
        # Of former times: with operators' scopes in its record, which no token of it carries.
        application = self.world.make.application(self.own, "backend", scopes=scopes, name=f"A {name}")
        token = self.world.machine_token(application, self.world.make.secret(application))
        return Known(name, token, frozenset(scopes) - permissions.OF_THE_PLATFORM - OF_PEOPLE, self.own.id)


def cast_of(world: World) -> Cast:
    """The cast of one world."""
    own, other = world.make.organization("Kestrel Freight"), world.make.organization("Pelican Post")
    console = world.make.application(
        world.make.platform,
        "public",
        scopes=EVERYTHING,
        settings={"consent": "platform"},
        audience_requested="any_organization",
        audience_effective="any_organization",
        publication="approved",
        name="Console",
    )
    world.make.person(email="joins@people.example.test", name="Jo Inbetween")
    vendor = world.make.organization("Vireo Software")
    for client_id in (INSTALLABLE, REQUESTABLE):
        world.make.application(vendor, client_id=client_id, audience_effective="any_organization")
    vouchable = world.make.application(vendor, client_id=VOUCHABLE)
    launchable = world.make.application(
        vendor,
        dialect="nexusguard",
        client_id=LAUNCHABLE,
        scopes=("openid",),
        redirects=("https://launched.example.test/",),
        audience_effective="any_organization",
    )
    for organization in (own, other):
        world.make.installation(launchable, organization, members="allow")
        world.make.installation(vouchable, organization)
    world.make.voucher(console)
    return Cast(world, own, other, console, vendor)
