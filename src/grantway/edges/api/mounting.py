"""Puts the management API, its description and its reference page into the WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TypeAlias

import falcon
import msgspec

from grantway.core import errors
from grantway.edges.api import operations
from grantway.edges.api.openapi import Endpoints, document
from grantway.edges.api.openapi_parts import Node
from grantway.edges.api.pipeline import Pipeline
from grantway.edges.api.playground import PLACES, REFERENCE_PATH, WebApp, add_playground, sign_in_of
from grantway.edges.api.problems import problem_answer
from grantway.edges.api.services import ApiFeatures
from grantway.edges.web import answers, failures
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import Headers
from grantway.edges.web.operations import Operation
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Server
from grantway.features.registry.builtin import MANAGEMENT_PATH, REFERENCE_CALLBACK

DOCUMENT_PATH = MANAGEMENT_PATH + "/openapi.json"
Described: TypeAlias = Callable[[], Node]
_CACHED: Headers = (("cache-control", "public, max-age=300"),)


def mount_api(
    app: WebApp, features: ApiFeatures, *, server: Server, root: Mount, endpoints: Endpoints
) -> None:
    """Serve the management API below the issuer. `root` is the mount at the issuer's own address."""
    pipeline = Pipeline(features)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations.ALL:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path, found in by_path.items():
        app.add_route(MANAGEMENT_PATH + path, Records(found, pipeline, server, root))
    description = described(server.issuer, endpoints)
    app.add_route(DOCUMENT_PATH, Description(description, server))
    app.add_route(REFERENCE_PATH, Reference(description, endpoints, server, root))
    app.add_route(REFERENCE_CALLBACK, Returned(server, root))
    add_playground(app, server, root, endpoints)
    app.add_sink(Nowhere(server, root), MANAGEMENT_PATH + "/")


def described(issuer: str, endpoints: Endpoints) -> Described:
    """The description, computed for the first who reads it: a command of the terminal never does."""
    return cache(lambda: document(issuer, endpoints))


class Records:
    """The Falcon resource of one path of the table."""

    def __init__(
        self, found: Mapping[str, Operation], pipeline: Pipeline, server: Server, root: Mount
    ) -> None:
        self._operations = found
        self._pipeline = pipeline
        self._server = server
        self._root = root
        self._allow: Headers = (("allow", ", ".join(sorted(found))),)

    def serve(self, req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        """Answer a request of any method."""
        request = HttpRequest(req.env, self._server, self._root)
        operation = self._operations.get(req.method)
        if operation is None:
            answer = problem_answer(Failure(errors.REQUEST_METHOD, 405, self._allow), request)
        else:
            answer = self._pipeline.answer(operation, request, path)
        answer.send(resp, self._server.headers.always)

    on_get = on_post = on_put = on_patch = on_delete = on_head = on_options = on_trace = on_connect = serve


class Description:
    """The OpenAPI document. It tells nothing about anybody's records, so anybody may read it."""

    def __init__(self, described: Described, server: Server) -> None:
        self._described = described
        self._server = server

    @cached_property
    def _answer(self) -> HttpAnswer:
        return HttpAnswer(200, msgspec.json.encode(self._described()), headers=_CACHED)

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer the document."""
        self._answer.send(resp, self._server.headers.always)


class Reference:
    """The page on which the same document is read by people, and its requests are tried."""

    def __init__(self, described: Described, endpoints: Endpoints, server: Server, root: Mount) -> None:
        self._described = described
        self._trial = sign_in_of(server, endpoints)
        self._server = server
        self._root = root

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer the page."""
        request = HttpRequest(req.env, self._server, self._root)
        page = answers.page(
            request,
            "reference.html",
            api=self._described(),
            **PLACES,
            trial=self._trial,
        )
        page.send(resp, self._server.headers.always)


class Returned:
    """The page that hands the answer of a sign-in to the reference page."""

    def __init__(self, server: Server, root: Mount) -> None:
        self._server = server
        self._root = root

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer the page; what stands in the address is read by its script alone."""
        request = HttpRequest(req.env, self._server, self._root)
        page = answers.page(request, "reference_callback.html", **PLACES)
        page.send(resp, self._server.headers.always)


class Nowhere:
    """Addresses below the API that are none of its operations."""

    def __init__(self, server: Server, root: Mount) -> None:
        self._server = server
        self._root = root

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: str) -> None:
        """Refuse in the form of the API."""
        request = HttpRequest(req.env, self._server, self._root)
        failure = failures.of_reason(errors.REQUEST_UNKNOWN_ADDRESS)
        problem_answer(failure, request).send(resp, self._server.headers.always)
