"""What applications may do in a person's name: listed for the person, and withdrawn by them.

Listed is what the person agreed to, and also what is held without having been asked for: by policy an
organization or the platform can say yes for its people, who see here what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grantway.core.audit import Actor
from grantway.core.model import DAY, Application, Id, Instant, Organization
from grantway.core.ports import Tx
from grantway.core.scopes import ScopeSet
from grantway.features.audit import Act, AuditLog
from grantway.features.authorize.views import Groups
from grantway.features.authorize.wanted import groups_of
from grantway.features.services import Services

REASON = "consent_withdrawn"
TOLD_FOR: Instant = 30 * DAY
"""How long a person reads that somebody else withdrew a consent of theirs."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An application that may act for a person in one organization."""

    application: Application
    owner: Organization
    organization: Organization
    groups: Groups
    since: Instant
    is_asked_for: bool
    """Whether the person agreed themself. If not, the application need not ask them next time either."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What an admin of an organization took back from an application."""

    application: Application
    organization: Organization
    at: Instant


@dataclass(frozen=True, slots=True)
class _Held:
    scopes: ScopeSet
    since: Instant
    is_asked_for: bool


class Consents:
    """Lists and withdraws."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def of(self, user_id: Id) -> tuple[Allowed, ...]:
        """Everything that may act for a person, by names."""
        with self._services.store.read() as tx:
            held = _held(tx, user_id, self._services.clock.now())
        return tuple(
            sorted(
                self._described(held),
                key=lambda one: (one.application.name.casefold(), one.organization.name.casefold()),
            )
        )

    def withdraw(
        self, user_id: Id, application_id: Id, organization_id: Id, *, address: str | None = None
    ) -> bool:
        """Take back what an application may do for a person in an organization.

        Its codes, refresh tokens and access tokens for that person there are dead at once, and the
        person is asked again: all of them remember the consent's epoch. That the grants are marked as
        revoked besides is for those who read them. False where there was nothing to take back.
        """
        with self._services.store.begin() as tx:
            ended = withdraw(tx, (user_id, application_id, organization_id), now=self._services.clock.now())
            if ended is None:
                return False
            act = Act("consent.withdraw", application_id, organization_id, after={"grants_ended": ended})
            self._log.record(tx, Actor("user", user_id, address=address), act)
        return True

    def withdrawn_by_others(self, user_id: Id) -> tuple[Withdrawn, ...]:
        """What admins of organizations took back lately, for the person to read."""
        directory = self._services.directory
        with self._services.store.read() as tx:
            lately = tx.gate.consents_withdrawn_for(user_id, since=self._services.clock.now() - TOLD_FOR)
        found = (
            (directory.application(one.application_id), directory.organization(one.organization_id), one)
            for one in lately
        )
        return tuple(
            Withdrawn(application, organization, one.revoked_at or 0)
            for application, organization, one in found
            if application is not None and organization is not None
        )

    def _described(self, held: dict[tuple[Id, Id], _Held]) -> Iterator[Allowed]:
        directory = self._services.directory
        catalogue = directory.catalogue()
        for (application_id, organization_id), one in held.items():
            application = directory.application(application_id)
            organization = directory.organization(organization_id)
            owner = directory.organization(application.organization_id) if application is not None else None
            if application is None or organization is None or owner is None:
                continue
            groups = groups_of(one.scopes, catalogue)
            yield Allowed(application, owner, organization, groups, one.since, one.is_asked_for)


def withdraw(tx: Tx, key: tuple[Id, Id, Id], *, now: Instant, by: Id | None = None) -> int | None:
    """End what an application may do for a person in an organization; how many grants ended with it.

    `key` is the person, the application and the organization; `by` is who else than the person does it.
    None where there was nothing to take back.
    """
    was_given = tx.gate.withdraw_consent(*key, now=now)
    if was_given and by is not None:
        tx.gate.consent_withdrawn_by(*key, by=by)
    ended = tx.gate.revoke_grants_of_user(*key, reason=REASON, now=now)
    if not was_given and ended:
        tx.gate.withdraw_unasked(*key, now=now)
    return ended if was_given or ended else None


def _held(tx: Tx, user_id: Id, now: Instant) -> dict[tuple[Id, Id], _Held]:
    held = {
        (one.application_id, one.organization_id): _Held(one.scopes, one.granted_at, is_asked_for=True)
        for one in tx.gate.consents_of_user(user_id)
    }
    person = tx.gate.person(user_id)
    withdrawn = person[1] if person is not None else {}
    for grants in tx.gate.live_grants_of_user(user_id, now=now):
        place = (grants.application_id, grants.organization_id)
        if grants.consent_epoch != withdrawn.get(place, 0):
            continue
        known = held.get(place)
        if known is None:
            held[place] = _Held(grants.scopes, grants.since, is_asked_for=False)
        else:
            since = min(known.since, grants.since)
            held[place] = replace(known, scopes=known.scopes | grants.scopes, since=since)
    return held
