"""What people agreed to, and what applications hold in their name."""

from __future__ import annotations

import msgspec

from grantway.core.consenting import LiveGrants
from grantway.core.model import Change, Epochs, Id, Instant, User, UserConsent
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.people import consents

_word_set = msgspec.json.Decoder(frozenset[str]).decode
_epochs = msgspec.json.Decoder(Epochs).decode


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
            LiveGrants(application_id, organization_id, _word_set(scopes), since, _epochs(epochs).consent)
            for application_id, organization_id, scopes, since, epochs in found
        )

    def withdraw_consent(self, user_id: Id, application_id: Id, organization_id: Id, *, now: Instant) -> bool:
        """Mark a consent as withdrawn and raise its epoch, and write the change feed."""
        withdrawn = self._unit.rows(
            "withdraw_consent",
            user_id_=user_id,
            application_id_=application_id,
            organization_id_=organization_id,
            now=now,
        )
        if withdrawn:
            self._feed.add(Change("user", user_id))
        return bool(withdrawn)

    def withdraw_unasked(self, user_id: Id, application_id: Id, organization_id: Id, *, now: Instant) -> None:
        """Raise the epoch where nobody was asked, so that no consent says how often it was withdrawn."""
        refused = UserConsent(user_id, application_id, organization_id, frozenset(), now, now, epoch=1)
        self._unit.queue("withdraw_unasked", rows.values_of(refused, consents))
        self._feed.add(Change("user", user_id))

    def person(self, user_id: Id) -> tuple[User, dict[tuple[Id, Id], int]] | None:
        """A user, and how often they withdrew what was allowed where, in one round trip."""
        users, withdrawn = self._unit.together(
            (("user", {"user_id_": user_id}), ("withdrawals", {"user_id_": user_id}))
        )
        user = rows.user(users[0]) if users else None
        if user is None:
            return None
        return user, {(one[0], one[1]): one[2] for one in withdrawn}

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
