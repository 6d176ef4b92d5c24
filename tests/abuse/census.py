"""Every route of the server: what its tables declare, and what its router really has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import falcon.inspect

from grantway.app import Product
from grantway.edges import ops
from grantway.edges.api.mounting import DOCUMENT_PATH
from grantway.edges.api.playground import REFERENCE_PATH
from grantway.edges.api.tours import callback_of, page_of
from grantway.edges.console.table_of_all import PLACES
from grantway.edges.signin import HomeLinks, signin_routes
from grantway.edges.web import mounts
from grantway.edges.web.csrf import Csrf
from grantway.edges.web.dialect import Operation
from grantway.edges.web.records import operations
from grantway.features.registry.builtin import (
    MANAGEMENT_PATH,
    PLAYGROUND_CALLBACK,
    PLAYGROUND_PATH,
    REFERENCE_CALLBACK,
)
from tests.kit.world import World

_OF_WIRES = {
    Operation.AUTHORIZE: "anyone",
    Operation.CONNECT: "anyone",
    Operation.TENANT: "anyone",
    Operation.INSTALLED: "token",
    Operation.USER_TOKEN: "token",
    Operation.MANAGEMENT: "token",
    Operation.END_TOKEN: "token",
    Operation.END_TOKENS: "token",
    Operation.METADATA: "anyone",
    Operation.KEYS: "anyone",
    Operation.TOKEN: "client",
    Operation.REVOKE: "client",
    Operation.INTROSPECT: "client",
    Operation.USERINFO: "token",
    Operation.EXAMPLE_API: "token",
    Operation.PAIR_SECRETS: "client",
    Operation.DECISION: "client",
    Operation.DEVICE: "client",
    Operation.DEVICE_REQUEST: "token",
    Operation.DEVICE_PAGE: "anyone",
    Operation.LAUNCHER: "token",
    Operation.AUTHORIZE_FOR: "token",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Declared:
    """One method of one path, and whom it serves."""

    method: str
    path: str
    who: str
    name: str

    def address(self, ids: Mapping[str, str] | None = None) -> str:
        """The path with these ids in it, and something of no meaning for those not given."""
        known = ids or {}
        return re.sub(r"{(\w+)(?::path)?}", lambda found: known.get(found[1], "3xKnown9"), self.path)


def declared(world: World) -> tuple[Declared, ...]:
    """Every route that a table of the product declares."""
    return declared_by(world.product)


def declared_by(product: Product) -> tuple[Declared, ...]:
    """The same of a product alone."""
    found = [
        Declared(method, route.path, _OF_WIRES[route.operation], f"{route.mount}.{route.operation.value}")
        for one in product.placed
        for route in mounts.routes_of(one.mount, one.dialect)
        for method in route.methods
    ]
    csrf = Csrf(product.services.keyring.link_key, product.server.issuer)
    pages = signin_routes(product.features.sign_in, csrf, HomeLinks())
    found += [Declared(route.method, route.path, route.who, route.name) for route in pages]
    found += [
        Declared(operation.method, MANAGEMENT_PATH + operation.path, "token", operation.id)
        for operation in operations.ALL
    ]
    for place in PLACES:
        found.append(Declared("GET", place.address(), "member", place.id))
        found += [
            Declared(method, f"{place.address()}/{form.path}", "member", f"{place.id} {form.path}")
            for form in place.forms
            for method in ("GET", "POST")
        ]
    for_readers = (REFERENCE_PATH, REFERENCE_CALLBACK, PLAYGROUND_PATH, PLAYGROUND_CALLBACK)
    guides = [one.mount.name for one in product.placed if one.dialect.tour]
    for_guides = [path for name in guides for path in (page_of(name), callback_of(name))]
    for path in (DOCUMENT_PATH, *for_readers, *for_guides, ops.HEALTH, ops.READY):
        found.append(Declared("GET", path, "anyone", path))
    found.append(Declared("GET", ops.METRICS, "network", ops.METRICS))
    return tuple(found)


def routed(world: World) -> frozenset[str]:
    """Every path that the router of the application knows."""
    return frozenset(route.path for route in falcon.inspect.inspect_routes(world.app))


def sinks(world: World) -> tuple[str, ...]:
    """What catches whole folders of addresses."""
    return tuple(sink.prefix for sink in falcon.inspect.inspect_sinks(world.app))
