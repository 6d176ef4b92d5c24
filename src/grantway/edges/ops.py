"""What those who run the server ask it: whether it lives, whether it can serve, how much it does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.edges.web import answers, failures
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.requests import App, Environ, HttpAnswer, HttpRequest, Mount, Proxies, Server
from grantway.edges.web.resources import SAFE, Resource

HEALTH = "/health"
READY = "/ready"
METRICS = "/metrics"

Ready: TypeAlias = Callable[[], Mapping[str, bool]]
"""Each thing the server needs, by name, and whether it has it: the database, a fresh change feed."""

RESERVED: frozenset[tuple[str, str]] = frozenset(
    {(method, path) for method in SAFE for path in (HEALTH, METRICS)}
)
"""Answered without the database, so they never wait behind it."""


class _Answers(Collector):
    """How many answers were given, by mount, operation and status. Every answer passes here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, int], int] = {}

    def count(self, mount: str, operation: str, status: int) -> None:
        """Count one answer."""
        key = (mount, operation, status)
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1

    def collect(self) -> Iterable[CounterMetricFamily]:
        """The figures for who asks."""
        family = CounterMetricFamily(
            "grantway_answers", "Answers of the protocol endpoints.", labels=("mount", "operation", "status")
        )
        for (mount, operation, status), count in self._counts.copy().items():
            family.add_metric((mount, operation, str(status)), count)
        yield family


class Metrics:
    """The figures of one process. Nothing in a label comes from a request's own text."""

    def __init__(self, version: str) -> None:
        self._registry = CollectorRegistry()
        self._answers = _Answers()
        self._registry.register(self._answers)
        self.count = self._answers.count
        build = Gauge("grantway_build", "The running version.", ("version",), registry=self._registry)
        build.labels(version).set(1)

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a figure that is read whenever somebody asks."""
        Gauge(name, text, registry=self._registry).set_function(read)

    def render(self) -> bytes:
        """All figures in the text form of Prometheus."""
        return generate_latest(self._registry)


def mount(app: App, server: Server, root: Mount, *, ready: Ready, metrics: Metrics, readers: Proxies) -> None:
    """Serve the three addresses at the root, the figures to addresses of `readers` only."""
    app.add_route(HEALTH, _Endpoint(server, root, _health))
    app.add_route(READY, _Endpoint(server, root, lambda: _readiness(ready)))
    app.add_route(METRICS, _Endpoint(server, root, lambda: _figures(metrics), readers))


class _Endpoint(Resource):
    def __init__(
        self, server: Server, root: Mount, told: Callable[[], HttpAnswer], readers: Proxies | None = None
    ) -> None:
        super().__init__(("GET",), server, root)
        self._told = told
        self._allowed = readers

    def respond(self, request: HttpRequest, parts: dict[str, Any]) -> HttpAnswer:
        """What is told, to whom it is told."""
        if self._allowed is not None and not self._is_reader(self._allowed, request.environ):
            raise OAuthError(errors.REQUEST_UNKNOWN_ADDRESS, "figures are not for this address")
        return self._told()

    def refuse(self, failure: Failure, request: HttpRequest) -> HttpAnswer:
        """A refusal for programs."""
        return failures.error_document(failure, request)

    def _is_reader(self, readers: Proxies, environ: Environ) -> bool:
        """By the address, where that is the reader's: a proxy nobody declared is on this very machine."""
        proxies = self._server.proxies
        return proxies.vouch_for(environ) and readers.declares(proxies.address(environ))


def _health() -> HttpAnswer:
    """Alive: this process answers. Nothing else is asked, or a slow database would end healthy servers."""
    return answers.json(200, {"status": "alive"})


def _readiness(ready: Ready) -> HttpAnswer:
    """Ready when everything that requests need is there."""
    checks = dict(ready())
    is_ready = all(checks.values())
    body = {"status": "ready" if is_ready else "not ready", "checks": checks}
    return answers.json(200 if is_ready else 503, body)


def _figures(metrics: Metrics) -> HttpAnswer:
    return HttpAnswer(200, metrics.render(), CONTENT_TYPE_LATEST, NO_STORE)
