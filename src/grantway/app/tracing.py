"""Traces, where a collector is named: spans of requests, of features and of statements (OpenTelemetry).

Off, nothing of this is loaded and no call goes through it. On, what is wrapped here is the same that runs
otherwise. Nothing from the text of a request is in a span: its route is the declared one, a statement goes by
the name it has in the program, and an exception by its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from grantway import __version__
from grantway.app.use_cases import UseCases
from grantway.core.ports import WouldBlock
from grantway.edges.web.bridge import Inline, Sent
from grantway.edges.web.observing import NO_ROUTE, ROUTE, TRACE
from grantway.edges.web.requests import Proxies
from grantway.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

MISSING = "GRANTWAY_TRACES_URL needs what `pip install 'grantway[otel]'` brings."
_SECONDS = 5.0


class TracingMissing(Exception):
    """Traces are asked for and their libraries are not installed."""


class Tracing:
    """Makes spans and hands them to a collector, in batches and from a thread of its own."""

    def __init__(self, settings: Settings, exporter: SpanExporter | None = None) -> None:
        """Take another exporter than the one of the settings, if there is one. Raises TracingMissing."""
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        except ImportError as missing:
            raise TracingMissing(MISSING) from missing
        resource = Resource({"service.name": "grantway", "service.version": __version__})
        sampler = ParentBased(TraceIdRatioBased(settings.traces_share))
        self._provider = TracerProvider(sampler=sampler, resource=resource, shutdown_on_exit=False)
        to = exporter or OTLPSpanExporter(endpoint=settings.traces_url, timeout=_SECONDS, headers={})
        self._provider.add_span_processor(BatchSpanProcessor(to))
        self._tracer: Tracer = self._provider.get_tracer("grantway", __version__)
        self._proxies = Proxies(settings.trusted_proxies)

    def close(self) -> None:
        """Hand on what is left, within some seconds."""
        self._provider.shutdown()

    def inline(self, inner: Inline) -> Inline:
        """What answers from memory, in a span; a request that is tried anew in a thread begins another."""

        def traced(environ: dict[str, Any]) -> Sent | None:
            with self._request(environ) as span:
                sent = inner(environ)
                if sent is None:
                    raise _NotHere
                _answered(span, environ, sent[0])
                return sent

        def answer(environ: dict[str, Any]) -> Sent | None:
            try:
                return traced(environ)
            except _NotHere:
                return None

        return answer

    def pooled(self, inner: WSGIApplication) -> WSGIApplication:
        """What runs in threads, in a span."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self._request(environ) as span:

                def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
                    _answered(span, environ, int(status[:3]))
                    return start_response(status, headers, exc_info)

                return inner(environ, start)

        return answer

    def features(self, cases: UseCases) -> UseCases:
        """The features of the protocol, each call in a span of its name."""
        table = cases.operations
        names = (
            "authorize",
            "token",
            "revoke",
            "introspect",
            "userinfo",
            "metadata",
            "keys",
            "decide",
            "management",
        )
        traced = {name: self._called(f"feature {name}", getattr(table, name)) for name in names}
        return replace(cases, operations=replace(table, **traced))

    def _called(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:

        def traced(*arguments: Any, **named: Any) -> Any:
            with self._inside(name):
                return call(*arguments, **named)

        return traced

    @contextmanager
    def statements(self, calls: Sequence[tuple[str, Any]]) -> Iterator[None]:
        """A round trip to the database, under the names of its statements."""
        with self._inside("statement", {"db.operation.name": ",".join(name for name, _ in calls)}):
            yield

    @contextmanager
    def _inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
            end_on_exit=False,
        ) as span:
            try:
                yield span
            except WouldBlock:
                # Never ended, so never told: the request begins again in a thread.
                raise
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.end()
                raise
            span.end()

    @contextmanager
    def _request(self, environ: dict[str, Any]) -> Iterator[Span]:
        from opentelemetry import context, trace
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = context.Context()
        if "HTTP_TRACEPARENT" in environ and self._proxies.trusts(environ):
            carrier = {"traceparent": environ["HTTP_TRACEPARENT"]}
            parent = TraceContextTextMapPropagator().extract(carrier, parent)
        span = self._tracer.start_span("request", parent, SpanKind.SERVER)
        token = context.attach(trace.set_span_in_context(span, parent))
        environ[TRACE] = format(span.get_span_context().trace_id, "032x")
        try:
            yield span
        except (WouldBlock, _NotHere):
            # Never ended, so never told: the request begins again elsewhere.
            raise
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.end()
            raise
        else:
            span.end()
        finally:
            context.detach(token)


def require(settings: Settings) -> None:
    """Raise TracingMissing where traces are asked for and cannot be made."""
    if settings.traces_url is not None and find_spec("opentelemetry.exporter") is None:
        raise TracingMissing(MISSING)


class _NotHere(Exception):
    """The request is none of those that memory answers."""


def _answered(span: Span, environ: Mapping[str, Any], status: int) -> None:
    from opentelemetry.trace import Status, StatusCode

    route = environ.get(ROUTE, NO_ROUTE)
    span.update_name(f"{environ['REQUEST_METHOD'] if route is not NO_ROUTE else 'other'} {route.template}")
    span.set_attribute("http.route", route.template)
    span.set_attribute("http.response.status_code", status)
    span.set_attribute("grantway.mount", route.mount)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))
