"""Hosts that a dialect has to itself: which folder of the router a request of one is led to."""

from __future__ import annotations

from urllib.parse import urlsplit

import falcon

from grantway.core import errors, hosts
from grantway.core.errors import OAuthError
from grantway.edges.web.requests import Environ, Mount, Server

HOSTS_FOLDER = "/~hosts/"
"""Where mounts with a host of their own live inside the router. No path from outside may begin so."""


def inner_prefix(place: Mount) -> str:
    """Where a mount lives inside the router."""
    return place.prefix if place.host is None else f"{HOSTS_FOLDER}{place.name}"


class Hosts:
    """Middleware that leads requests of hosts with a dialect of their own to that dialect, and nowhere else.

    Only needed where a mount has a host. Requests of other names belong to the issuer's origin.
    """

    def __init__(self, mounts: tuple[Mount, ...], server: Server) -> None:
        self._folders = {
            name: inner_prefix(place)
            for place in mounts
            if place.host is not None
            for name in (place.host, *place.also)
        }
        self._server = server
        self._own = urlsplit(server.issuer).netloc

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Rewrite the path of a request of such a host."""
        req.path = self.inner_path(req.path, req.env)

    def inner_path(self, path: str, environ: Environ) -> str:
        """Where a path from outside lies inside the router. Raises OAuthError where nobody may ask."""
        # The router passes over slashes at the beginning, however many there are.
        if path.lstrip("/").startswith(HOSTS_FOLDER.lstrip("/")):
            raise OAuthError(errors.REQUEST_UNKNOWN_ADDRESS)
        asked = self._server.proxies.host(environ)
        folder = self._folders.get(asked)
        if folder is None and asked != self._own:
            # A program may name the default port, or the root of the DNS at the end.
            folder = self._folders.get(self._canonical(asked))
        return path if folder is None else folder + path

    def _canonical(self, host: str) -> str:
        name, port = hosts.split(host)
        named = name.removesuffix(".") if port is None else f"{name.removesuffix('.')}:{port}"
        return hosts.canonical(named, self._server.issuer.partition(":")[0])
