"""The playground: a page on which developers run a sign-in step by step, as an application of theirs does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from grantway.core.model import REFERENCE_CLIENT
from grantway.edges.web import answers
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Mount, Server
from grantway.edges.web.resources import PageResource
from grantway.features.registry.builtin import PLAYGROUND_CALLBACK, PLAYGROUND_PATH, REFERENCE_CALLBACK

if TYPE_CHECKING:
    import falcon

    from grantway.edges.api.openapi import Endpoints

REFERENCE_PATH = "/reference"
PLACES: dict[str, Any] = {"home_url": "/", "playground_url": PLAYGROUND_PATH, "reference_url": REFERENCE_PATH}
"""What stands in the bar of the pages for developers."""
WebApp: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


def add_playground(
    app: WebApp,
    server: Server,
    root: Mount,
    endpoints: Endpoints,
    *,
    clients: Sequence[dict[str, Any]] = (),
    guides: Sequence[dict[str, str]] = (),
) -> None:
    """Serve the page, and the same page where answers arrive. `guides` are pages beside it, by name."""
    page = Playground(server, root, endpoints, clients, guides)
    for path in (PLAYGROUND_PATH, PLAYGROUND_CALLBACK):
        app.add_route(path, page)


def sign_in_of(server: Server, endpoints: Endpoints) -> dict[str, str]:
    """What the scripts of these pages need to sign their reader in."""
    return {
        "issuer": server.issuer,
        "authorize_url": endpoints.authorization,
        "token_url": endpoints.token,
        "redirect_uri": server.issuer + REFERENCE_CALLBACK,
        "client_id": REFERENCE_CLIENT,
    }


class Playground(PageResource):
    """The page is the same for everybody: its script asks the API for the reader's own applications.

    `clients` are applications that every reader may run, with their secrets: a demonstration has some.
    """

    def __init__(
        self,
        server: Server,
        root: Mount,
        endpoints: Endpoints,
        clients: Sequence[dict[str, Any]],
        guides: Sequence[dict[str, str]],
    ) -> None:
        super().__init__(("GET",), server, root)
        self._values: dict[str, Any] = {
            "issuer": server.issuer,
            "clients": list(clients),
            "guides": list(guides),
            "trial": sign_in_of(server, endpoints),
            "own_callback": server.issuer + PLAYGROUND_CALLBACK,
        }

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """Answer the page; what stands in the address is read by the script alone."""
        return answers.page(request, "playground.html", **self._values, **PLACES)
