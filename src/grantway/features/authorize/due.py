"""What is due with a pending request, by what is stored of it, of the person, and of everything behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from msgspec import structs

from grantway.core.concerns import Concern
from grantway.core.errors import OAuthError, Refused, concerning, reason_of
from grantway.core.model import Id, Instant, Organization, Party, Place, User
from grantway.core.ports import Tx
from grantway.core.scopes import ScopeSet
from grantway.features.authorize import choices, steps
from grantway.features.authorize.asking import closed_doors, why_shut
from grantway.features.authorize.behind import Behind
from grantway.features.authorize.finish import Ending
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.showing import Deciding
from grantway.features.authorize.steps import Ask, Next, Tell
from grantway.features.authorize.views import (
    AskStep,
    Browser,
    ChooseStep,
    ConsentStep,
    FaultStep,
    SignInStep,
)
from grantway.features.authorize.wanted import claims_of, could_ask, entries_of, groups_of, wanted_scopes
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class _Turn:
    """One request of the browser, once it is clear who is signed in."""

    ended: Ending
    owner: Organization
    user: User


@dataclass(frozen=True, slots=True)
class Ready:
    """Nothing is left to ask: a code may be made, of these scopes."""

    ended: Ending
    party: Party
    scopes: ScopeSet
    voucher_id: Id | None


Due: TypeAlias = FaultStep | SignInStep | Deciding | Tell | Ready
"""What comes next with a pending request: a page, a refusal, or the code."""


class Dues:
    """Looks everything up again at each step, and lets `steps` decide."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._behind = Behind(services)

    def of(self, tx: Tx, pending: Pending, browser: Browser, now: Instant) -> Due:
        """What comes next for whoever is signed in in this browser now. Raises PageError."""
        application, redirect = self._behind.application(pending)
        owner = self._behind.owner(application)
        signed_in = steps.after_session(pending, browser.session, now)
        session = browser.session
        if isinstance(signed_in, Tell):
            return signed_in
        if isinstance(signed_in, Ask) and signed_in.step == "fault" and pending.error is not None:
            reason = reason_of(pending.error)
            could = could_ask(self._services, pending, reason)
            concern = Concern(pending.client_id, named=tuple(pending.lacking))
            return FaultStep(
                application, owner, Refused(reason, concern=concern), could, redirect, pending.ui_locales
            )
        if isinstance(signed_in, Ask) or session is None:
            return SignInStep(application, owner, pending.login_hint, redirect, pending.ui_locales)
        if pending.error is not None:
            return Tell(reason_of(pending.error))
        user = self._behind.user(session)
        everywhere = tx.gate.places(user.id, application.id)
        entry = entries_of(self._services, pending, application)
        places = steps.eligible(application, everywhere, entry)
        doors = closed_doors(application, everywhere, entry) if not places else ()
        # Only silence needs it: whoever can be asked is asked.
        remembered = choices.recalled(tx, session, application, now=now) if pending.is_silent else None
        placed = steps.after_places(pending, places, remembered, shut=why_shut(doors))
        if isinstance(placed, Tell):
            return placed
        if isinstance(placed, Ask) and placed.step == "ask":
            return AskStep(application, owner, user, doors, redirect, pending.asked_in, pending.ui_locales)
        if isinstance(placed, Ask):
            hint = browser.organization_hint
            return ChooseStep(application, owner, user, places, hint, redirect, pending.ui_locales)
        ended = Ending(pending, session, application, redirect, browser.address)
        return self._at_place(tx, _Turn(ended, owner, user), steps.chosen(pending, places, remembered))

    def _at_place(self, tx: Tx, turn: _Turn, place: Place) -> ConsentStep | Tell | Ready:
        """It is clear who acts for which organization: consent where policy asks for it, then the code."""
        ended, user = turn.ended, turn.user
        pending, application = ended.pending, ended.application
        party = Party(place.organization, place.installation, user, place.membership)
        catalogue = self._services.directory.catalogue()
        try:
            wanted = wanted_scopes(pending, application, party, catalogue=catalogue)
        except OAuthError as refusal:
            concerning(refusal, organization_id=place.organization.id)
            return Tell(refusal.reason, refusal.concern)
        consent = tx.gate.consent(user.id, application.id, place.organization.id)
        vouchers = self._services.directory.vouchers(application.id, place.organization.id)
        allowed: Next = steps.after_consent(
            pending, application, place, wanted=wanted, consent=consent, vouchers=vouchers
        )
        if isinstance(allowed, Tell):
            return Tell(allowed.reason, Concern(organization_id=place.organization.id))
        if isinstance(allowed, Ask):
            asked = claims_of(pending, wanted)
            return ConsentStep(
                application,
                turn.owner,
                user,
                place.organization,
                groups_of(wanted, catalogue),
                ended.redirect,
                is_first_time=consent is None,
                ui_locales=pending.ui_locales,
                claims=asked.singly if asked is not None else (),
                user_code=pending.device.user_code if pending.device is not None else None,
            )
        withdrawals = consent.epoch if consent is not None else 0
        return Ready(ended, structs.replace(party, withdrawals=withdrawals), wanted, allowed.voucher_id)
