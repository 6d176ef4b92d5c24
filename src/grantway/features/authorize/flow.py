"""The dispatcher of the browser flow: begins a request, says the next step, and ends in an answer.

Every method is one request of a browser. A handle works only in the browser that it is bound to, so
knowing an address of a flow in progress gives nobody its code (V007).
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from grantway.core import errors, redirects
from grantway.core.errors import Conflict, OAuthError, PageError, Reason, all_reasons
from grantway.core.messages import Answer, AuthorizeRequest, AuthorizeRules, Session
from grantway.core.model import (
    Application,
    Id,
    Instant,
    Organization,
    Party,
    Place,
    User,
)
from grantway.core.ports import Tx
from grantway.core.redirects import VerifiedRedirect
from grantway.core.secrets import digest, encode, same
from grantway.features.authorize import pending as waiting
from grantway.features.authorize import steps
from grantway.features.authorize.asking import Asking, closed_door, place_of
from grantway.features.authorize.begin import Beginning
from grantway.features.authorize.finish import Ending, Finishing
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.steps import Ask, Next, Tell
from grantway.features.authorize.views import (
    AskStep,
    Browser,
    ChooseStep,
    ConsentStep,
    Interact,
    SignInStep,
    Step,
)
from grantway.features.authorize.wanted import consent_to, groups_of, wanted_scopes
from grantway.features.services import Services

_REASONS = {reason.id: reason for reason in all_reasons()}


@dataclass(frozen=True, slots=True)
class _Turn:
    """One request of the browser, once it is clear who is signed in."""

    handle: str | None
    now: Instant
    ended: Ending
    owner: Organization
    user: User
    may_finish: bool


class AuthorizeFlow:
    """The authorization endpoint of every dialect, and the pages that follow it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._beginning = Beginning(services)
        self._finishing = Finishing(services)
        self._asking = Asking(services)

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
        pending = structs.replace(pending, browser=browser.mark)
        if browser.session is not None or pending.is_silent:
            with self._services.store.begin() as tx:
                step = self._advance(tx, None, pending, browser, now)
            if isinstance(step, Answer):
                return step
        self._store(handle, pending)
        return Interact(handle)

    def step(self, handle: str, browser: Browser) -> Step:
        """What the browser must see now. Raises PageError for an unknown handle or a foreign browser."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = self._find(tx, handle, browser, now)
            return self._advance(tx, handle, pending, browser, now)

    def choose(self, handle: str, browser: Browser, organization_id: Id) -> None:
        """The person chose the organization to act for. Raises PageError for one that is not offered."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = self._find(tx, handle, browser, now)
            application, _ = self._standing(pending)
            if browser.session is None:
                raise PageError(errors.STEP_UNKNOWN, "not signed in")
            places = self._places(tx, application, browser.session)
            if all(place.organization.id != organization_id for place in places):
                raise PageError(errors.STEP_UNKNOWN, "organization not offered")
            self._replace(tx, handle, structs.replace(pending, organization_id=organization_id), now)

    def ask(self, handle: str, browser: Browser, organization_id: Id) -> None:
        """The person asks an organization of theirs to let the application in. Twice is once.

        Raises PageError when that was not the step that was due, or is not offered.
        """
        now = self._services.clock.now()
        try:
            with self._services.store.begin() as tx:
                pending = self._find(tx, handle, browser, now)
                step = self._advance(tx, None, pending, browser, now, may_finish=False)
                if not isinstance(step, AskStep):
                    raise PageError(errors.STEP_UNKNOWN, "asking was not due")
                place = place_of(tx.gate.places(step.user.id, step.application.id), organization_id)
                if self._asking.file(tx, step.application, step.user, place, address=browser.address):
                    self._replace(tx, handle, structs.replace(pending, asked_in=organization_id), now)
        except Conflict:
            # Somebody else there asked at the same moment: the page says since when it is asked for.
            return

    def decide(self, handle: str, browser: Browser, *, approve: bool) -> Answer | None:
        """The person allowed or refused. A refusal is answered at once; else the dispatcher goes on.

        Raises PageError when consent was not the step that was due: nobody can consent before
        signing in, or to another organization than the one shown (V144, V145).
        """
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = self._find(tx, handle, browser, now)
            step = self._advance(tx, None, pending, browser, now, may_finish=False)
            if not isinstance(step, ConsentStep):
                raise PageError(errors.STEP_UNKNOWN, "consent was not due")
            if not approve:
                return self._refuse(tx, handle, pending, errors.AUTHORIZE_DENIED, now)
            known = tx.gate.consent(step.user.id, pending.application_id, step.organization.id)
            tx.gate.save_consent(consent_to(step, known, now))
            agreed = structs.replace(
                pending,
                organization_id=step.organization.id,
                consented_for=(step.user.id, step.organization.id),
            )
            self._replace(tx, handle, agreed, now)
        return None

    def cancel(self, handle: str, browser: Browser, *, reason: Reason = errors.AUTHORIZE_DENIED) -> Answer:
        """The person went back: the application is told `access_denied`."""
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            pending = self._find(tx, handle, browser, now)
            return self._refuse(tx, handle, pending, reason, now)

    def leave(self, handle: str, browser: Browser) -> Answer:
        """The person went back because no organization of theirs lets the application in."""
        return self.cancel(handle, browser, reason=errors.AUTHORIZE_NO_ORGANIZATION)

    # ----------------------------------------------------------------------------------------------
    def _advance(
        self,
        tx: Tx,
        handle: str | None,
        pending: Pending,
        browser: Browser,
        now: Instant,
        *,
        may_finish: bool = True,
    ) -> Step:
        application, redirect = self._standing(pending)
        owner = self._owner(application)
        signed_in = steps.after_session(pending, browser.session, now)
        session = browser.session
        if isinstance(signed_in, Tell):
            return self._refuse(tx, handle, pending, signed_in.reason, now)
        if isinstance(signed_in, Ask) or session is None:
            return SignInStep(application, owner, pending.login_hint, redirect, pending.ui_locales)
        if pending.error is not None:
            return self._refuse(tx, handle, pending, _REASONS[pending.error], now)
        user = self._user(session)
        everywhere = tx.gate.places(user.id, application.id)
        places = steps.eligible(application, everywhere)
        placed = steps.after_places(pending, places)
        if isinstance(placed, Tell):
            return self._refuse(tx, handle, pending, placed.reason, now)
        if isinstance(placed, Ask) and placed.step == "ask":
            doors = tuple(closed_door(application, place) for place in everywhere)
            return AskStep(application, owner, user, doors, redirect, pending.asked_in, pending.ui_locales)
        if isinstance(placed, Ask):
            hint = browser.organization_hint
            return ChooseStep(application, owner, user, places, hint, redirect, pending.ui_locales)
        ended = Ending(pending, session, application, redirect)
        turn = _Turn(handle, now, ended, owner, user, may_finish)
        return self._at_place(tx, turn, steps.chosen(pending, places))

    def _at_place(self, tx: Tx, turn: _Turn, place: Place) -> Step:
        """It is clear who acts for which organization: consent where policy asks for it, then the code."""
        ended, user, handle, now = turn.ended, turn.user, turn.handle, turn.now
        pending, application = ended.pending, ended.application
        party = Party(place.organization, place.installation, user, place.membership)
        catalogue = self._services.directory.catalogue()
        try:
            wanted = wanted_scopes(pending, application, party, catalogue=catalogue)
        except OAuthError as refusal:
            return self._refuse(tx, handle, pending, refusal.reason, now)
        consent = tx.gate.consent(user.id, application.id, place.organization.id)
        allowed: Next = steps.after_consent(pending, application, place, wanted=wanted, consent=consent)
        if isinstance(allowed, Tell):
            return self._refuse(tx, handle, pending, allowed.reason, now)
        if isinstance(allowed, Ask):
            return ConsentStep(
                application,
                turn.owner,
                user,
                place.organization,
                groups_of(wanted, catalogue),
                ended.redirect,
                is_first_time=consent is None,
                ui_locales=pending.ui_locales,
            )
        if not turn.may_finish:
            raise PageError(errors.STEP_UNKNOWN, "nothing left to ask")
        self._spend(tx, handle, now)
        return self._finishing.answer(tx, ended, party, scopes=wanted)

    def _refuse(self, tx: Tx, handle: str | None, pending: Pending, reason: Reason, now: Instant) -> Answer:
        _, redirect = self._standing(pending)
        self._spend(tx, handle, now)
        return self._finishing.refusal(pending, redirect, reason)

    def _spend(self, tx: Tx, handle: str | None, now: Instant) -> None:
        """A pending request ends once, whatever its answer; the loser of a double submit sees a page."""
        if handle is None:
            return
        if tx.gate.spend_artifact(waiting.KIND, digest(handle), now=now) is None:
            raise PageError(errors.STEP_UNKNOWN, "finished meanwhile")

    def _find(self, tx: Tx, handle: str, browser: Browser, now: Instant) -> Pending:
        artifact = tx.gate.artifact(waiting.KIND, digest(handle), now=now)
        if artifact is None:
            raise PageError(errors.STEP_UNKNOWN, "unknown or expired handle")
        pending = waiting.decode(artifact.payload)
        if pending.browser is None:
            pending = structs.replace(pending, browser=browser.mark)
            self._replace(tx, handle, pending, now)
        elif not same(pending.browser, browser.mark):
            raise PageError(errors.STEP_UNKNOWN, "another browser")
        return pending

    def _replace(self, tx: Tx, handle: str, pending: Pending, now: Instant) -> None:
        if not tx.gate.replace_artifact(waiting.artifact_of(handle, pending), now=now):
            raise PageError(errors.STEP_UNKNOWN, "finished meanwhile")

    def _store(self, handle: str, pending: Pending) -> None:
        with self._services.store.begin() as tx:
            tx.gate.put_artifact(waiting.artifact_of(handle, pending))

    def _standing(self, pending: Pending) -> tuple[Application, VerifiedRedirect]:
        """Application and redirect, checked again: either may have been taken back meanwhile (C103)."""
        application = self._services.directory.application(pending.application_id)
        if application is None or not application.is_usable:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "switched off meanwhile")
        redirect = redirects.match(
            pending.redirect_uri, application.redirects, is_native=application.platform == "native"
        )
        if redirect is None:
            raise PageError(errors.AUTHORIZE_REDIRECT_UNKNOWN, "redirect removed meanwhile")
        return application, redirect

    def _owner(self, application: Application) -> Organization:
        owner = self._services.directory.organization(application.organization_id)
        if owner is None or not owner.is_active:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "owner switched off meanwhile")
        return owner

    def _places(self, tx: Tx, application: Application, session: Session) -> tuple[Place, ...]:
        return steps.eligible(application, tx.gate.places(session.user_id, application.id))

    def _user(self, session: Session) -> User:
        user = self._services.directory.user(session.user_id)
        if user is None or user.state != "enabled":
            raise PageError(errors.SIGN_IN_REQUIRED, "user switched off meanwhile")
        return user
