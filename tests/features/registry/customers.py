"""A vendor's application, the organizations that install it, and what goes over the wire between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import falcon.testing

from grantway.core.identifiers import to_text
from grantway.core.installing import InstalledApplication
from grantway.core.listing import InstallationFilter
from grantway.core.model import Application, Id, Organization, Role
from grantway.core.ports import Page
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import BY_SCOPE
from grantway.features.registry.installation_rules import InstallationDraft
from grantway.features.registry.minting import NewSecret, SecretDraft
from tests.kit.world import World

SCOPES = frozenset(BY_SCOPE) - {"platform"}
READ, WRITE = "orders:read", "orders:write"


@dataclass
class Market:
    """A vendor with one application; customers come from `world.make.organization`."""

    world: World
    vendor: Organization
    application: Application

    def caller(self, organization: Organization, role: Role | None = "admin", **changes: Any) -> Caller:
        """A person in a role there, or an application alone."""
        person = self.world.make.person(organization, role=role) if role else None
        values: dict[str, Any] = {
            "application_id": None,
            "organization_id": organization.id,
            "scopes": SCOPES,
            "user_id": person.id if person else None,
            "role": role,
        }
        return Caller(**(values | changes))

    @property
    def installations(self) -> Any:
        return self.world.product.features.api.installations

    def install(
        self,
        customer: Organization,
        *scopes: str,
        caller: Caller | None = None,
        application: Application | None = None,
        members: str = "ask",
    ) -> InstalledApplication:
        """Let the application in."""
        wanted = (application or self.application).client_id
        draft = InstallationDraft(wanted, scopes or (READ, WRITE), members)
        caller = caller or self.caller(customer)
        with self.world.store.begin() as tx:
            made: InstalledApplication = self.installations.grant(tx, caller, customer.id, draft)
        return made

    def request(self, customer: Organization, caller: Caller | None = None) -> InstalledApplication:
        """Ask for the application."""
        caller = caller or self.caller(customer, "member")
        with self.world.store.begin() as tx:
            made: InstalledApplication = self.installations.request(
                tx,
                caller,
                customer.id,
                client_id=self.application.client_id,
            )
        return made

    def change(
        self, customer: Organization, installation_id: Id, *, caller: Caller | None = None, **changes: Any
    ) -> InstalledApplication:
        """Change an installation as it is stored now."""
        caller = caller or self.caller(customer)
        with self.world.store.begin() as tx:
            stored = tx.organization(customer.id).installed_application(installation_id)
            assert stored is not None
            changed: InstalledApplication = self.installations.update(
                tx,
                caller,
                customer.id,
                installation_id=installation_id,
                changes=changes,
                version=stored.installation.version,
            )
        return changed

    def end(
        self, customer: Organization, installation_id: Id, *, ends_sign_ins: bool = True
    ) -> InstalledApplication:
        """Revoke or decline."""
        caller = self.caller(customer)
        with self.world.store.begin() as tx:
            stored = tx.organization(customer.id).installed_application(installation_id)
            assert stored is not None
            ended: InstalledApplication = self.installations.end(
                tx,
                caller,
                customer.id,
                installation_id=installation_id,
                version=stored.installation.version,
                ends_sign_ins=ends_sign_ins,
            )
        return ended

    def listed(self, customer: Organization, state: str | None = None) -> tuple[InstalledApplication, ...]:
        """The list of the authorized applications."""
        caller = self.caller(customer)
        with self.world.store.read() as tx:
            found: tuple[InstalledApplication, ...] = self.installations.listed(
                tx, caller, customer.id, page=Page(), only=InstallationFilter(state)
            )
        return found

    def issue(
        self, customer: Organization | None = None, *, caller: Caller | None = None, **draft: Any
    ) -> NewSecret:
        """A secret of the vendor's, for itself or for a customer."""
        caller = caller or self.caller(self.vendor, "developer")
        with self.world.store.begin() as tx:
            return self.world.product.features.api.credentials.issue(
                tx,
                caller,
                self.vendor.id,
                application_id=self.application.id,
                draft=SecretDraft(organization_id=customer.id if customer else None, **draft),
            )

    def vendor_changes(self, **changes: Any) -> Application:
        """The vendor changes the application by its form."""
        caller = self.caller(self.vendor)
        with self.world.store.begin() as tx:
            stored = tx.gate.application(self.application.id)
            assert stored is not None
            return self.world.product.features.api.applications.update(
                tx,
                caller,
                self.vendor.id,
                application_id=stored.id,
                changes=changes,
                version=stored.version,
            )

    def ask(self, secret: NewSecret | str, **form: str) -> falcon.testing.Result:
        """Client credentials with a secret."""
        text = secret if isinstance(secret, str) else secret.secret.reveal()
        return self.world.token(self.application, text, grant_type="client_credentials", **form)

    def token(self, secret: NewSecret | str) -> str:
        """The token that it gives."""
        result = self.ask(secret)
        assert result.status_code == 200, result.text
        return str(result.json["access_token"])

    def seen(self, secret: NewSecret, token: str, world: World | None = None) -> dict[str, Any]:
        """What introspection by the application says of a token."""
        world = world or self.world
        world.product.poll()
        result = world.client.simulate_post(
            "/oauth/introspect",
            body=f"token={token}&client_id={self.application.client_id}"
            f"&client_secret={secret.secret.reveal()}",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert result.status_code == 200, result.text
        answer: dict[str, Any] = result.json
        return answer

    @property
    def path(self) -> str:
        return f"/organizations/{to_text(self.vendor.id)}/applications/{to_text(self.application.id)}"


def market_of(world: World, **changes: Any) -> Market:
    """A market on a fresh server."""
    vendor = world.make.organization("Vireo Software")
    world.make.api(None, READ, WRITE, "orders:purge")
    values: dict[str, Any] = {
        "scopes": (READ, WRITE),
        "audience_requested": "any_organization",
        "audience_effective": "any_organization",
    }
    return Market(world, vendor, world.make.application(vendor, "backend", **(values | changes)))
