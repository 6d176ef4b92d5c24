"""The playground of a demonstration has its applications on offer, with their secrets, to anybody."""

from __future__ import annotations

from typing import Any

from grantway.app import Product
from grantway.edges.api import Endpoints
from grantway.edges.api.playground import PLAYGROUND_CALLBACK, add_playground
from grantway.edges.dialects.standard import paths


def offer(product: Product, applications: list[dict[str, Any]]) -> None:
    """Serve the page anew, with those that have it among their redirect URIs."""
    callback = product.settings.issuer + PLAYGROUND_CALLBACK
    clients = [
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
    root = product.placed[0].mount
    endpoints = Endpoints(root.base_url + paths.AUTHORIZE, root.base_url + paths.TOKEN)
    add_playground(product.app, product.server, root, endpoints, clients=clients)
