"""The console: where developers, organization admins and operators do their work in a browser.

Here belong the table of pages and forms, the steps that each request takes, the builders of forms and lists,
and one module for each place. What is done is an operation of `edges.web.records`, as for the management API;
what a page looks like is the shared kit's, in `edges.web`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import falcon

from grantway.core.errors import DomainError, OAuthError, PageError
from grantway.core.ports import Unavailable
from grantway.edges.console import table_of_all
from grantway.edges.console.here import DeveloperLinks
from grantway.edges.console.pipeline import Console
from grantway.edges.console.table import ROOT, Form, Place
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import ACCOUNT, Browsers
from grantway.edges.web.csrf import Csrf
from grantway.edges.web.failures import Failure
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.resources import PageResource
from grantway.edges.web.words import _
from grantway.features.accounts.sessions import Sessions
from grantway.features.accounts.working import Working

__all__ = ["DeveloperLinks", "mount_console"]

FalconApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


_ASK = _("Your role here does not include this. Ask an admin of the organization.")
_NOWHERE = _("There is nothing here, or you are no member of the organization that it belongs to.")


def mount_console(
    app: FalconApp,
    features: RecordFeatures,
    sessions: Sessions,
    *,
    server: Server,
    root: Mount,
    csrf: Csrf,
    links: DeveloperLinks,
) -> None:
    """Serve every page and form of the table below `/o/<organization>`."""
    table = {one.id: one for one in table_of_all.PLACES}
    groups = {one.id: one for one in table_of_all.GROUPS}
    console = Console(
        features,
        Working(features.services),
        Browsers(sessions, csrf),
        table,
        groups,
        table_of_all.ENTRIES,
        links,
    )
    for place in table.values():
        app.add_route(place.address(), _Page(console, place, server, root))
        for form in place.forms:
            app.add_route(f"{place.address()}/{form.path}", _Form(console, place, form, server, root))


class _Address(PageResource):
    """One path of the console: what it refuses says whom to ask and leads back."""

    def _told(self, error: Exception, request: HttpRequest, parts: Mapping[str, str]) -> HttpAnswer:
        failure = failures.report(error, request)
        return _refusal(failure, request, parts.get("slug", ""))


class _Page(_Address):
    """The page of a place."""

    def __init__(self, console: Console, place: Place, server: Server, root: Mount) -> None:
        super().__init__(("GET",), server, root)
        self._console = console
        self._at = place

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """The page, or one that says why not."""
        try:
            answer = self._console.show(self._at, request, parts)
        except (DomainError, OAuthError, PageError, Unavailable) as error:
            answer = self._told(error, request, parts)
        return answer.with_cookies(*request.new_cookies)


class _Form(_Address):
    """A form of a place: where it goes, and its page, if it has one."""

    def __init__(self, console: Console, place: Place, form: Form, server: Server, root: Mount) -> None:
        super().__init__(("GET", "POST"), server, root)
        self._console = console
        self._at = place
        self._form = form

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """What comes of it. Who comes to the address of a form that has no page is led to its place."""
        try:
            if request.method == "POST":
                answer = self._console.act(self._at, self._form, request, parts)
            else:
                answer = self._console.ask(self._at, self._form, request, parts)
        except (DomainError, OAuthError, PageError, Unavailable) as error:
            answer = self._told(error, request, parts)
        return answer.with_cookies(*request.new_cookies)


def _refusal(failure: Failure, request: HttpRequest, slug: str) -> HttpAnswer:
    """The page of a refusal, in the reader's words, with a way on."""
    again = ROOT.format(slug=slug) if failure.status == 403 else None
    text = {403: _ASK, 404: _NOWHERE}.get(failure.status, failure.reason.text)
    answer = answers.page(
        request,
        "error.html",
        status=failure.status,
        title=failures.title_of(failure.status),
        text=text,
        what_to_do="",
        again_url=again,
        home_url=ACCOUNT,
        error_id=failure.reason.id,
        request_id=request.request_id,
    )
    return answer.with_headers(*failure.headers) if failure.headers else answer
