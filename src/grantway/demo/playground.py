"""The playground of a demonstration has its applications on offer, with their secrets, to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.app import Product
from grantway.app.faces import serve_tries
from grantway.app.mounting import ROOT
from grantway.demo.portal import Portal
from grantway.edges.api.tours import callback_of
from grantway.edges.web.requests import Mount
from grantway.features.registry.builtin import PLAYGROUND_CALLBACK


def offer(product: Product, facts: dict[str, Any]) -> None:
    """Serve the pages anew, with the applications that have them among their redirect URIs, or need none."""
    issuer, applications = product.settings.issuer, facts["applications"]
    portal = Portal(product, facts) if applications else None

    def clients(mount: Mount) -> Sequence[dict[str, Any]]:
        told = [one for one in applications if one["dialect"] == mount.dialect and _is_run(one, mount)]
        return [_offered(one, issuer, portal.passed(one) if portal else {}) for one in told]

    serve_tries(product.app, product.placed, product.server, clients)


def _is_run(told: dict[str, Any], mount: Mount) -> bool:
    """Whether the page runs it: its codes arrive there, or it is one of a guide that needs no browser."""
    if told["redirect_uris"]:
        return any(uri.endswith(_callback(mount)) for uri in told["redirect_uris"])
    return mount.name != ROOT


def _callback(mount: Mount) -> str:
    return PLAYGROUND_CALLBACK if mount.name == ROOT else callback_of(mount.name)


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
