"""Whether an organization's gate lets an application in that it did not install.

Asked wherever audience and installation are asked, of the same records, when a token is made and at each of
its uses. Nothing of the answer is remembered: it is a few comparisons of what the directory remembers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from grantway.core.gates import OrganizationGate
from grantway.core.model import Application, Catalogue, Id, Organization, Voucher
from grantway.core.policy import STANDARD
from grantway.core.scopes import ScopeSet
from grantway.core.vouching import Asked, covers
from grantway.features.services import Services

Vouchers: TypeAlias = Callable[[Id, Id], tuple[Voucher, ...]]
"""The live vouchers of an application for an organization, from memory where that is fresh."""


class Entry(Struct, frozen=True, gc=False):
    """What a person's token would come in with: nobody is let in without saying what it is."""

    mount: str
    dialect: str
    scopes: ScopeSet
    """Those that are asked for, or held, as a whole."""
    catalogue: Catalogue
    vouchers: Vouchers
    redirect_uri: str | None = None
    """Where the code goes, while there is one to be sent."""


class Doorway:
    """Says what comes in at a mount, with the facts that a gate looks at."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def entry(self, mount: str, scopes: ScopeSet, *, redirect_uri: str | None = None) -> Entry:
        """What a token of a mount comes in with."""
        directory = self._services.directory
        return Entry(
            mount,
            self._services.dialects.get(mount, STANDARD.name),
            scopes,
            directory.catalogue(),
            directory.vouchers,
            redirect_uri,
        )


def gate_of(organization: Organization, catalogue: Catalogue) -> OrganizationGate:
    """The gate that counts for an organization."""
    return catalogue.gates.effective(organization.gate)


def passes_gate(application: Application, organization: Organization, entry: Entry) -> bool:
    """Whether members may let in an application of others that the organization did not install."""
    gate = gate_of(organization, entry.catalogue)
    if gate == "any":
        return True
    if application.is_built_in:
        # Part of the server that the organization uses already, as far as the release answers for it.
        return _is_vouched_for(application, organization.id, entry.scopes, entry)
    if gate == "installed":
        return False
    if application.publication == "approved" or entry.mount in entry.catalogue.gates.open_mounts:
        return True
    weighty = weighty_of(entry.scopes, entry.catalogue)
    return not weighty or _is_vouched_for(application, organization.id, weighty, entry)


def weighty_of(scopes: ScopeSet, catalogue: Catalogue) -> ScopeSet:
    """Those that somebody must answer for: of more than low risk, or not declared any more."""
    known = catalogue.scopes
    return frozenset(value for value in scopes if (scope := known.get(value)) is None or scope.risk != "low")


def _is_vouched_for(application: Application, organization_id: Id, scopes: ScopeSet, entry: Entry) -> bool:
    """Whether a live voucher answers for exactly this, whatever it spares people of."""
    asked = Asked(organization_id, scopes, entry.redirect_uri, entry.dialect)
    vouchers = entry.vouchers(application.id, organization_id)
    return any(covers(voucher, application, asked) for voucher in vouchers)
