"""Answers memory-first requests straight from the routes of the mounts, with no framework in between.

A framework's request and response cost as much as a whole answer from memory. What decides is the same
`Endpoint` that the framework calls, so every step that the mounts share is taken here too; only the way to
it and the form of the answer differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from grantway.core.errors import OAuthError
from grantway.edges.web.bridge import Sent
from grantway.edges.web.headers import NO_STORE, Headers
from grantway.edges.web.hosting import Hosts
from grantway.edges.web.mounts import ANYTHING_BELOW, Endpoint
from grantway.edges.web.requests import Environ, HttpAnswer

Address: TypeAlias = tuple[str, str]
"""A method, and a path inside the router."""
_Route: TypeAlias = tuple[Endpoint, list[tuple[str, str]]]

_JSON = "application/json"
_BODILESS = frozenset({204, 304})


class Direct:
    """The memory-first routes of all mounts. Called with an environment; raises WouldBlock."""

    def __init__(self, endpoints: Mapping[Address, Endpoint], hosts: Hosts | None) -> None:
        self._hosts = hosts
        self._routes = {
            address: (endpoint, [("content-type", _JSON), *_over(endpoint.always, NO_STORE)])
            for address, endpoint in endpoints.items()
        }
        self._folders = tuple(
            {path.removesuffix(ANYTHING_BELOW) for _, path in endpoints if path.endswith(ANYTHING_BELOW)}
        )

    def knows(self, method: str, path: str) -> bool:
        """Whether an address inside the router is one of these."""
        return self._route(method, path) is not None

    def __call__(self, environ: Environ) -> Sent | None:
        """The answer, or None where the address is not one of these."""
        path = environ["PATH_INFO"]
        if self._hosts is not None:
            try:
                path = self._hosts.inner_path(path, environ)
            except OAuthError:
                return None
        route = self._route(environ["REQUEST_METHOD"], path)
        if route is None:
            return None
        endpoint, usual = route
        answer = endpoint.answer(environ)
        if environ["REQUEST_METHOD"] == "HEAD":
            return _without_body(*_sent(answer, endpoint.always))
        if answer.headers is NO_STORE and answer.content_type == _JSON and not answer.cookies:
            return answer.status, usual, answer.body
        return _sent(answer, endpoint.always)

    def _route(self, method: str, path: str) -> _Route | None:
        """What answers at an address, or for everything below a folder in which it lies."""
        route = self._routes.get((method, path))
        if route is not None or not path.startswith(self._folders):
            return route
        folder = next(folder for folder in self._folders if path.startswith(folder))
        return self._routes.get((method, folder + ANYTHING_BELOW))


def _sent(answer: HttpAnswer, always: Headers) -> Sent:
    headers = _over(always, answer.headers)
    headers += [("set-cookie", cookie) for cookie in answer.cookies]
    if answer.status in _BODILESS:
        return answer.status, headers, b""
    return answer.status, [("content-type", answer.content_type), *headers], answer.body


def _without_body(status: int, headers: list[tuple[str, str]], body: bytes) -> Sent:
    """What HEAD is answered: the length of what GET would be (RFC 9110 §9.3.2)."""
    if status not in _BODILESS:
        headers.append(("content-length", str(len(body))))
    return status, headers, b""


def _over(always: Headers, own: Headers) -> list[tuple[str, str]]:
    """Both together; an answer's own headers go over those for every answer."""
    return list({**dict(always), **dict(own)}.items())
