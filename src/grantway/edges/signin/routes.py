"""The table of the pages of sign-in, and the Falcon resources made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import falcon

from grantway.core import errors
from grantway.core.errors import DomainError, OAuthError, PageError
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import ACCOUNT
from grantway.edges.web.failures import Failure
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.resources import PageResource
from grantway.edges.web.words import _

Who: TypeAlias = Literal["anyone", "pending request", "session", "link"]
"""Whom a route serves: anybody, the browser of a pending request, a signed-in person, who holds a link."""
Handler: TypeAlias = Callable[..., HttpAnswer]
FalconApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: Literal["GET", "POST"]
    path: str
    name: str
    who: Who
    handler: Handler
    stands: str | None = None
    """Where a person reads how things stand, when a form of this route was not accepted."""


_TITLES = {
    errors.STEP_UNKNOWN.id: _("This page is out of date"),
    errors.STEP_FORGED.id: _("This form was not accepted"),
    errors.LINK_INVALID.id: _("This link no longer works"),
    errors.INVITATION_GONE.id: _("This invitation is gone"),
    errors.INVITATION_EXPIRED.id: _("This invitation is too old"),
    errors.INVITATION_FOREIGN.id: _("This invitation is for somebody else"),
}


def mount_routes(app: FalconApp, routes: Iterable[Route], server: Server, root: Mount) -> None:
    """Serve the routes. A path answers the methods it has, and tells the others which those are."""
    by_path: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_path.setdefault(route.path, {})[route.method] = route
    for path, methods in by_path.items():
        app.add_route(path, _Page(methods, server, root))


class _Page(PageResource):
    """One path."""

    def __init__(self, routes: dict[str, Route], server: Server, root: Mount) -> None:
        super().__init__(routes, server, root)
        self._routes = routes

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """The page, or a page that says why not."""
        method = "GET" if request.method == "HEAD" else request.method
        route = self._routes[method]
        try:
            answer = route.handler(request, **parts)
        except (PageError, OAuthError, DomainError) as error:
            stands = route.stands.format(**parts) if route.stands is not None else None
            answer = _refusal(failures.report(error, request, "authorize"), request, stands)
        return answer.with_cookies(*request.new_cookies)


def _refusal(failure: Failure, request: HttpRequest, stands: str | None) -> HttpAnswer:
    """The page of a refusal, with a way on; those that people meet on theirs have a title of their own."""
    title = _TITLES.get(failure.reason.id)
    if title is None:
        return failures.error_page(failure, request)
    return answers.page(
        request,
        "error.html",
        status=failure.status,
        title=title,
        text=failure.reason.text,
        what_to_do="",
        again_url=stands,
        home_url=ACCOUNT,
        error_id=failure.reason.id,
        request_id=request.request_id,
    )
