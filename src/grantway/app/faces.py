"""Every face of the server in one Falcon application, in two forms: all of it, and what memory can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import falcon

from grantway.app.mounting import Placed
from grantway.app.use_cases import UseCases
from grantway.edges import ops
from grantway.edges.api import Endpoints, mount_api
from grantway.edges.api.mounting import REFERENCE_PATH
from grantway.edges.dialects.standard import paths
from grantway.edges.signin import HomeLinks, mount_signin
from grantway.edges.web import failures, mounts
from grantway.edges.web.csrf import Csrf
from grantway.edges.web.mounts import Hosts
from grantway.edges.web.requests import Proxies, Server

WebApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


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
    *,
    playground_url: str | None,
) -> WebApp:
    """All of it."""
    app = _protocol(features, placed, server)
    root = placed[0].mount
    home = HomeLinks(playground_url=playground_url, reference_url=REFERENCE_PATH)
    csrf = Csrf(features.services.keyring.link_key, server.issuer)
    mount_signin(app, features.sign_in, server=server, root=root, csrf=csrf, home=home)
    endpoints = Endpoints(root.base_url + paths.AUTHORIZE, root.base_url + paths.TOKEN, playground_url)
    mount_api(app, features.api, server=server, root=root, endpoints=endpoints)
    ops.mount(app, server, ready=operating.ready, metrics=operating.metrics, readers=operating.readers)
    return app


def inline_application(features: UseCases, placed: tuple[Placed, ...], server: Server) -> WebApp:
    """The protocol only: nothing else is ever answered from memory alone."""
    return _protocol(features, placed, server)


def kinds_of_routes(placed: tuple[Placed, ...]) -> Mapping[str, frozenset[tuple[str, str]]]:
    """The methods and paths that are tried in memory first, and those that never wait for the database."""
    routes = [route for one in placed for route in mounts.routes_of(one.mount, one.dialect)]
    memory_first = {
        (method, route.path) for route in routes if route.memory_first for method in route.methods
    }
    reserved = {(method, route.path) for route in routes if route.reserved for method in route.methods}
    return {"memory_first": frozenset(memory_first), "reserved": frozenset(reserved) | ops.RESERVED}


def paths_below(placed: tuple[Placed, ...]) -> tuple[str, ...]:
    """How paths begin that are tried in memory first, whatever comes after and by whatever method."""
    routes = [route for one in placed for route in mounts.routes_of(one.mount, one.dialect)]
    return tuple(
        route.path.removesuffix(mounts.ANYTHING_BELOW)
        for route in routes
        if route.memory_first and route.path.endswith(mounts.ANYTHING_BELOW)
    )


def _protocol(features: UseCases, placed: tuple[Placed, ...], server: Server) -> WebApp:
    own_hosts = tuple(one.mount for one in placed if one.mount.host is not None)
    app = falcon.App(middleware=[Hosts(own_hosts, server)] if own_hosts else [])
    failures.install(app, server, placed[0].mount)
    for one in placed:
        mounts.mount(app, one.mount, one.dialect, features.operations, server)
    return app
