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
from grantway.system.board import BOUNDS, Board
from tests.dialects.wire import a_server


def figures(board: Board | None = None) -> Metrics:
    shown = board or Board()
    return Metrics("0.1.0", lambda: shown, BOUNDS)


def client(checks: dict[str, bool], metrics: Metrics | None = None) -> testing.TestClient:
    app = falcon.App()
    server = a_server()
    readers = Proxies((ip_network("127.0.0.0/8"),))
    root = Mount("standard", "standard", server.issuer)
    ops.mount(app, server, root, ready=lambda: checks, metrics=metrics or figures(), readers=readers)
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
    board = Board()
    mine = board.take()
    for status, nanoseconds in (("200", 700_000), ("200", 30_000_000), ("400", 20_000_000_000)):
        mine.count(mine.place(("standard", "/oauth/token", "POST", status)), nanoseconds)
    facts = {"outbox_pending": 3, "outbox_oldest": 41.5, "keys": [("standard", "ES256", 90.0)]}
    places = {"database": (18, 4, 1), "requests": (16, 2, 0)}
    mine.tell({"places": places, "feed_lag": 0.25, "log_lines_lost": 0, "facts": facts})
    answer = client({}, figures(board)).simulate_get("/metrics", remote_addr="127.0.0.1")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    of_token = 'method="POST",mount="standard",route="/oauth/token"'
    lines = answer.text.splitlines()
    for line in (
        f'grantway_http_requests_total{{{of_token},status="200"}} 2.0',
        f'grantway_http_requests_total{{{of_token},status="400"}} 1.0',
        f'grantway_http_request_duration_seconds_bucket{{le="0.001",{of_token}}} 1.0',
        f'grantway_http_request_duration_seconds_bucket{{le="0.05",{of_token}}} 2.0',
        f'grantway_http_request_duration_seconds_bucket{{le="+Inf",{of_token}}} 3.0',
        f"grantway_http_request_duration_seconds_sum{{{of_token}}} 20.0307",
        'grantway_build_info{version="0.1.0"} 1.0',
        "grantway_processes 1.0",
        'grantway_pool_size{pool="database"} 18.0',
        'grantway_pool_in_use{pool="database"} 4.0',
        'grantway_pool_waiting{pool="database"} 1.0',
        "grantway_change_feed_lag_seconds 0.25",
        "grantway_outbox_pending 3.0",
        "grantway_outbox_oldest_age_seconds 41.5",
        'grantway_signing_key_age_seconds{algorithm="ES256",mount="standard"} 90.0',
    ):
        assert line in lines, line
    assert any(line.startswith("process_start_time_seconds ") for line in lines)


def test_what_nobody_knows_is_not_told() -> None:
    """A figure that is out of date looks like one that is true."""
    text = client({}).simulate_get("/metrics", remote_addr="127.0.0.1").text
    assert "grantway_processes 0.0" in text
    assert "grantway_outbox" not in text
    assert "grantway_change_feed" not in text


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
