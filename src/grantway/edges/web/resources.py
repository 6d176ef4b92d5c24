"""One address of the server: which methods it answers, and everything of HTTP that is the same for all.

HEAD is answered wherever GET is, OPTIONS everywhere, any other method with 405 and those that work
(RFC 9110 §9). A reader who has an answer already gets 304. Every face makes its addresses from this class,
so that a new one has all of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

import falcon

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.edges.web import cors
from grantway.edges.web.conditional import unless_known
from grantway.edges.web.failures import Failure, error_page, of_reason
from grantway.edges.web.headers import Headers
from grantway.edges.web.requests import Environ, HttpAnswer, HttpRequest, Mount, Server

SAFE = frozenset({"GET", "HEAD"})
"""The methods that read."""
KNOWN_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"},
)
"""The methods of RFC 9110 §9.3 and RFC 5789. Others this server does not know, at any address."""


def answered(methods: Iterable[str]) -> tuple[str, ...]:
    """The methods of an address that has these: HEAD beside GET, and OPTIONS."""
    found: dict[str, None] = {}
    for method in methods:
        found[method] = None
        if method == "GET":
            found["HEAD"] = None
    return (*(method for method in found if method != "OPTIONS"), "OPTIONS")


class Address(ABC):
    """What answers at one path, to the framework and to whoever has an environment."""

    def __init__(
        self,
        methods: Iterable[str],
        server: Server,
        place: Mount,
        *,
        readers: cors.Readers = "nobody",
        allows_origin: cors.AllowsOrigin = cors.allows_none,
    ) -> None:
        self._methods = ", ".join(answered(methods))
        self._server = server
        self._place = place
        self._readers = readers
        self._allows_origin = allows_origin
        self.always: Headers = server.headers.always + cors.always(readers)

    def serve(self, req: falcon.Request, resp: falcon.Response, **parts: str) -> None:
        """Answer a request of any method to the framework."""
        self.answer(req.env, **parts).send(resp, self.always)

    on_get = on_post = on_put = on_patch = on_delete = on_head = on_options = on_trace = on_connect = serve

    @abstractmethod
    def answer(self, environ: Environ, **parts: str) -> HttpAnswer:
        """The answer to a request of any method, still without the headers that all answers have."""

    @abstractmethod
    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A refusal in the form of the face."""

    def other_method(self, request: HttpRequest) -> HttpAnswer:
        """What the methods are, for OPTIONS and the preflights of browsers, and for one that is none."""
        allow = ("allow", self._methods)
        if request.method == "OPTIONS":
            told = cors.preflight_headers(request.environ, self._methods, self._readers, self._allows_origin)
            return HttpAnswer(204, headers=(allow, *told))
        return self.refuse(Failure(errors.REQUEST_METHOD, 405, (allow,), expected=self._methods), request)


class Resource(Address):
    """An address whose methods are those that it was made with."""

    def __init__(
        self, methods: Iterable[str], server: Server, place: Mount, *, readers: cors.Readers = "nobody"
    ) -> None:
        super().__init__(methods, server, place, readers=readers)
        self._handled = frozenset(answered(methods)) - {"OPTIONS"}

    def answer(self, environ: Environ, **parts: str) -> HttpAnswer:
        """The answer to a request of any method, still without the headers that all answers have."""
        request = HttpRequest(environ, self._server, self._place)
        method = environ["REQUEST_METHOD"]
        if method not in self._handled:
            return self.other_method(request)
        answer = self.respond(request, parts)
        return unless_known(answer, environ) if method in SAFE else answer

    @abstractmethod
    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """The answer to a method of this address. `parts` are those of the path that have a name."""


class PageResource(Resource):
    """An address of a page: what it refuses, it refuses on one."""

    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A page, for people."""
        return error_page(failure, request)


class Nowhere(Address):
    """A folder in which nothing is, by any method, told in the form of the face whose folder it is."""

    def __init__(
        self,
        server: Server,
        place: Mount,
        tell: Callable[[Failure, HttpRequest], HttpAnswer],
        *,
        readers: cors.Readers = "nobody",
    ) -> None:
        super().__init__(("GET",), server, place, readers=readers)
        self._tell = tell

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: str) -> None:
        """Answer as a sink of the framework."""
        self.serve(req, resp)

    def answer(self, environ: Environ, **_: str) -> HttpAnswer:
        """That there is nothing. Where everyone may read that, preflights are let through to it."""
        request = HttpRequest(environ, self._server, self._place)
        if request.method == "OPTIONS" and self._readers == "everyone":
            return self.other_method(request)
        return self.refuse(of_reason(errors.REQUEST_UNKNOWN_ADDRESS), request)

    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A refusal in the form of the face."""
        return self._tell(failure, request)


class Methods:
    """Middleware: refuses a method that this server does not know, before any address is looked for."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Raise OAuthError for such a method, and answer OPTIONS of the whole server (RFC 9110 §9.3.7)."""
        if req.method not in KNOWN_METHODS:
            raise OAuthError(errors.HTTP_METHOD)
        if req.method == "OPTIONS" and req.path in {"*", "/*"}:
            resp.status = 204
            resp.set_header("allow", ", ".join(sorted(KNOWN_METHODS - {"TRACE", "CONNECT"})))
            resp.complete = True
