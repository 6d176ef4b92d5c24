"""Every face of the server in one Falcon application, in two forms: all of it, and what memory can answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import falcon

from grantway.app.mounting import Placed
from grantway.app.use_cases import UseCases
from grantway.edges import ops
from grantway.edges.api import Clients, Endpoints, Guide, add_tries, mount_api
from grantway.edges.api.playground import REFERENCE_PATH
from grantway.edges.console import DeveloperLinks, mount_console
from grantway.edges.console.table import ROOT as CONSOLE_PATH
from grantway.edges.dialects.standard import paths
from grantway.edges.signin import HomeLinks, mount_signin
from grantway.edges.web import failures, mounts
from grantway.edges.web.csrf import Csrf
from grantway.edges.web.dialect import Dialect, Operation
from grantway.edges.web.direct import Direct
from grantway.edges.web.failures import Failure
from grantway.edges.web.hosting import Hosts, inner_prefix
from grantway.edges.web.mounts import Endpoint
from grantway.edges.web.observing import NamingRoutes
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Proxies, Server
from grantway.edges.web.resources import Methods, Nowhere
from grantway.edges.web.routing import OneSlash
from grantway.features.registry.builtin import PLAYGROUND_PATH

WebApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"
Refuse: TypeAlias = Callable[[Failure, HttpRequest], HttpAnswer]


@dataclass(frozen=True, slots=True)
class Operating:
    """What those who run the server may ask, and who they are."""

    ready: ops.Ready
    metrics: ops.Metrics
    readers: Proxies


def application(
    features: UseCases,
    placed: tuple[Placed, ...],
    server: Server,
    operating: Operating,
) -> WebApp:
    """All of it."""
    app = _protocol(features, placed, server)
    root = placed[0].mount
    home = HomeLinks(PLAYGROUND_PATH, REFERENCE_PATH, CONSOLE_PATH)
    csrf = Csrf(features.services.keyring.link_key, server.issuer)
    mount_signin(app, features.sign_in, server=server, root=root, csrf=csrf, home=home)
    links = DeveloperLinks(PLAYGROUND_PATH, REFERENCE_PATH)
    mount_console(
        app, features.api, features.sign_in.sessions, server=server, root=root, csrf=csrf, links=links
    )
    mount_api(app, features.api, server=server, root=root, endpoints=_endpoints(root))
    serve_tries(app, placed, server)
    ops.mount(app, server, root, ready=operating.ready, metrics=operating.metrics, readers=operating.readers)
    return app


def serve_tries(
    app: WebApp, placed: tuple[Placed, ...], server: Server, clients: Clients | None = None
) -> None:
    """The pages on which developers run a sign-in and each guide; `clients` are offered to all there."""
    root = placed[0].mount
    guides = [Guide(one.mount, one.dialect.tour) for one in placed if one.dialect.tour]
    add_tries(app, server, root, _endpoints(root), guides=guides, clients=clients or (lambda _: ()))


def _endpoints(root: Mount) -> Endpoints:
    return Endpoints(root.base_url + paths.AUTHORIZE, root.base_url + paths.TOKEN)


def inline_form(features: UseCases, placed: tuple[Placed, ...], server: Server) -> Direct:
    """The memory-first routes of the protocol only: nothing else is ever answered from memory alone."""
    routes: dict[tuple[str, str], Endpoint] = {}
    for one in placed:
        endpoints = mounts.endpoints_of(one.mount, one.dialect, features.operations, server)
        for at in mounts.addresses_of(one.mount, one.dialect):
            if at.wire.memory_first:
                path, methods = at.inner_path, mounts.methods_of(at.wire)
                routes.update({(method, path): endpoints[path] for method in methods})
    return Direct(routes, _hosts(placed, server))


def reserved_routes(placed: tuple[Placed, ...]) -> frozenset[tuple[str, str]]:
    """The methods and paths that never wait for the database."""
    routes = [route for one in placed for route in mounts.routes_of(one.mount, one.dialect)]
    reserved = {(method, route.path) for route in routes if route.reserved for method in route.methods}
    return frozenset(reserved) | ops.RESERVED


def _protocol(features: UseCases, placed: tuple[Placed, ...], server: Server) -> WebApp:
    hosts = _hosts(placed, server)
    root = placed[0].mount
    # First of all the method, for it is the same everywhere.
    app = falcon.App(middleware=Methods(), router=OneSlash())
    app.add_middleware(NamingRoutes(root.name, root.dialect))
    if hosts is not None:
        app.add_middleware(hosts)
    failures.install(app, server, root)
    # Clients try several addresses for metadata, and one in a browser has to learn which of them are none.
    app.add_sink(Nowhere(server, root, failures.error_document, readers="everyone"), paths.WELL_KNOWN)
    for one in placed:
        if one.mount.name != root.name:
            nowhere = Nowhere(server, one.mount, _form_of(one.dialect))
            app.add_sink(nowhere, re.compile(re.escape(inner_prefix(one.mount)) + r"(?:/|\Z)"))
        mounts.mount(app, one.mount, one.dialect, features.operations, server)
    return app


def _form_of(dialect: Dialect) -> Refuse:
    """How programs are refused that call an API of a dialect, or where it has none, its token endpoint."""
    forms: dict[Operation, Refuse] = {wire.operation: wire.refuse for wire in reversed(dialect.routes)}
    return forms.get(Operation.EXAMPLE_API) or forms[Operation.TOKEN]


def _hosts(placed: tuple[Placed, ...], server: Server) -> Hosts | None:
    own = tuple(one.mount for one in placed if one.mount.host is not None)
    return Hosts(own, server) if own else None
