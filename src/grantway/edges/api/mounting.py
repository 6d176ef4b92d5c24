"""Puts the management API, its description and its reference page into the WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

import msgspec

from grantway.edges.api.openapi import Endpoints, document
from grantway.edges.api.openapi_parts import Node
from grantway.edges.api.pipeline import Pipeline
from grantway.edges.api.playground import PLACES, REFERENCE_PATH, WebApp, sign_in_of
from grantway.edges.api.problems import problem_answer
from grantway.edges.web import answers
from grantway.edges.web.documents import Document, Once
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import Headers
from grantway.edges.web.operations import Operation
from grantway.edges.web.records import operations
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.resources import Nowhere, PageResource, Resource
from grantway.features.registry.builtin import MANAGEMENT_PATH, REFERENCE_CALLBACK

DOCUMENT_PATH = MANAGEMENT_PATH + "/openapi.json"
Describe: TypeAlias = Callable[[], Node]
_CACHED: Headers = (("cache-control", "public, max-age=300"),)


def mount_api(
    app: WebApp, features: RecordFeatures, *, server: Server, root: Mount, endpoints: Endpoints
) -> None:
    """Serve the management API below the issuer. `root` is the mount at the issuer's own address.

    The playground is for `add_playground` to serve: it knows what there is to run.
    """
    pipeline = Pipeline(features)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations.ALL:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path, found in by_path.items():
        app.add_route(MANAGEMENT_PATH + path, Records(found, pipeline, server, root))
    description = described(server.issuer, endpoints)
    app.add_route(DOCUMENT_PATH, Described(description, server, root))
    app.add_route(REFERENCE_PATH, Reference(description, endpoints, server, root))
    app.add_route(REFERENCE_CALLBACK, Returned(server, root))
    app.add_sink(Nowhere(server, root, problem_answer), MANAGEMENT_PATH + "/")


def described(issuer: str, endpoints: Endpoints) -> Describe:
    """The description, computed for the first who reads it: a command of the terminal never does."""
    return cache(lambda: document(issuer, endpoints))


class Records(Resource):
    """One path of the table."""

    def __init__(
        self, found: Mapping[str, Operation], pipeline: Pipeline, server: Server, root: Mount
    ) -> None:
        super().__init__(sorted(found), server, root)
        self._operations = found
        self._pipeline = pipeline

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """The answer of the operation that has this method."""
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        return self._pipeline.answer(operation, request, parts)

    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A refusal in the form of the API."""
        return problem_answer(failure, request)


class Described(Resource):
    """The OpenAPI document. It tells nothing about anybody's records, so anybody may read it."""

    def __init__(self, describe: Describe, server: Server, root: Mount) -> None:
        super().__init__(("GET",), server, root, readers="everyone")
        self._document = Once(lambda _: Document(msgspec.json.encode(describe()), _CACHED))

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """Answer the document."""
        return self._document.made_for("").answer(request)

    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A refusal in the form of the API."""
        return problem_answer(failure, request)


class Reference(PageResource):
    """The page on which the same document is read by people, and its requests are tried.

    Nothing in it is of its reader but the language, so it is drawn once for each.
    """

    def __init__(self, describe: Describe, endpoints: Endpoints, server: Server, root: Mount) -> None:
        super().__init__(("GET",), server, root)
        self._describe = describe
        self._trial = sign_in_of(server, endpoints)
        self._drawn = Once(self._draw)

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """Answer the page."""
        return self._drawn.made_for(request.locale()).answer(request)

    def _draw(self, locale: str) -> Document:
        return answers.public_page(
            self._server,
            "reference.html",
            locale,
            _CACHED,
            api=self._describe(),
            **PLACES,
            trial=self._trial,
        )


class Returned(PageResource):
    """The page that hands the answer of a sign-in to the reference page."""

    def __init__(self, server: Server, root: Mount) -> None:
        super().__init__(("GET",), server, root)

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """Answer the page; what stands in the address is read by its script alone."""
        return answers.page(request, "reference_callback.html", **PLACES)
