"""The playground of a demonstration has its applications on offer, with their secrets, to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.app import Product
from grantway.app.faces import serve_tries
from grantway.edges.web.requests import Mount


def offer(product: Product, applications: list[dict[str, Any]]) -> None:
    """Serve the pages anew, with the applications that have them among their redirect URIs, or need none."""
    issuer = product.settings.issuer

    def clients(mount: Mount) -> Sequence[dict[str, Any]]:
        return [_offered(told, issuer) for told in applications if told["dialect"] == mount.dialect]

    serve_tries(product.app, product.placed, product.server, clients)


def _offered(told: dict[str, Any], issuer: str) -> dict[str, Any]:
    return {
        **{name: value for name, value in told.items() if isinstance(value, str)},
        "secret": told["client_secret"],
        "redirect_uri": next((uri for uri in told["redirect_uris"] if uri.startswith(issuer)), None),
        "scopes": told["scopes"],
    }
