"""Traces at a collector that listens on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import falcon.testing
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from grantway.app import Ports, Product, build
from grantway.app.running import open_ports
from grantway.app.tracing import Tracing
from grantway.core.ports import WouldBlock
from grantway.edges.dialects.standard import paths
from grantway.edges.web.reading import BODY
from grantway.settings import SettingsError
from tests.kit.world import World, settings_of

PARENT = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{PARENT}-b7ad6b7169203331-01"


class Collector:
    """Takes spans as a collector of OpenTelemetry does."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    @property
    def spans(self) -> list[Any]:
        told = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for one in told
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.server.shutdown()
    found.server.server_close()


def ask(
    world: World, collector: Collector, environ: dict[str, Any], *, proxies: str = "", inline: bool = False
) -> None:
    settings = settings_of(world.settings.database_url, traces_url=collector.url, trusted_proxies=proxies)
    tracing = Tracing(settings)
    ports: Ports = open_ports(settings, None, tracing)
    product: Product = build(settings, ports)
    if inline:
        with pytest.raises(WouldBlock):
            tracing.inline(product.inline)(dict(environ))
    answer = tracing.pooled(product.app)(environ, lambda *_: bytes)
    assert b"".join(answer)
    tracing.close()
    product.close()


def test_a_request_is_a_span_with_its_feature_and_its_statements_and_no_secret(
    world: World, collector: Collector
) -> None:
    """V156: names of the program, and nothing of what was sent."""
    application = world.make.application(world.make.organization("Northwind"), "backend")
    secret = world.make.secret(application)
    form = f"grant_type=client_credentials&client_id={application.client_id}&client_secret={secret}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "traceparent": TRACEPARENT}
    environ = falcon.testing.create_environ(paths.TOKEN, method="POST", body=form, headers=headers)
    ask(world, collector, {**environ, BODY: form.encode()}, inline=True)
    spans = {span.name: span for span in collector.spans}
    request, feature = spans[f"POST {paths.TOKEN}"], spans["feature token"]
    assert feature.parent_span_id == request.span_id
    assert any(span.parent_span_id == feature.span_id for span in collector.spans if span.name == "statement")
    assert sum(span.name == request.name for span in collector.spans) == 1
    attributes = {one.key: str(one.value) for one in request.attributes}
    assert {"http.route", "http.response.status_code", "grantway.mount"} <= attributes.keys()
    text = b"".join(collector.bodies)
    assert str(secret).encode() not in text
    assert application.client_id.encode() not in text
    assert request.trace_id.hex() != PARENT, "whoever asks does not say where our spans belong"


def test_a_trace_goes_on_where_a_declared_proxy_says_so(world: World, collector: Collector) -> None:
    for proxies, goes_on in (("127.0.0.1", True), ("198.51.100.7", False)):
        headers = {"traceparent": TRACEPARENT}
        environ = falcon.testing.create_environ("/health", headers=headers, remote_addr="127.0.0.1")
        ask(world, collector, environ, proxies=proxies)
        span = next(one for one in reversed(collector.spans) if one.name == "GET /health")
        assert (span.trace_id.hex() == PARENT) == goes_on
        assert environ["grantway.trace"] == span.trace_id.hex()


def test_nothing_of_it_is_loaded_while_no_collector_is_named() -> None:
    import subprocess
    import sys

    script = (
        "import sys, grantway.app.running; sys.exit(any(n.startswith('opentelemetry') for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(
    "url",
    ["collector:4318", "http://127.0.0.1:4318", "ftp://x/v1/traces", "http://u:p@x/v1/traces", "http:///v1"],
)
def test_a_collector_is_named_by_its_whole_address(url: str) -> None:
    with pytest.raises(SettingsError):
        settings_of("sqlite:////tmp/unused.db", traces_url=url)
