"""The steps of every page and every form: whose browser, whose organization, may they, show or do, answer.

The order is fixed and the same for all. The organization is the one in the path, and the person's role in it
is read anew each time, so two tabs never act for the wrong one. Who is no member is told what somebody is
told who names an organization that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from grantway.core import errors
from grantway.core.errors import DomainError, Forbidden, NotFound, PageError
from grantway.core.identifiers import to_text
from grantway.core.model import Id
from grantway.core.model import Place as PlaceOfPerson
from grantway.core.ports import Tx
from grantway.core.secrets import digest
from grantway.edges.console import asking, forms, frame
from grantway.edges.console.blocks import View
from grantway.edges.console.here import DeveloperLinks, Here, texts_of
from grantway.edges.console.table import Entry, Form, Group, Place
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import Browsers, Visit, sign_in_first
from grantway.edges.web.forms import Parameters, Taken
from grantway.edges.web.records.acting import Acting, Who
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.transactions import Transactions
from grantway.edges.web.records.values import id_of
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.accounts.kept_forms import KeptForms
from grantway.features.accounts.working import AtWork, Working
from grantway.features.audit import actor_of
from grantway.features.idempotency import Attempted

PURPOSE = "console"
ONCE = "once"
"""The hidden field that numbers a showing of a form, so that a second click does nothing more."""
VERSION = "version"
READER = "reader"
"""The hidden field that says to whom a form was shown: only they can send it."""
KEPT = "kept"
"""The parameter by which what was filled in before somebody signed in again is found."""
_PARAMETERS, _CHARACTERS = 600, 60_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to the console, before anything was read."""

    visit: Visit
    place: Place
    slug: str
    ids: Mapping[str, Id]
    form: Form | None = None


