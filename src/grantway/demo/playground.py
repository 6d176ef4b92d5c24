"""The playground of a demonstration has its applications on offer, with their secrets, to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.app import Product
from grantway.app.faces import serve_tries
from grantway.demo.portal import Portal
from grantway.edges.web.requests import Mount


def offer(product: Product, facts: dict[str, Any]) -> None:
    """Serve the pages anew, with the applications that have them among their redirect URIs, or need none."""
    issuer, applications = product.settings.issuer, facts["applications"]
    portal = Portal(product, facts) if applications else None

    def clients(mount: Mount) -> Sequence[dict[str, Any]]:
        told = [one for one in applications if one["dialect"] == mount.dialect]
        return [_offered(one, issuer, portal.passed(one) if portal else {}) for one in told]

    serve_tries(product.app, product.placed, product.server, clients)


def _offered(told: dict[str, Any], issuer: str, passed: dict[str, str]) -> dict[str, Any]:
    parts = [(name, value) for name, value in told.items() if isinstance(value, dict)]
    return {
        **passed,
        **{name: value for name, value in told.items() if isinstance(value, str)},
        **{f"{name}_{part}": text for name, value in parts for part, text in value.items()},
        "secret": told["client_secret"],
        "redirect_uri": next((uri for uri in told["redirect_uris"] if uri.startswith(issuer)), None),
        "scopes": told["scopes"],
    }
