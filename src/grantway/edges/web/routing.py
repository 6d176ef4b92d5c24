"""One path, one route: a tree of the parts of paths, as the templates name them.

The router that Falcon brings writes a program for each application and compiles it, which takes longer than
all else that a server does to start, and reads several paths as one. This one looks each part up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import falcon
from falcon.inspect import RouteInfo, register_router
from falcon.routing import CompiledRouter

from grantway.edges.web.resources import KNOWN_METHODS, Address

Responders: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[Address, Responders, dict[str, str], str]
"""The address, what answers each method, the named parts of the path, and the template."""

_REST = ":path}"


@dataclass(slots=True)
class _Node:
    """What may follow a part of a path, and what answers when nothing does."""

    parts: dict[str, _Node] = field(default_factory=dict)
    named: tuple[str, _Node] | None = None
    rest: tuple[str, _Node] | None = None
    route: tuple[Address, Responders, str] | None = None


class OneSlash(CompiledRouter):
    """Finds the address of a path. A part that is spelled out goes before one that only has a name.

    The templates are Falcon's: `/apps/{application}` names one part, and `/decision/{rest:path}` all that
    follow. A path is never read as another one: `//token` and `token` are not `/token`, which is the only
    name that the rules of a proxy and the tables of this server know.
    """

    def __init__(self) -> None:
        super().__init__()
        self._root = _Node()

    def add_route(self, uri_template: str, resource: Any, **_: Any) -> None:
        """Add an address, in place of one with the same template.

        Raises ValueError where another one names a part of the path differently.
        """
        node = self._root
        for part in uri_template[1:].split("/"):
            node = _next(node, part, uri_template)
        node.route = (resource, dict.fromkeys(KNOWN_METHODS, resource.serve), uri_template)

    def find(self, uri: str, req: falcon.Request | None = None) -> Found | None:
        """The address of a path, or None."""
        if not uri.startswith("/"):
            return None
        named: dict[str, str] = {}
        node = _walk(self._root, uri[1:].split("/"), 0, named)
        if node is None or node.route is None:
            return None
        resource, responders, template = node.route
        return resource, responders, named, template

    def routes(self) -> list[RouteInfo]:
        """Every address, in the form in which the framework lists them."""
        found: list[RouteInfo] = []
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            waiting += node.parts.values()
            waiting += [after for _, after in filter(None, (node.named, node.rest))]
            if node.route is not None:
                resource, _, template = node.route
                found.append(RouteInfo(template, type(resource).__name__, type(resource).__module__, []))
        return found


def _next(node: _Node, part: str, template: str) -> _Node:
    """The node of one more part of a template, made where there is none."""
    if not part.startswith("{"):
        return node.parts.setdefault(part, _Node())
    if part.endswith(_REST):
        node.rest = node.rest or (part[1 : -len(_REST)], _Node())
        name, after = node.rest
        known = f"{{{name}{_REST}"
    else:
        node.named = node.named or (part[1:-1], _Node())
        name, after = node.named
        known = f"{{{name}}}"
    if known != part:
        raise ValueError(f"{part} of {template} is {known} elsewhere")
    return after


def _walk(node: _Node, parts: list[str], at: int, named: dict[str, str]) -> _Node | None:
    """The node where these parts end, with what they are named; as deep as the longest template at most."""
    if at == len(parts):
        return node if node.route is not None else None
    after = node.parts.get(parts[at])
    if after is not None:
        end = _walk(after, parts, at + 1, named)
        if end is not None:
            return end
    if node.named is not None:
        name, after = node.named
        end = _walk(after, parts, at + 1, named)
        if end is not None:
            named[name] = parts[at]
            return end
    if node.rest is not None:
        name, after = node.rest
        named[name] = "/".join(parts[at:])
        return after
    return None


# It tells the framework, and so the tests, which addresses there are.
register_router(OneSlash)(OneSlash.routes)