class Console:
    """Answers the pages and forms of the table."""

    def __init__(
        self,
        features: RecordFeatures,
        working: Working,
        browsers: Browsers,
        table: Mapping[str, Place],
        groups: Mapping[str, Group],
        entries: tuple[Entry, ...],
        links: DeveloperLinks,
    ) -> None:
        self._features = features
        self._working = working
        self._browsers = browsers
        self._table = table
        self._groups = groups
        self._entries = entries
        self._links = links
        self._transactions = Transactions(features)
        self._forms = KeptForms(features.services)

    def show(self, place: Place, request: HttpRequest, parts: Mapping[str, str]) -> HttpAnswer:
        """The page of a place."""
        asked = self._asked(place, None, self._browsers.visit(request), parts)
        return self._answered(asked, lambda here: frame.page(here, place.show(here)))

    def ask(self, place: Place, form: Form, request: HttpRequest, parts: Mapping[str, str]) -> HttpAnswer:
        """The page of a form that has one."""
        asked = self._asked(place, form, self._browsers.visit(request), parts)
        kept = self._kept(asked)
        if kept is not None:
            return self._answered(asked, lambda here: frame.page(here, asking.resumed(here, form, kept)))
        if not form.has_page:
            return answers.see_other(f"/{_to(asked)}")
        return self._answered(asked, lambda here: frame.page(here, asking.page_of(here, form)))

    def act(self, place: Place, form: Form, request: HttpRequest, parts: Mapping[str, str]) -> HttpAnswer:
        """A form was sent."""
        taken = Taken(_PARAMETERS, _CHARACTERS, frozenset(one.name for one in forms.fields_of(form)))
        reader = request.form(taken).get(READER) or ""
        visit, sent = self._browsers.post(request, PURPOSE, handle_of(form, parts, reader), taken=taken)
        asked = self._asked(place, form, visit, parts)
        if visit.session is None:
            return self._interrupted(asked, sent, reader)
        if to_text(visit.session.user_id) != reader:
            raise PageError(errors.STEP_FORGED, "the form was shown to somebody else")
        try:
            done = self._do(asked, form, sent)
        except DomainError as error:
            if isinstance(error, NotFound | Forbidden):
                raise
            refused, failure = error, failures.report(error, request)
            return self._answered(
                asked, lambda here: frame.page(here, _again(here, form, sent, refused, failure.status))
            )
        if isinstance(done, HttpAnswer):
            return done
        return answers.see_other(done)

    def _interrupted(self, asked: _Asked, sent: Parameters, reader: str) -> HttpAnswer:
        """The session ended meanwhile: what was filled in waits until the same person signed in again."""
        form, browser = asked.form, asked.visit.browser
        names = {one.name for one in forms.fields_of(form)} if form is not None else set()
        fields = {name: sent.all(name) for name in names if name in sent}
        ticket = self._forms.keep(
            browser.secret or "", id_of(reader), fields, address=asked.visit.request.address
        )
        to = _to(asked, with_form=ticket is not None)
        return sign_in_first(f"{to}?{KEPT}={ticket}" if ticket is not None else to)

    def _kept(self, asked: _Asked) -> Parameters | None:
        """What a person had filled in before they signed in again."""
        ticket, session = asked.visit.request.query().get(KEPT), asked.visit.session
        if ticket is None or session is None:
            return None
        found = self._forms.take(asked.visit.browser.secret or "", ticket, session.user_id)
        if found is None:
            return None
        return Parameters({name: values[0] for name, values in found.items() if values}, dict(found))

    def _do(self, asked: _Asked, form: Form, sent: Parameters) -> HttpAnswer | str:
        """Do what a form asks for: the page that shows it once, or the address of the page after it."""
        request, session = asked.visit.request, asked.visit.session
        with self._features.services.store.read() as tx:
            caller = self._here(asked, tx).caller
        told = {
            "operation": form.does,
            "request_id": request.request_id,
            **texts_of(asked.ids),
        }
        once, attempted = sent.get(ONCE) or "", None
        if form.operation.is_create and once:
            named = f"{session.id if session else 0}|{asked.slug}|{form.path}|{once}"
            attempted = Attempted(f"console-{once[:64]}", digest(named))

        def work(tx: Tx) -> dict[str, Any]:
            here = self._here(asked, tx)
            members = asking.members_of(here, form, sent)
            if form.each is not None:
                return {"answer": asking.done_with_each(here, form, members)}
            version = sent.get(VERSION)
            answer = here.acting.do(
                form.does,
                {name: here.ids[name] for name in form.operation.parameters if name in here.ids},
                members if form.operation.request is not None else None,
                version=int(version) if version and version.isascii() and version.isdigit() else None,
            )
            return {"answer": form.then(here, answer) if form.then is not None else answer}

        kept = self._transactions.writing(caller, work, kept_as=dict, attempted=attempted, told=told)
        answer = kept["answer"]
        with self._features.services.store.read() as tx:
            here = self._here(asked, tx, is_done=True)
            if form.shown_once is not None:
                view = form.shown_once(here, answer)
                return frame.page(here, view)
            return _after(here, form, answer)

    def _asked(self, place: Place, form: Form | None, visit: Visit, parts: Mapping[str, str]) -> _Asked:
        ids = {name: id_of(text) for name, text in parts.items() if name != "slug"}
        return _Asked(visit, place, parts["slug"], ids, form)

    def _answered(self, asked: _Asked, draw: Callable[[Here], HttpAnswer]) -> HttpAnswer:
        if asked.visit.session is None:
            return sign_in_first(_to(asked, with_form=True))
        with self._features.services.store.read() as tx:
            return draw(self._here(asked, tx))

    def _here(self, asked: _Asked, tx: Tx, *, is_done: bool = False) -> Here:
        """As whom the browser's person acts in the organization of the path. Raises NotFound, Forbidden.

        What is done was judged before, and its record may be gone with it.
        """
        session = asked.visit.session
        at_work = self._working.of(tx, session) if session is not None else None
        at = at_work.place_of(asked.slug) if at_work is not None else None
        if at_work is None or at is None:
            raise NotFound(errors.RECORD_NOT_FOUND)
        here = self._as_of(asked, tx, at_work, at)
        if not is_done:
            asking.admit(here)
        return here

    def _as_of(self, asked: _Asked, tx: Tx, at_work: AtWork, at: PlaceOfPerson) -> Here:
        request, caller = asked.visit.request, at_work.caller_at(at)
        actor = actor_of(caller, address=request.address or None, request_id=request.request_id)

        def hidden(form: Form, path: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
            named = {"slug": asked.slug, **texts_of({**asked.ids, **path})}
            reader = to_text(at_work.user.id)
            proof = self._browsers.proof(asked.visit, PURPOSE, handle_of(form, named, reader))
            once = request.server.entropy.token_bytes(12).hex()
            return ((frame.CSRF, proof), (READER, reader), (ONCE, once))

        return Here(
            request=request,
            acting=Acting(self._features, tx, Who(caller, actor, session=asked.visit.session)),
            caller=caller,
            user=at_work.user,
            organization=at.organization,
            places=at_work.places,
            ids=asked.ids,
            place=asked.place,
            table=self._table,
            issuer=request.server.issuer,
            now=self._features.services.clock.now(),
            link_key=self._features.services.keyring.link_key,
            groups=self._groups,
            entries=self._entries,
            links=self._links,
            secret_of_form=hidden,
            locale=request.locale(at_work.user.locale),
            zone=frame.zone_of(at_work.user),
            form=asked.form,
        )


def handle_of(form: Form, parts: Mapping[str, str], reader: str) -> str:
    """What the proof of a form is for: this form, of these records, in this organization, for this person."""
    named = sorted((name, text) for name, text in parts.items())
    return f"{form.does}|{form.path}|{named}|{reader}"


def _to(asked: _Asked, *, with_form: bool = False) -> str:
    """The place of a request as the sign-in form is told it; of a form that has a page, or is kept, that."""
    named = texts_of(asked.ids)
    address = asked.place.address().format(slug=asked.slug, **named)
    if asked.form is not None and with_form:
        address = f"{address}/{asked.form.path.format(**named)}"
    return address.removeprefix("/")


def _again(here: Here, form: Form, sent: Parameters, refused: DomainError, status: int) -> View:
    """The page of a form that was refused: what was filled in stands there, with what is wrong."""
    return replace(asking.again(here, form, sent, refused), status=status)


def _after(here: Here, form: Form, answer: Any) -> str:
    made: dict[str, Id | str] = {}
    if form.makes and isinstance(answer, dict):
        made[form.makes] = answer["id"]
        if "organization_id" in answer:
            # Where operators go on with the record of an organization, the page names it.
            made["organization_id"] = answer["organization_id"]
    place_id = form.leads_to or here.place.id
    query = {"done": form.name} if form.done else None
    # The page that comes next says it; it knows the form by the place that had it.
    if query is not None and form.leads_to:
        query["of"] = here.place.id
    address = here.at(place_id, **made)
    return f"{address}?{urlencode(query)}" if query else address
