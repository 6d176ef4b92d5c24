"""The dispatcher of the browser flow: begins a request, says the next step, and ends in an answer.

Every method is one request of a browser. A handle works only in the browser that it is bound to, so
knowing an address of a flow in progress gives nobody its code (V007).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from msgspec import structs

from grantway.core import errors
from grantway.core.errors import Conflict, PageError, concerning, reason_of
from grantway.core.messages import Answer, AuthorizeRequest, AuthorizeRules, Session
from grantway.core.model import Id, Instant
from grantway.core.ports import Tx
from grantway.core.secrets import encode
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.afterwards import Afterwards
from grantway.features.authorize.asking import Asking, closed_doors, place_of, why_shut
from grantway.features.authorize.begin import Beginning
from grantway.features.authorize.behind import Behind
from grantway.features.authorize.due import Dues, Ready
from grantway.features.authorize.ending import Endings
from grantway.features.authorize.finish import Finishing
from grantway.features.authorize.pending import Over, Pending
from grantway.features.authorize.room import Room
from grantway.features.authorize.showing import is_repeated, shown_of, still_stands
from grantway.features.authorize.steps import Tell
from grantway.features.authorize.telling import Telling
from grantway.features.authorize.views import (
    AskStep,
    Browser,
    ChooseStep,
    ConsentStep,
    FaultStep,
    Finished,
    Interact,
    Outcome,
    SignInStep,
    Step,
)
from grantway.features.authorize.wanted import consent_to, entries_of
from grantway.features.services import Services

T = TypeVar("T", AskStep, ChooseStep, ConsentStep)
R = TypeVar("R")


_CLICKS = 4
"""How many sign-ins by the form of one request are remembered beside the last."""


class AuthorizeFlow:
    """The authorization endpoint of every dialect, and the pages that follow it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._beginning = Beginning(services)
        self._finishing = Finishing(services)
        self._asking = Asking(services)
        self._behind = Behind(services)
        self._told = Telling(services)
        self._dues = Dues(services)
        self._room = Room(services)
        self._afterwards = Afterwards(services)
        self._endings = Endings(services)

    def begin(
        self, request: AuthorizeRequest, rules: AuthorizeRules, browser: Browser | None
    ) -> Answer | Interact:
        """Take a request. Without a browser (a mount on a host of its own) it always waits.

        Raises PageError before the redirect is verified, and for dialects that redirect no errors.
        """
        verified = self._beginning.verify(request, rules)
        now = self._services.clock.now()
        pending = self._beginning.check(request, rules, verified, now)
        if pending.error is not None and not rules.errors_redirected:
            refusal = PageError(reason_of(pending.error))
            concerning(refusal, named=pending.lacking)
            raise refusal
        handle = encode(self._services.entropy.token_bytes(32))
        address = request.origin.address
        if browser is None:
            with self._services.store.begin() as tx:
                self._room.take(tx, handle, pending, address=address, session=None)
            return Interact(handle)
        pending = waiting.of_session(waiting.bound_to(pending, browser), browser.session)
        if browser.session is not None or pending.is_silent:
            with self._services.store.begin() as tx:
                due = self._dues.of(tx, pending, browser, now)
                if isinstance(due, Tell):
                    told = self._finishing.refusal(pending, verified.redirect, due.reason)
                    return told.about(due.concern)
                if isinstance(due, Ready):
                    return self._endings.coded(tx, pending, due, self._finishing.code_of(None, browser))
        with self._services.store.begin() as tx:
            self._room.take(tx, handle, pending, address=address, session=browser.session)
        return Interact(handle)

    def step(self, handle: str, browser: Browser, *, is_form: bool = False) -> Step:
        """What the browser must see now. Raises PageError for an unknown handle or a foreign browser.

        `is_form`: a form was sent that goes on, so a refusal of before is not told again.
        """

        def show(tx: Tx, pending: Pending, now: Instant) -> Step:
            due = self._dues.of(tx, pending, browser, now)
            if isinstance(due, (Tell, Ready)):
                return self._endings.end(tx, handle, pending, browser, due, now)
            if isinstance(due, (FaultStep, SignInStep)) or browser.session is None:
                return due
            shown = shown_of(due, browser.session)
            if pending.shown != shown:
                waiting.keep(tx, handle, structs.replace(pending, shown=shown), now)
            return replace(due, mark=shown.mark, has_changed=pending.has_changed)

        return self._turn(handle, browser, show, says_no=False if is_form else None)

    def signed_in(self, handle: str, browser: Browser, session: Session) -> None:
        """Somebody signed in by the form of this request: no clock has to tell that it was for it.

        From now on it may take the time that a person takes.
        """

        def note(tx: Tx, pending: Pending, now: Instant) -> None:
            known = waiting.of_session(pending, session)
            before = [*known.signed_in_before, *([known.signed_in] if known.signed_in is not None else [])]
            waiting.keep(
                tx,
                handle,
                structs.replace(known, signed_in=session.id, signed_in_before=before[-_CLICKS:]),
                now,
            )

        self._turn(handle, browser, note, says_no=False)

    def choose(self, handle: str, browser: Browser, organization_id: Id, *, mark: str) -> Outcome:
        """The person chose the organization to act for. Raises PageError for one that is not offered."""

        def take(tx: Tx, pending: Pending, now: Instant) -> None:
            step = self._asked(tx, handle, pending, (browser, mark), ChooseStep)
            if step is not None:
                place_of(step.places, organization_id)
                waiting.keep(tx, handle, _answered(pending, mark, organization_id=organization_id), now)

        return self._turn(handle, browser, take, says_no=False)

    def ask(self, handle: str, browser: Browser, organization_id: Id, *, mark: str) -> Outcome:
        """The person asks an organization of theirs to let the application in. Twice is once.

        Raises PageError for one where that is not offered.
        """

        def file(tx: Tx, pending: Pending, now: Instant) -> None:
            step = self._asked(tx, handle, pending, (browser, mark), AskStep)
            if step is None:
                return
            place = place_of(tx.gate.places(step.user.id, step.application.id), organization_id)
            if self._asking.file(tx, step.application, step.user, place, address=browser.address):
                waiting.keep(tx, handle, _answered(pending, mark, asked_in=organization_id), now)

        try:
            return self._turn(handle, browser, file, says_no=False)
        except Conflict:
            # Somebody else there asked at the same moment: the page says since when it is asked for.
            return None

    def decide(self, handle: str, browser: Browser, *, mark: str, approve: bool) -> Outcome:
        """The person allowed or refused. A refusal is answered at once; else the dispatcher goes on.

        Allowed is what stood on the page that the form belongs to, and only while it is still true:
        nobody consents before signing in, for somebody else, to another organization, or to more than
        was shown (V144, V145).
        """
        if not approve:
            return self.cancel(handle, browser)

        def agree(tx: Tx, pending: Pending, now: Instant) -> None:
            step = self._asked(tx, handle, pending, (browser, mark), ConsentStep)
            if step is not None:
                known = tx.gate.consent(step.user.id, pending.application_id, step.organization.id)
                self._told.consented(tx, step, consent_to(step, known, now), address=browser.address)
                place = step.organization.id
                agreed = _answered(pending, mark, organization_id=place, consented_for=(step.user.id, place))
                waiting.keep(tx, handle, agreed, now)

        return self._turn(handle, browser, agree, says_no=False)

    def cancel(self, handle: str, browser: Browser) -> Answer | Finished:
        """The person went back: the application is told `access_denied`."""

        def refuse(tx: Tx, pending: Pending, now: Instant) -> Answer | Finished:
            return self._endings.refuse(tx, handle, pending, errors.AUTHORIZE_DENIED, now, by_person=True)

        return self._turn(handle, browser, refuse, says_no=True)

    def tell(self, handle: str, browser: Browser) -> Outcome:
        """The person read what is wrong with the request, and goes back: now the application is told.

        None where nothing is wrong with it.
        """

        def refuse(tx: Tx, pending: Pending, now: Instant) -> Outcome:
            if pending.error is None:
                return None
            told = self._endings.refuse(tx, handle, pending, reason_of(pending.error), now, by_person=True)
            # The page that the form stands on told it before.
            return replace(told, refused=None) if isinstance(told, Answer) else told

        return self._turn(handle, browser, refuse, says_no=True)

    def leave(self, handle: str, browser: Browser) -> Answer | Finished:
        """The person went back because no organization of theirs lets the application in."""

        def go(tx: Tx, pending: Pending, now: Instant) -> Answer | Finished:
            application, _ = self._behind.application(pending)
            session = browser.session
            everywhere = tx.gate.places(session.user_id, application.id) if session is not None else ()
            doors = closed_doors(application, everywhere, entries_of(self._services, pending, application))
            return self._endings.refuse(tx, handle, pending, why_shut(doors), now, by_person=True)

        return self._turn(handle, browser, go, says_no=True)

    # ----------------------------------------------------------------------------------------------
    def _turn(
        self,
        handle: str,
        browser: Browser,
        act: Callable[[Tx, Pending, Instant], R],
        *,
        says_no: bool | None,
    ) -> R | Answer | Finished:
        """One request of the browser about a pending request, or about one that is over by now."""
        now = self._services.clock.now()
        with suppress(Over), self._services.store.begin() as tx:
            return act(tx, waiting.find(tx, handle, browser, now), now)
        # What was begun above left no trace, and whoever was faster has committed.
        with self._services.store.begin() as tx:
            with suppress(Over):
                return self._afterwards.meet(tx, handle, browser, says_no=says_no, now=now)
            # The second click of going back too late: the first one's answer is there now.
            return self._afterwards.meet(tx, handle, browser, says_no=says_no, now=now)

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
        due = self._dues.of(tx, before, browser, now)
        if isinstance(due, kind) and still_stands(pending, due, browser.session, mark):
            return due
        if not is_repeated(pending, mark):
            waiting.keep(tx, handle, structs.replace(pending, has_changed=True), now)
        return None


def _answered(pending: Pending, mark: str, **decided: object) -> Pending:
    """The request after a page of it was answered."""
    return structs.replace(pending, answered=mark, has_changed=False, **decided)
