"""The consents of an organization's people to applications of others."""

from __future__ import annotations

from grantway.core.consenting import ConsentFilter, MemberConsent
from grantway.core.model import Id
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.rows import Row

_AFTER_CONSENT = len(rows.CONSENT)
_NOBODY: Id = 0


class OwnConsents(OwnCatalogue):
    """What the admins of one organization see of them."""

    def consents(self, only: ConsentFilter, *, after: Id, limit: int) -> tuple[MemberConsent, ...]:
        """Those that were not withdrawn, by id."""
        found = self._unit.rows(
            "own_consents",
            organization_id_=self._id,
            user_id_=only.user_id or _NOBODY,
            application_id_=only.application_id or _NOBODY,
            after=after,
            limit=limit,
        )
        return tuple(map(_member_consent, found))

    def own_consent(self, consent_id: Id) -> MemberConsent | None:
        """One of them."""
        row = self._unit.row("own_consent", organization_id_=self._id, consent_id=consent_id)
        return None if row is None else _member_consent(row)


def _member_consent(row: Row) -> MemberConsent:
    name, email, membership, *application = row[_AFTER_CONSENT:]
    return MemberConsent(
        rows.consent(row[:_AFTER_CONSENT]), name, email, membership is not None, *application
    )
