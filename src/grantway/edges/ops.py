"""What those who run the server ask it: whether it lives, whether it can serve, how much it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
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
Series: TypeAlias = Mapping[tuple[str, ...], Sequence[int]]
"""By mount, route, method and status: how many answers took how long, and nanoseconds together at the end."""

RESERVED: frozenset[tuple[str, str]] = frozenset(
    {(method, path) for method in SAFE for path in (HEALTH, METRICS)}
)
"""Answered without the database, so they never wait behind it."""

_NOTE_SECONDS = 10.0
"""A process that told nothing of itself for so long is not there any more."""


class Board(Protocol):
    """The figures of all processes of one server."""

    started_at: float

    def series(self) -> Series:
        """What was counted since the start, also by processes that have ended."""

    def notes(self, *, youngest: float) -> Sequence[Mapping[str, Any]]:
        """What each living process told of itself."""


class Metrics(Collector):
    """The figures of one server, in the words of Prometheus.

    Names have their units, counters end in `_total`. No label holds anything that comes from a request, and
    none the id of a client or a tenant: who may read figures need not know who our customers are.
    """

    def __init__(self, version: str, board: Callable[[], Board], bounds: Sequence[float]) -> None:
        """Take the board, when it is first asked for, and the upper ends of its classes of durations."""
        self._version = version
        self._board = board
        self._bounds = [*(str(bound) for bound in bounds), "+Inf"]
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def describe(self) -> Iterable[Metric]:
        """Tell nothing before somebody asks."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The figures for who asks."""
        board = self._board()
        notes = board.notes(youngest=_NOTE_SECONDS)
        build = GaugeMetricFamily("grantway_build_info", "The running version.", labels=("version",))
        build.add_metric((self._version,), 1)
        yield build
        yield _gauge("process_start_time_seconds", "When the server began, since 1970.", board.started_at)
        yield _gauge("grantway_processes", "Processes that serve.", len(notes))
        yield from self._requests(board.series())
        yield from _places(notes)
        yield from _facts(notes)

    def _requests(self, series: Series) -> Iterable[Metric]:
        count = CounterMetricFamily(
            "grantway_http_requests", "Answered requests.", labels=("mount", "route", "method", "status")
        )
        duration = HistogramMetricFamily(
            "grantway_http_request_duration_seconds",
            "From the head of a request to its answer.",
            labels=("mount", "route", "method"),
        )
        together: dict[tuple[str, ...], list[int]] = {}
        for key, values in sorted(series.items()):
            number = sum(values[:-1])
            if not number:
                continue
            count.add_metric(key, number)
            known = together.get(key[:3])
            together[key[:3]] = (
                list(values) if known is None else [a + b for a, b in zip(known, values, strict=True)]
            )
        for key, values in together.items():
            reached, buckets = 0, []
            for bound, value in zip(self._bounds, values[:-1], strict=True):
                reached += value
                buckets.append((bound, float(reached)))
            duration.add_metric(key, buckets, values[-1] / 1e9)
        yield count
        yield duration

    def render(self) -> bytes:
        """All figures in the text form of Prometheus."""
        return generate_latest(self._registry)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _places(notes: Sequence[Mapping[str, Any]]) -> Iterable[Metric]:
    """How full what is bounded is, over all processes: connections, hashes of passwords, threads."""
    families = [
        GaugeMetricFamily(f"grantway_pool_{name}", text, labels=("pool",))
        for name, text in (
            ("size", "Places there are."),
            ("in_use", "Places that are taken."),
            ("waiting", "Who waits for a place."),
        )
    ]
    total: dict[str, list[int]] = {}
    for note in notes:
        for pool, figures in note["places"].items():
            known = total.setdefault(pool, [0, 0, 0])
            total[pool] = [a + b for a, b in zip(known, figures, strict=True)]
    for pool, figures in sorted(total.items()):
        for family, value in zip(families, figures, strict=True):
            family.add_metric((pool,), value)
    yield from families


def _facts(notes: Sequence[Mapping[str, Any]]) -> Iterable[Metric]:
    """How far behind a process is at most, and what the database holds. What nobody knows is left out."""
    if notes:
        lag = max(note["feed_lag"] for note in notes)
        yield _gauge("grantway_change_feed_lag_seconds", "Since the change feed was read, at most.", lag)
        lost = sum(note["log_lines_lost"] for note in notes)
        yield CounterMetricFamily("grantway_log_lines_lost", "Lines of the log nobody took.", value=lost)
    facts = next((note["facts"] for note in notes if note.get("facts")), None)
    if facts is None:
        return
    yield _gauge("grantway_outbox_pending", "Events and deliveries that wait.", facts["outbox_pending"])
    oldest = facts["outbox_oldest"]
    yield _gauge("grantway_outbox_oldest_age_seconds", "How long the oldest of them has waited.", oldest)
    keys = GaugeMetricFamily(
        "grantway_signing_key_age_seconds",
        "Since the key came into use.",
        labels=("mount", "algorithm"),
    )
    for mount, algorithm, age in facts["keys"]:
        keys.add_metric((mount, algorithm), age)
    yield keys


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
