"""The playground: a page of the server itself that runs a sign-in step by step, as an application would."""

from __future__ import annotations

from typing import Any

from grantway.app import Product
from grantway.demo.cast import PLAYGROUND_CALLBACK
from grantway.edges.web import answers
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.edges.web.resources import PageResource

PATH = "/playground"
REFERENCE = "/reference"


def add_playground(product: Product, applications: list[dict[str, Any]]) -> None:
    """Serve the page, and the same page where answers arrive."""
    page = Playground(product, applications)
    for path in (PATH, PLAYGROUND_CALLBACK):
        product.app.add_route(path, page)


class Playground(PageResource):
    """The page with the demonstration's own applications. It needs no server beyond the page itself."""

    def __init__(self, product: Product, applications: list[dict[str, Any]]) -> None:
        super().__init__(("GET",), product.server, product.placed[0].mount)
        callback = product.settings.issuer + PLAYGROUND_CALLBACK
        self._clients = [
            {
                "name": told["name"],
                "type": told["type"],
                "client_id": told["client_id"],
                "secret": told["client_secret"],
                "redirect_uri": callback,
                "scopes": told["scopes"],
                "dialect": told["dialect"],
            }
            for told in applications
            if callback in told["redirect_uris"]
        ]

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """Answer the page; what stands in the address is read by the script alone."""
        return answers.page(
            request,
            "playground.html",
            issuer=self._server.issuer,
            clients=self._clients,
            home_url="/",
            playground_url=PATH,
            reference_url=REFERENCE,
        )
