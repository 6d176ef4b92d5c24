"""Brings the registry to what a file declares, through the features that everybody else uses.

A plan is the same work in a transaction that is undone: so it knows every refusal that applying would meet.
Nothing is remembered of files. Whether somebody else changed a member since is read in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.errors import Invalid
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller
from grantway.features.accounts.organizations import Organizations
from grantway.features.audit import AuditLog
from grantway.features.declarations.declared import Declaration, read
from grantway.features.declarations.declared_applications import DeclaredApplications
from grantway.features.declarations.declared_catalogue import DeclaredCatalogue
from grantway.features.declarations.declared_gateways import DeclaredGateways
from grantway.features.declarations.declared_organizations import DeclaredOrganizations
from grantway.features.declarations.planning import Plan, Work, organization_of
from grantway.features.declarations.refusing import relevant
from grantway.features.fields import Findings
from grantway.features.registry.apis import Apis
from grantway.features.registry.applications import Applications
from grantway.features.registry.life_cycle import LifeCycle
from grantway.features.registry.routes import Routes
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class Makers:
    """The features that a declaration goes through: those that everybody else uses."""

    organizations: Organizations
    apis: Apis
    routes: Routes
    applications: Applications
    life_cycle: LifeCycle


class Declarations:
    """Plans and applies declarations."""

    def __init__(self, services: Services, makers: Makers) -> None:
        self._log = AuditLog(services)
        self._makers = makers
        self._organizations = DeclaredOrganizations(makers.organizations)

    def apply(self, tx: Tx, caller: Caller, document: object) -> Plan:
        """Do everything that a document says. Raises Invalid, which names all that is wrong by its path.

        What was done until then is to be undone with the transaction: what is wrong is looked for to the end.
        """
        findings = Findings()
        declaration = read(document, findings)
        problems = list(findings.errors)
        itself = declaration.itself
        organization = organization_of(tx, declaration.organization)
        is_made = organization is None
        if organization is None and itself is not None and itself.is_absent:
            findings.raise_if_any()
            return Plan(declaration.organization, 0, unchanged=1)
        if organization is None:
            try:
                organization = self._organizations.make(tx, caller, itself)
            except Invalid as invalid:
                problems += invalid.errors
                organization, is_made = self._organizations.stand_in(tx, caller), False
                itself = None
        plan = Plan(organization.slug, organization.id)
        work = Work(tx, caller, organization, plan, self._log, problems)
        if is_made and itself is not None:
            work.created("organization", organization.slug, organization.id, itself.values)
        elif itself is not None and not itself.is_absent:
            self._organizations.change(work, itself)
        self._records(work, declaration)
        if itself is not None and itself.is_absent:
            self._organizations.remove(work, itself)
        if work.problems:
            raise Invalid(relevant(work.problems, document, declaration))
        return work.plan

    def _records(self, work: Work, declaration: Declaration) -> None:
        makers = self._makers
        catalogue = DeclaredCatalogue(work, makers.apis)
        gateways = DeclaredGateways(work, makers.routes, catalogue)
        catalogue.scopes_and_apis(declaration)
        gateways.routes(declaration)
        DeclaredApplications(work, makers.applications, makers.life_cycle).applications(declaration)
        catalogue.introspectors(declaration)
        gateways.limits(declaration)
