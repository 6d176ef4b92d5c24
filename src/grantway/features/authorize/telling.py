"""What an organization's log tells of its people's sign-ins: who went where, and what they allowed.

It makes no notices. A page that fetches a code every few minutes would fill the log, so of what one person
does with one application there, the first of an hour is told and then each doubling.
"""

from __future__ import annotations

from dataclasses import replace

from grantway.core import scopes
from grantway.core.audit import Actor
from grantway.core.identifiers import to_text
from grantway.core.model import HOUR, Application, Id, Instant, UserConsent
from grantway.core.ports import Tx
from grantway.core.sign_ins import Tally, is_told
from grantway.features.audit import Act, AuditLog
from grantway.features.authorize.views import ConsentStep
from grantway.features.services import Services

WINDOW: Instant = HOUR


class Telling:
    """Writes the lines, each in the transaction of what it tells."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def entered(
        self, tx: Tx, application: Application, *, user_id: Id, organization_id: Id, address: str
    ) -> None:
        """A code was made, for this organization."""
        bucket = f"entered.{user_id}.{application.id}.{organization_id}"
        (count,) = tx.gate.tally(Tally(bucket, WINDOW), now=self._services.clock.now())
        if not is_told(count, singly=1):
            return
        told = {"application_id": to_text(application.id), "client_id": application.client_id, "count": count}
        actor = Actor("user", user_id, address=address or None)
        self._log.record(tx, actor, Act("sign_in.succeed", user_id, organization_id, after=told))

    def consented(self, tx: Tx, step: ConsentStep, agreed: UserConsent, *, address: str) -> None:
        """Somebody allows an application to act for them: what was on the page is stored, and told."""
        given = replace(agreed, id=self._services.entropy.new_id())
        tx.gate.save_consent(given)
        told: dict[str, object] = {
            "client_id": step.application.client_id,
            "scopes": sorted(scopes.plain(given.scopes)),
        }
        apis = scopes.bare_apis(given.scopes)
        if apis:
            told["apis"] = list(apis)
        act = Act("consent.give", given.application_id, given.organization_id, after=told)
        self._log.record(tx, Actor("user", given.user_id, address=address or None), act)
