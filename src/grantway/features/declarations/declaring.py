"""Brings the registry to what a file declares, through the features that everybody else uses.

A plan is the same work in a transaction that is undone: so it knows every refusal that applying would meet.
Nothing is remembered of files. Whether somebody else changed a member since is read in the audit log.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller
from grantway.features.audit import AuditLog
from grantway.features.declarations.declared import read
from grantway.features.declarations.declared_applications import DeclaredApplications
from grantway.features.declarations.declared_catalogue import DeclaredCatalogue
from grantway.features.declarations.planning import Plan, Work, organization_of
from grantway.features.fields import Findings
from grantway.features.registry.apis import Apis
from grantway.features.registry.applications import Applications
from grantway.features.registry.life_cycle import LifeCycle
from grantway.features.services import Services


class Declarations:
    """Plans and applies declarations."""

    def __init__(
        self, services: Services, apis: Apis, applications: Applications, life_cycle: LifeCycle
    ) -> None:
        self._log = AuditLog(services)
        self._apis = apis
        self._applications = applications
        self._life_cycle = life_cycle

    def apply(self, tx: Tx, caller: Caller, document: object) -> Plan:
        """Do everything that a document says. Raises Invalid, which names all that is wrong by its path."""
        findings = Findings()
        declaration = read(document, findings)
        organization = organization_of(tx, declaration.organization)
        findings.raise_if_any()
        if organization is None:
            raise Invalid((FieldError("organization", errors.FIELD_UNKNOWN_VALUE),))
        work = Work(tx, caller, organization, Plan(organization.slug, organization.id), self._log)
        catalogue = DeclaredCatalogue(work, self._apis)
        catalogue.scopes_and_apis(declaration)
        DeclaredApplications(work, self._applications, self._life_cycle).applications(declaration)
        catalogue.introspectors(declaration)
        if work.problems:
            raise Invalid(tuple(work.problems))
        return work.plan
