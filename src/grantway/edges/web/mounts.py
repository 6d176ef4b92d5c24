"""Mounts dialects into the WSGI application: one route per path, one call per operation.

The steps that all dialects share are here: the call through the operation table, refusals that commit,
failures, foreign origins, methods, and the name of the route.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from grantway.core import errors
from grantway.core import redirects as origins
from grantway.core.errors import OAuthError, Refused, concerning
from grantway.core.messages import Answer, AuthorizeRequest, AuthorizeRules, BearerRequest, PresentedClient
from grantway.edges.web import cors, failures
from grantway.edges.web.conditional import unless_known
from grantway.edges.web.dialect import (
    REFUSED_AS,
    AskSiblings,
    Dialect,
    ExampleCall,
    Operation,
    OperationTable,
    Wire,
)
from grantway.edges.web.failures import Failure
from grantway.edges.web.hosting import inner_prefix
from grantway.edges.web.noting import note_refusal
from grantway.edges.web.observing import ROUTE
from grantway.edges.web.observing import Route as Declared
from grantway.edges.web.requests import App, Environ, HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.resources import SAFE, Address, answered
from grantway.features.authorize.device_desk import DeviceQuestion
from grantway.features.authorize.speaking import AuthorizeFor
from grantway.features.authorize.views import Browser, Interact
from grantway.features.tokens.verify import VerifiedToken

AnyWire: TypeAlias = Wire[Any, Any]
Call: TypeAlias = Callable[[Any, HttpRequest], Any]

ANYTHING_BELOW = "{rest:path}"
"""How the path of a wire ends that answers for everything below it."""

METADATA_NAMES = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
"""Under which names the metadata of an issuer are looked for (OpenID Discovery §4, RFC 8414 §3)."""

_RESERVED = frozenset({Operation.METADATA, Operation.KEYS})


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a mount, for those who plan threads and tests from the table."""

    mount: str
    operation: Operation
    methods: tuple[str, ...]
    path: str
    memory_first: bool
    reserved: bool
    """Answered without the database, so it must never wait behind it."""


def mount(app: App, place: Mount, dialect: Dialect, features: OperationTable, server: Server) -> None:
    """Serve a dialect at a mount."""
    for path, endpoint in endpoints_of(place, dialect, features, server).items():
        app.add_route(path, endpoint)


def endpoints_of(
    place: Mount, dialect: Dialect, features: OperationTable, server: Server
) -> dict[str, Endpoint]:
    """What answers at each path inside the router."""
    calls = _calls(features, dialect.rules)
    by_path: dict[str, list[Addressed]] = {}
    for one in addresses_of(place, dialect):
        by_path.setdefault(one.inner_path, []).append(one)
    return {path: Endpoint(tuple(found), calls, place, server, features) for path, found in by_path.items()}


def routes_of(place: Mount, dialect: Dialect) -> tuple[Route, ...]:
    """Every route of a dialect at a mount, with its path from outside."""
    return tuple(
        Route(
            mount=place.name,
            operation=one.wire.operation,
            methods=methods_of(one.wire),
            path=one.path,
            memory_first=one.wire.memory_first,
            reserved=one.wire.operation in _RESERVED,
        )
        for one in addresses_of(place, dialect)
    )


@dataclass(frozen=True, slots=True)
class Addressed:
    """A wire at one of its addresses: as it is seen from outside, and where it lies inside the router."""

    wire: AnyWire
    path: str
    inner_path: str


def addresses_of(place: Mount, dialect: Dialect) -> Iterator[Addressed]:
    """Every wire of a dialect at a mount.

    The metadata of an issuer are at a second address, too, where its own path follows the well-known name
    instead of standing before it (RFC 8414 §3.1).
    """
    folder = "" if place.host is None else inner_prefix(place)
    known = {wire.path for wire in dialect.routes}
    for wire in dialect.routes:
        yield Addressed(wire, place.prefix + wire.path, inner_prefix(place) + wire.path)
    described = next((wire for wire in dialect.routes if wire.operation == Operation.METADATA), None)
    if described is None or place.issuer is None:
        return
    for name in METADATA_NAMES:
        if place.prefix or name not in known:
            path = name + place.prefix
            yield Addressed(described, path, folder + path)


