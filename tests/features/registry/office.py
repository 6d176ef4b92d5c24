"""One organization with callers of all kinds, and the features of the registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grantway.core.model import Application, Organization, Role
from grantway.edges.web.records.services import RecordFeatures
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import BY_SCOPE
from grantway.features.registry.drafts import ApplicationDraft
from tests.kit.world import World

ALL_SCOPES = frozenset(BY_SCOPE)
TENANT_SCOPES = ALL_SCOPES - {"platform"}


@dataclass
class Office:
    """One organization with its people, and the features they use."""

    world: World
    organization: Organization

    @property
    def features(self) -> RecordFeatures:
        return self.world.product.features.api

    def caller(self, role: Role | None, scopes: frozenset[str] = TENANT_SCOPES, **changes: Any) -> Caller:
        """A person in a role, or an application alone."""
        person = self.world.make.person(self.organization, role=role) if role else None
        application = self.world.make.application(self.organization, "backend")
        values: dict[str, Any] = {
            "application_id": application.id,
            "organization_id": self.organization.id,
            "scopes": scopes,
            "user_id": person.id if person else None,
            "role": role,
        }
        return Caller(**(values | changes))

    def operator(self) -> Caller:
        """An operator."""
        platform = self.world.make.platform
        person = self.world.make.operator()
        return Caller(None, platform.id, ALL_SCOPES, person.id, "owner", is_platform=True)

    def create(self, caller: Caller, **fields: Any) -> Application:
        """Register an application."""
        values = {"type": "backend", "name": "Orbit"} | fields
        with self.world.store.begin() as tx:
            return self.features.applications.create(
                tx, caller, self.organization.id, ApplicationDraft(**values)
            )

    def update(self, caller: Caller, application: Application, **changes: Any) -> Application:
        """Change an application as it is stored now."""
        with self.world.store.begin() as tx:
            stored = tx.gate.application(application.id)
            assert stored is not None
            return self.features.applications.update(
                tx,
                caller,
                self.organization.id,
                application_id=application.id,
                changes=changes,
                version=stored.version,
            )
