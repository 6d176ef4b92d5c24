"""The dispatcher of the browser flow: begins a request, says the next step, and ends in an answer.

Every method is one request of a browser. A handle works only in the browser that it is bound to, so
knowing an address of a flow in progress gives nobody its code (V007).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from msgspec import structs

from grantway.core import errors
from grantway.core.errors import Conflict, OAuthError, PageError, Reason, all_reasons
from grantway.core.messages import Answer, AuthorizeRequest, AuthorizeRules
from grantway.core.model import Id, Instant, Organization, Party, Place, User
from grantway.core.ports import Tx
from grantway.core.scopes import ScopeSet
from grantway.core.secrets import encode
from grantway.features.authorize import choices, steps
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.asking import Asking, closed_doors, place_of, why_shut
from grantway.features.authorize.begin import Beginning
from grantway.features.authorize.behind import Behind
from grantway.features.authorize.finish import Ending, Finishing
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.showing import Deciding, is_repeated, shown_of, still_stands
from grantway.features.authorize.steps import Ask, Next, Tell
from grantway.features.authorize.telling import Telling
from grantway.features.authorize.views import (
    AskStep,
    Browser,
    ChooseStep,
    ConsentStep,
    FaultStep,
    Interact,
    SignInStep,
    Step,
)
from grantway.features.authorize.wanted import (
    claims_of,
    consent_to,
    could_ask,
    entries_of,
    groups_of,
    wanted_scopes,
)
from grantway.features.services import Services

T = TypeVar("T", AskStep, ChooseStep, ConsentStep)
_REASONS = {reason.id: reason for reason in all_reasons()}


@dataclass(frozen=True, slots=True)
class _Turn:
    """One request of the browser, once it is clear who is signed in."""

    ended: Ending
    owner: Organization
    user: User


@dataclass(frozen=True, slots=True)
class _Ready:
    """Nothing is left to ask: a code may be made, of these scopes."""

    ended: Ending
    party: Party
    scopes: ScopeSet
    voucher_id: Id | None


_Due: TypeAlias = FaultStep | SignInStep | Deciding | Tell | _Ready
"""What comes next with a pending request: a page, a refusal, or the code."""


class AuthorizeFlow:
    """The authorization endpoint of every dialect, and the pages that follow it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._beginning = Beginning(services)
        self._finishing = Finishing(services)
        self._asking = Asking(services)
        self._behind = Behind(services)
        self._told = Telling(services)

    def begin(
        self, request: AuthorizeRequest, rules: AuthorizeRules, browser: Browser | None
    ) -> Answer | Interact:
        """Take a request. Without a browser (a mount on a host of its own) it always waits.

        Raises PageError before the redirect is verified, and for dialects that redirect no errors.
        """
        verified = self._beginning.verify(request)
        now = self._services.clock.now()
        pending = self._beginning.check(request, rules, verified, now)
        if pending.error is not None and not rules.errors_redirected:
            raise PageError(_REASONS[pending.error])
        handle = encode(self._services.entropy.token_bytes(32))
        if browser is None:
            self._store(handle, pending)
            return Interact(handle)
        pending = waiting.of_session(structs.replace(pending, browser=browser.mark), browser.session)
        if browser.session is not None or pending.is_silent:
            with self._services.store.begin() as tx:
                due = self._due(tx, pending, browser, now)
                if isinstance(due, (Tell, _Ready)):
                    return self._end(tx, None, pending, due, now)
        self._store(handle, pending)
        return Interact(handle)

    def step(self, handle: str, browser: Browser) -> Step:
        """What the browser must see now. Raises PageError for an unknown handle or a foreign browser."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = waiting.find(tx, handle, browser, now)
            due = self._due(tx, pending, browser, now)
            if isinstance(due, (Tell, _Ready)):
                return self._end(tx, handle, pending, due, now)
            if isinstance(due, (FaultStep, SignInStep)) or browser.session is None:
                return due
            shown = shown_of(due, browser.session)
            if pending.shown != shown:
                waiting.keep(tx, handle, structs.replace(pending, shown=shown), now)
            return replace(due, mark=shown.mark, has_changed=pending.has_changed)

    def choose(self, handle: str, browser: Browser, organization_id: Id, *, mark: str) -> None:
        """The person chose the organization to act for. Raises PageError for one that is not offered."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = waiting.find(tx, handle, browser, now)
            step = self._asked(tx, handle, pending, (browser, mark), ChooseStep)
            if step is not None:
                place_of(step.places, organization_id)
                waiting.keep(tx, handle, _answered(pending, mark, organization_id=organization_id), now)

    def ask(self, handle: str, browser: Browser, organization_id: Id, *, mark: str) -> None:
        """The person asks an organization of theirs to let the application in. Twice is once.

        Raises PageError for one where that is not offered.
        """
        now = self._services.clock.now()
        try:
            with self._services.store.begin() as tx:
                pending = waiting.find(tx, handle, browser, now)
                step = self._asked(tx, handle, pending, (browser, mark), AskStep)
                if step is None:
                    return
                place = place_of(tx.gate.places(step.user.id, step.application.id), organization_id)
                if self._asking.file(tx, step.application, step.user, place, address=browser.address):
                    waiting.keep(tx, handle, _answered(pending, mark, asked_in=organization_id), now)
        except Conflict:
            # Somebody else there asked at the same moment: the page says since when it is asked for.
            return

    def decide(self, handle: str, browser: Browser, *, mark: str, approve: bool) -> Answer | None:
        """The person allowed or refused. A refusal is answered at once; else the dispatcher goes on.

        Allowed is what stood on the page that the form belongs to, and only while it is still true:
        nobody consents before signing in, for somebody else, to another organization, or to more than
        was shown (V144, V145).
        """
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = waiting.find(tx, handle, browser, now)
            if not approve:
                return self._refuse(tx, handle, pending, errors.AUTHORIZE_DENIED, now)
            step = self._asked(tx, handle, pending, (browser, mark), ConsentStep)
            if step is not None:
                known = tx.gate.consent(step.user.id, pending.application_id, step.organization.id)
                self._told.consented(tx, step, consent_to(step, known, now), address=browser.address)
                place = step.organization.id
                agreed = _answered(pending, mark, organization_id=place, consented_for=(step.user.id, place))
                waiting.keep(tx, handle, agreed, now)
        return None

    def cancel(self, handle: str, browser: Browser) -> Answer:
        """The person went back: the application is told `access_denied`."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = waiting.find(tx, handle, browser, now)
            return self._refuse(tx, handle, pending, errors.AUTHORIZE_DENIED, now)

    def tell(self, handle: str, browser: Browser) -> Answer | None:
        """The person read what is wrong with the request, and goes back: now the application is told.

        None where nothing is wrong with it.
        """
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = waiting.find(tx, handle, browser, now)
            if pending.error is None:
                return None
            return self._refuse(tx, handle, pending, _REASONS[pending.error], now)

    def leave(self, handle: str, browser: Browser) -> Answer:
        """The person went back because no organization of theirs lets the application in."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = waiting.find(tx, handle, browser, now)
            application, _ = self._behind.application(pending)
            session = browser.session
            everywhere = tx.gate.places(session.user_id, application.id) if session is not None else ()
            doors = closed_doors(application, everywhere, entries_of(self._services, pending, application))
            return self._refuse(tx, handle, pending, why_shut(doors), now)

    # ----------------------------------------------------------------------------------------------
    def _asked(
        self, tx: Tx, handle: str, pending: Pending, posted: tuple[Browser, str], kind: type[T]
    ) -> T | None:
        """The page that a posted form answers, if what stood on it is still true.

        Otherwise nothing was decided: the dispatcher shows what is due, and that something changed. A
        form that was answered already is a second click, about which nothing needs to be said.
        """
        browser, mark = posted
        now = self._services.clock.now()
        before = structs.replace(pending, organization_id=None) if kind is ChooseStep else pending
        due = self._due(tx, before, browser, now)
        if isinstance(due, kind) and still_stands(pending, due, browser.session, mark):
            return due
        if not is_repeated(pending, mark):
            waiting.keep(tx, handle, structs.replace(pending, has_changed=True), now)
        return None

    def _due(self, tx: Tx, pending: Pending, browser: Browser, now: Instant) -> _Due:
        application, redirect = self._behind.application(pending)
        owner = self._behind.owner(application)
        signed_in = steps.after_session(pending, browser.session, now)
        session = browser.session
        if isinstance(signed_in, Tell):
            return signed_in
        if isinstance(signed_in, Ask) and signed_in.step == "fault" and pending.error is not None:
            reason = _REASONS[pending.error]
            could = could_ask(self._services, pending, reason)
            return FaultStep(application, owner, reason, could, redirect, pending.ui_locales)
        if isinstance(signed_in, Ask) or session is None:
            return SignInStep(application, owner, pending.login_hint, redirect, pending.ui_locales)
        if pending.error is not None:
            return Tell(_REASONS[pending.error])
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

    def _at_place(self, tx: Tx, turn: _Turn, place: Place) -> ConsentStep | Tell | _Ready:
        """It is clear who acts for which organization: consent where policy asks for it, then the code."""
        ended, user = turn.ended, turn.user
        pending, application = ended.pending, ended.application
        party = Party(place.organization, place.installation, user, place.membership)
        catalogue = self._services.directory.catalogue()
        try:
            wanted = wanted_scopes(pending, application, party, catalogue=catalogue)
        except OAuthError as refusal:
            return Tell(refusal.reason)
        consent = tx.gate.consent(user.id, application.id, place.organization.id)
        vouchers = self._services.directory.vouchers(application.id, place.organization.id)
        allowed: Next = steps.after_consent(
            pending, application, place, wanted=wanted, consent=consent, vouchers=vouchers
        )
        if isinstance(allowed, Tell):
            return allowed
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
            )
        withdrawals = consent.epoch if consent is not None else 0
        return _Ready(ended, structs.replace(party, withdrawals=withdrawals), wanted, allowed.voucher_id)

    def _end(self, tx: Tx, handle: str | None, pending: Pending, due: Tell | _Ready, now: Instant) -> Answer:
        if isinstance(due, Tell):
            return self._refuse(tx, handle, pending, due.reason, now)
        waiting.spend(tx, handle, now)
        if pending.organization_id is not None:
            choices.remember(tx, due.ended.session, due.ended.application, pending.organization_id, now=now)
        return self._finishing.answer(tx, due.ended, due.party, scopes=due.scopes, voucher_id=due.voucher_id)

    def _refuse(self, tx: Tx, handle: str | None, pending: Pending, reason: Reason, now: Instant) -> Answer:
        _, redirect = self._behind.application(pending)
        waiting.spend(tx, handle, now)
        return self._finishing.refusal(pending, redirect, reason)

    def _store(self, handle: str, pending: Pending) -> None:
        with self._services.store.begin() as tx:
            tx.gate.put_artifact(waiting.artifact_of(handle, pending))


def _answered(pending: Pending, mark: str, **decided: object) -> Pending:
    """The request after a page of it was answered."""
    return structs.replace(pending, answered=mark, has_changed=False, **decided)
