"""The organization of a declaration: the one that is named, or the one that the file wants there to be."""

from __future__ import annotations

from dataclasses import replace

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid
from grantway.core.model import Organization
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller
from grantway.features.accounts.organizations import OrganizationDraft, Organizations
from grantway.features.declarations.declared import Declared
from grantway.features.declarations.planning import Work, differing


class DeclaredOrganizations:
    """Makes, changes and removes the organization itself."""

    def __init__(self, organizations: Organizations) -> None:
        self._organizations = organizations

    def make(self, tx: Tx, caller: Caller, itself: Declared | None) -> Organization:
        """The organization that a file wants and nobody has made. Raises Invalid."""
        if itself is None:
            raise Invalid((FieldError("organization", errors.FIELD_UNKNOWN_VALUE),))
        try:
            return self._organizations.create(tx, caller, OrganizationDraft(**{"name": "", **itself.values}))
        except Invalid as invalid:
            found = (FieldError(f"{itself.path}.{one.field}", one.reason) for one in invalid.errors)
            raise Invalid(tuple(found)) from None

    def stand_in(self, tx: Tx, caller: Caller) -> Organization:
        """An organization in which the rest of a refused file is judged. Its transaction is undone."""
        return self._organizations.create(tx, caller, OrganizationDraft(name="Stand-in"))

    def change(self, work: Work, itself: Declared) -> None:
        """Bring an organization that is there to what the file says of it."""
        before = work.organization
        former = OrganizationDraft(before.name, before.slug, before.time_zone, before.state, before.gate)
        changes = differing(former, itself.values)
        if not changes:
            work.plan.unchanged += 1
            return
        with work.at(itself.path):
            written = self._organizations.update(
                work.tx, work.caller, before.id, changes=changes, version=before.version
            )
            pairs = {name: (getattr(former, name), value) for name, value in changes.items()}
            work.changed("organization", before.slug, before.id, pairs)
            work.organization = replace(written)

    def remove(self, work: Work, itself: Declared) -> None:
        """Remove it, after all that the file removes of it."""
        now = work.tx.organization(work.organization.id).read()
        with work.at(itself.path):
            self._organizations.delete(
                work.tx,
                work.caller,
                work.organization.id,
                version=(now or work.organization).version,
            )
            work.removed("organization", work.organization.slug, work.organization.id)
