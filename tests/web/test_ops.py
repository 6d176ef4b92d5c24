"""Health, readiness and figures for those who run the server."""

from __future__ import annotations

from ipaddress import ip_network

import falcon
import pytest
from falcon import testing

from grantway.edges import ops
from grantway.edges.ops import Metrics
from grantway.edges.web import failures
from grantway.edges.web.requests import Mount, Proxies
from tests.dialects.wire import a_server


def client(checks: dict[str, bool], metrics: Metrics | None = None) -> testing.TestClient:
    app = falcon.App()
    server = a_server()
    readers = Proxies((ip_network("127.0.0.0/8"),))
    root = Mount("standard", "standard", server.issuer)
    ops.mount(app, server, root, ready=lambda: checks, metrics=metrics or Metrics("0.1.0"), readers=readers)
    failures.install(app, server, root)
    return testing.TestClient(app)


def test_health_asks_nothing_but_the_process() -> None:
    answer = client({"database": False}).simulate_get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert answer.headers["cache-control"] == "no-store"


def test_readiness_needs_everything() -> None:
    ready = client({"database": True, "feed": True}).simulate_get("/ready")
    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    stale = client({"database": True, "feed": False}).simulate_get("/ready")
    assert stale.status_code == 503
    assert stale.json == {"status": "not ready", "checks": {"database": True, "feed": False}}


def test_figures_are_in_the_form_of_prometheus() -> None:
    metrics = Metrics("0.1.0")
    metrics.count("standard", "token", 200)
    metrics.count("standard", "token", 200)
    metrics.gauge("grantway_feed_age_seconds", "Age of the change feed.", lambda: 0.25)
    answer = client({}, metrics).simulate_get("/metrics", remote_addr="127.0.0.1")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'grantway_answers_total{mount="standard",operation="token",status="200"} 2.0' in answer.text
    assert 'grantway_build{version="0.1.0"} 1.0' in answer.text
    assert "grantway_feed_age_seconds 0.25" in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_figures_are_not_for_whoever_comes_through_a_proxy_that_was_not_declared(header: str) -> None:
    """V156: to the server such a request comes from the proxy, which often is on the same machine."""
    for value in ("127.0.0.1", "198.51.100.7", ""):
        answer = client({}).simulate_get("/metrics", remote_addr="127.0.0.1", headers={header: value})
        assert answer.status_code == 404
        assert "grantway_" not in answer.text


def test_figures_are_not_for_everybody() -> None:
    """V156."""
    answer = client({}).simulate_get("/metrics", remote_addr="198.51.100.7")
    assert answer.status_code == 404
    assert "grantway_" not in answer.text
