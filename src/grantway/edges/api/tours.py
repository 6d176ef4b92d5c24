"""The pages that run a dialect's guide request by request, as an application that was written to it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from grantway.edges.api.openapi import Endpoints
from grantway.edges.api.playground import PLACES, WebApp, add_playground
from grantway.edges.web import answers
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.resources import PageResource
from grantway.edges.web.tour import Tour, as_data, inputs_of
from grantway.features.registry.builtin import GUIDES_PATH

Clients: TypeAlias = Callable[[Mount], Sequence[dict[str, Any]]]
"""The applications that every reader may run at a mount, with what they need: a demonstration has some."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide at the mount of its dialect."""

    mount: Mount
    tour: Tour


def page_of(mount: str) -> str:
    """Where the guide of a mount is run, below the issuer."""
    return f"{GUIDES_PATH}/{mount}"


def callback_of(mount: str) -> str:
    """Below the issuer: the redirect URI that an application has to have, to be run there."""
    return f"{page_of(mount)}/callback"


def add_tries(
    app: WebApp,
    server: Server,
    root: Mount,
    endpoints: Endpoints,
    *,
    guides: Sequence[Guide],
    clients: Clients = lambda _: (),
) -> None:
    """Serve the playground, the page of each guide, and the same pages where codes arrive."""
    told = [{"name": one.mount.name, "url": page_of(one.mount.name)} for one in guides]
    add_playground(app, server, root, endpoints, clients=clients(root), guides=told)
    for guide in guides:
        page = GuidePage(server, root, guide, clients)
        app.add_route(page_of(guide.mount.name), page)
        app.add_route(callback_of(guide.mount.name), page)


class GuidePage(PageResource):
    """One guide. Its script sends the requests; from another host's addresses it only shows them."""

    def __init__(self, server: Server, root: Mount, guide: Guide, clients: Clients) -> None:
        super().__init__(("GET",), server, root)
        self._clients, self._mount = clients, guide.mount
        self._values: dict[str, Any] = {
            "issuer": server.issuer,
            "dialect": guide.mount.dialect,
            "base_url": guide.mount.base_url,
            "steps": as_data(guide.tour),
            "inputs": inputs_of(guide.tour),
            "own_callback": server.issuer + callback_of(guide.mount.name),
            "is_here": guide.mount.host is None,
        }

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """Answer the page; what stands in the address is read by the script alone."""
        clients = list(self._clients(self._mount))
        return answers.page(request, "guide.html", clients=clients, **self._values, **PLACES)