def methods_of(wire: AnyWire) -> tuple[str, ...]:
    """The methods that a wire answers: its own, and HEAD wherever it has GET."""
    return tuple(one for one in answered(wire.methods) if one != "OPTIONS" or one in wire.methods)


class Endpoint(Address):
    """What answers at one path: a Falcon resource, and for `direct` a function of the environment."""

    def __init__(
        self,
        addressed: tuple[Addressed, ...],
        calls: Mapping[Operation, Call],
        place: Mount,
        server: Server,
        features: OperationTable,
    ) -> None:
        wires = tuple(one.wire for one in addressed)
        readers = next((wire.readers for wire in wires if wire.readers != "nobody"), wires[0].readers)
        methods = [method for wire in wires for method in wire.methods]
        super().__init__(methods, server, place, readers=readers, allows_origin=features.allows_origin)
        self._concern_of = features.origin_refused
        self._first = wires[0]
        self._wires = {method: (wire, calls[wire.operation]) for wire in wires for method in methods_of(wire)}
        self._route = Declared(place.name, place.dialect, addressed[0].path)
        self._has_origins = readers == "registered"

    def answer(self, environ: Environ, **parts: str) -> HttpAnswer:
        """The answer to a request of any method."""
        environ[ROUTE] = self._route
        request = HttpRequest(environ, self._server, self._place, parts)
        method = environ["REQUEST_METHOD"]
        found = self._wires.get(method)
        if found is None:
            return self.other_method(request)
        wire, call = found
        message: object = None
        try:
            message = wire.decode(request)
            outcome = call(message, request)
            if type(outcome) is Refused:
                failure = failures.report(outcome, request, REFUSED_AS.get(wire.operation))
                answer = wire.refuse(failure, request)
            else:
                answer = wire.encode(outcome, request)
        except Exception as error:  # noqa: BLE001 - the edge of the program: every fault becomes an answer
            answer = self._refusal(wire, error, request)
        if method in SAFE:
            answer = unless_known(answer, environ)
        if request.new_cookies:
            answer = answer.with_cookies(*request.new_cookies)
        if self._has_origins and "HTTP_ORIGIN" in environ:
            origin, asker = request.header("origin"), _asker_of(message)
            told = cors.answer_headers(origin, asker, self._allows_origin)
            answer = answer.with_headers(*told)
            if not told and origin is not None and not self._is_ours(origin):
                note_refusal(errors.ORIGIN_UNREGISTERED, request, "cors", self._concern_of(origin, asker))
        return answer

    def _is_ours(self, origin: str) -> bool:
        """Whether a page of this very server asks: browsers name its origin, too, and let it read."""
        return any(
            origins.origin_of(one) == origins.origin_of(origin)
            for one in (self._server.issuer, self._place.base_url)
        )

    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A refusal in the form of the dialect."""
        return self._first.refuse(failure, request)

    def _refusal(self, wire: AnyWire, error: Exception, request: HttpRequest) -> HttpAnswer:
        failure = failures.report(error, request, REFUSED_AS.get(wire.operation))
        try:
            return wire.refuse(failure, request)
        except Exception as second:  # noqa: BLE001 - a page that cannot be drawn must not hide the first fault
            return failures.error_document(failures.report(second, request), request)


def _calls(features: OperationTable, rules: AuthorizeRules) -> Mapping[Operation, Call]:
    """From operation to feature: the same for every dialect."""

    def authorize(message: AuthorizeRequest, request: HttpRequest) -> Answer | Interact:
        return features.authorize(message, rules, _browser(features, request))

    return {
        Operation.AUTHORIZE: authorize,
        Operation.CONNECT: lambda message, _: features.connect(message, rules),
        Operation.TOKEN: lambda message, _: features.token(message),
        Operation.REVOKE: lambda message, _: features.revoke(message),
        Operation.INTROSPECT: lambda message, _: features.introspect(message),
        Operation.USERINFO: lambda message, _: features.userinfo(message),
        Operation.METADATA: lambda message, _: features.metadata(message.mount),
        Operation.KEYS: lambda message, _: features.keys(message.mount),
        Operation.EXAMPLE_API: lambda message, _: _example(features, message),
        Operation.INSTALLED: lambda message, _: features.installed(_example(features, message)),
        Operation.DECISION: lambda message, _: features.decide(message),
        Operation.DEVICE: lambda message, _: features.device(message),
        Operation.DEVICE_REQUEST: lambda message, _: features.device_request(message),
        Operation.LAUNCHER: lambda message, _: features.siblings(message.bearer, message.scope),
        Operation.AUTHORIZE_FOR: lambda message, _: features.authorize_for(message, rules),
        Operation.DEVICE_PAGE: lambda message, _: message,
        Operation.TENANT: lambda message, _: features.tenant(message.organization),
        Operation.END_TOKENS: lambda message, _: features.end_tokens(message),
        Operation.PAIR_SECRETS: lambda message, _: features.pair_secrets(message.client, message.origin),
        Operation.MANAGEMENT: lambda message, _: features.management(message),
        Operation.END_TOKEN: lambda message, _: features.end_token(message),
        Operation.USER_TOKEN: lambda message, _: features.user_token(message),
    }


def _browser(features: OperationTable, request: HttpRequest) -> Browser | None:
    """The browser that asks; None where it is unknown until it comes to the page of its next step.

    On a host of its own a dialect sees none of the issuer's cookies, and a form that another site sends
    brings none along (SameSite=Lax), whatever the browser holds. So nothing is given here to a browser
    without our cookie: in one that has it, that would take its place and break what waits under it.
    """
    if request.mount.host is not None:
        return None
    secret = request.cookie("browser")
    if secret is None and request.method != "GET":
        return None
    return Browser(
        secret=secret,
        session=features.session(request.cookie("session")) if secret is not None else None,
        address=request.address,
    )


def _example(features: OperationTable, call: ExampleCall) -> VerifiedToken:
    """What guards the example API: live credentials, of a person where one is needed, with the scope."""
    credentials = call.credentials
    if isinstance(credentials, PresentedClient):
        token = features.example_basic(credentials, call.origin)
    else:
        token = features.example_bearer(credentials)
    try:
        _check_example(call, token)
    except OAuthError as refusal:
        refusal.concern = refusal.concern.beside(token.concern)
        raise
    if call.scope is not None:
        features.scope_used(token, call.scope)
    return token


def _check_example(call: ExampleCall, token: VerifiedToken) -> None:
    if call.organization_id not in (None, token.organization_id):
        # A record of somebody else takes the way of one that does not exist.
        raise OAuthError(errors.REQUEST_UNKNOWN_ADDRESS)
    if call.needs_user and token.party.user is None:
        raise OAuthError(errors.TOKEN_NO_USER)
    if call.scope is not None and call.scope not in token.scopes:
        refusal = OAuthError(errors.TOKEN_SCOPE)
        concerning(refusal, named=(call.scope,))
        raise refusal


def _asker_of(message: object) -> cors.Asker:
    """What a request says about the application that sends it, if it says anything."""
    if isinstance(message, (ExampleCall, DeviceQuestion, AskSiblings, AuthorizeFor)):
        message = message.credentials if isinstance(message, ExampleCall) else message.bearer
    if isinstance(message, PresentedClient):
        return message.client_id
    if isinstance(message, BearerRequest):
        return message
    client = getattr(message, "client", None)
    return client.client_id if isinstance(client, PresentedClient) else None
