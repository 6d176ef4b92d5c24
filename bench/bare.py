"""The smallest WSGI applications, behind the bridge: what the bridge and the web toolkit cost alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon

from bench.constant import BODY, HEADERS
from grantway.edges.web.bridge import Bridge, Limits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def callable_application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", HEADERS)
    return [BODY]


class _Token:
    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        request.stream.read()
        response.data = BODY
        response.content_type = "application/json"
        response.set_header("cache-control", "no-store")


def falcon_application() -> WSGIApplication:
    application = falcon.App()
    application.add_route("/token", _Token())
    return application


def _always(method: str, path: str) -> bool:
    return True


def _never(method: str, path: str) -> bool:
    return False


def _bridge(application: WSGIApplication, *, inline: bool) -> Bridge:
    is_memory_first = _always if inline else _never
    return Bridge(
        application, application, limits=Limits(), is_memory_first=is_memory_first, is_reserved=_never
    )


def make_callable_inline() -> object:
    return _bridge(callable_application, inline=True)


def make_falcon_inline() -> object:
    return _bridge(falcon_application(), inline=True)


def make_falcon_pooled() -> object:
    return _bridge(falcon_application(), inline=False)
