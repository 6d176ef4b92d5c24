"""The smallest applications behind the bridge: what the bridge and the web toolkit cost alone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import falcon

from bench.constant import BODY, HEADERS
from grantway.edges.web.bridge import Bridge, Inline, Limits, Sent
from grantway.edges.web.reading import BODY as REQUEST_BODY
from grantway.edges.web.thread_pool import answer_of

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


def _constant(environ: dict[str, Any]) -> Sent:
    return 200, HEADERS, BODY


def _inline(application: WSGIApplication) -> Inline:
    def answer(environ: dict[str, Any]) -> Sent:
        environ["wsgi.input"] = BytesIO(environ[REQUEST_BODY])
        answer = answer_of(application, environ)
        return answer.status, answer.headers, answer.body

    return answer


def _nothing(environ: dict[str, Any]) -> None:
    return None


def _never(method: str, path: str) -> bool:
    return False


def _bridge(application: WSGIApplication, inline: Inline) -> Bridge:
    return Bridge(application, inline, limits=Limits(), is_reserved=_never)


def make_constant_inline() -> object:
    return _bridge(callable_application, _constant)


def make_callable_inline() -> object:
    return _bridge(callable_application, _inline(callable_application))


def make_falcon_inline() -> object:
    return _bridge(falcon_application(), _inline(falcon_application()))


def make_falcon_pooled() -> object:
    return _bridge(falcon_application(), _nothing)
