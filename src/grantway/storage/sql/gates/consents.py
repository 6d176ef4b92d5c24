"""What people agreed to, and what applications hold in their name."""

from __future__ import annotations

import msgspec

from grantway.core.consenting import LiveGrants
from grantway.core.model import Change, Id, Instant, UserConsent
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.people import consents

_word_set = msgspec.json.Decoder(frozenset[str]).decode


class Consents(Door):
    """Consents and the grants beside them, by the person."""

    def consent(self, user_id: Id, application_id: Id, organization_id: Id) -> UserConsent | None:
        """What a user agreed to, or once did."""
        row = self._unit.row(
            "consent", user_id_=user_id, application_id_=application_id, organization_id_=organization_id
        )
        return None if row is None else rows.consent(row)

    def save_consent(self, consent: UserConsent) -> None:
        """Store what a user agrees to now, in place of what they agreed to before."""
        self._unit.queue("save_consent", rows.values_of(consent, consents))

    def consents_of_user(self, user_id: Id) -> tuple[UserConsent, ...]:
        """What a person agreed to and did not withdraw."""
        return tuple(map(rows.consent, self._unit.rows("consents_of_user", user_id_=user_id)))

    def consent_used(self, user_id: Id, application_id: Id, organization_id: Id, *, at: Instant) -> None:
        """Remember the last use of a consent, if there is one and no later use is known."""
        self._unit.queue("consent_used", {**_key(user_id, application_id, organization_id), "at": at})

    def consent_withdrawn_by(self, user_id: Id, application_id: Id, organization_id: Id, *, by: Id) -> None:
        """Remember who else withdrew it."""
        self._unit.queue("consent_withdrawn_by", {**_key(user_id, application_id, organization_id), "by": by})

    def consents_withdrawn_for(self, user_id: Id, *, since: Instant) -> tuple[UserConsent, ...]:
        """What others withdrew of a person's consents since then, the latest first."""
        found = self._unit.rows("consents_withdrawn_for", user_id_=user_id, since=since)
        return tuple(map(rows.consent, found))

    def live_grants_of_user(self, user_id: Id, *, now: Instant) -> tuple[LiveGrants, ...]:
        """What applications hold for a person, by application, organization and scopes."""
        found = self._unit.rows("live_grants_of_user", user_id_=user_id, now=now)
        return tuple(
            LiveGrants(application_id, organization_id, _word_set(scopes), since)
            for application_id, organization_id, scopes, since in found
        )

    def withdraw_consent(self, user_id: Id, application_id: Id, organization_id: Id, *, now: Instant) -> bool:
        """Mark a consent as withdrawn. Consents are read from the database each time, so no cache is told."""
        withdrawn = self._unit.rows(
            "withdraw_consent",
            user_id_=user_id,
            application_id_=application_id,
            organization_id_=organization_id,
            now=now,
        )
        return bool(withdrawn)

    def revoke_grants_of_user(
        self, user_id: Id, application_id: Id, organization_id: Id, *, reason: str, now: Instant
    ) -> int:
        """Revoke a person's live grants of an application in an organization; how many there were."""
        revoked = self._unit.rows(
            "revoke_grants_of_user",
            user_id_=user_id,
            application_id_=application_id,
            organization_id_=organization_id,
            reason=reason,
            now=now,
        )
        for (grant_id,) in revoked:
            self._feed.add(Change("grant", grant_id))
        return len(revoked)


def _key(user_id: Id, application_id: Id, organization_id: Id) -> dict[str, Id]:
    return {"user_id_": user_id, "application_id_": application_id, "organization_id_": organization_id}
