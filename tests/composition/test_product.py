"""What is put together: routes and places, the form that never waits, readiness, several processes."""

from __future__ import annotations

from typing import Any

import falcon.inspect
import falcon.testing
import pytest

from grantway.app.log import hide_credentials
from grantway.app.mounting import OF_THE_ROOT
from grantway.core.ports import WouldBlock
from grantway.edges.dialects.standard import paths
from grantway.edges.web.bridge import Sent
from tests.kit.world import World, settings_of


def test_the_first_segments_of_the_root_are_known_to_the_mounts(world: World) -> None:
    routes = [route.path for route in falcon.inspect.inspect_routes(world.app)]
    own = {path.split("/")[1] for path in routes if not path.startswith("/d/")} - {""}
    assert own <= OF_THE_ROOT


def test_which_requests_are_tried_in_memory_first(world: World) -> None:
    product = world.product
    assert product.inline.knows("POST", paths.TOKEN)
    assert product.inline.knows("GET", paths.KEYS)
    assert not product.inline.knows("GET", paths.AUTHORIZE)
    assert not product.inline.knows("POST", "/api/v1/organizations")
    assert product.is_reserved("GET", "/health")
    assert product.is_reserved("GET", paths.KEYS)
    assert not product.is_reserved("GET", "/ready")


def inline(world: World, method: str, path: str, **options: Any) -> Sent:
    sent = world.product.inline(falcon.testing.create_environ(path, method=method, **options))
    assert sent is not None
    return sent


def test_what_is_remembered_is_answered_without_the_database(world: World) -> None:
    northwind = world.make.organization("Northwind")
    world.make.api(None, "orders:read")
    application = world.make.application(northwind, "backend", scopes=("orders:read",))
    secret = world.make.secret(application)
    world.product.poll()
    form = {
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        "body": f"grant_type=client_credentials&client_id={application.client_id}&client_secret={secret}",
    }
    with pytest.raises(WouldBlock):
        inline(world, "POST", paths.TOKEN, **form)
    assert world.machine_token(application, secret)
    answer = inline(world, "POST", paths.TOKEN, **form)
    assert answer[0] == 200
    assert inline(world, "GET", paths.KEYS)[0] == 200
    world.clock.advance(1)
    with pytest.raises(WouldBlock):
        inline(world, "POST", paths.TOKEN, **form)


def test_readiness_says_what_is_missing(world: World) -> None:
    assert world.client.simulate_get("/ready").status_code == 200
    world.clock.advance(1)
    answer = world.client.simulate_get("/ready")
    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": True, "writes": True, "keys": True, "change_feed": False}
    world.product.poll()
    assert world.client.simulate_get("/ready").status_code == 200


def test_figures_are_for_the_networks_of_the_settings(store_url: str) -> None:
    world = World(settings_of(store_url, metrics="10.0.0.0/8"))
    refused = world.client.simulate_get("/metrics")
    allowed = world.client.simulate_get("/metrics", extras={"REMOTE_ADDR": "10.1.2.3"})
    world.close()
    assert refused.status_code == 404
    assert allowed.status_code == 200


def test_a_change_in_one_process_is_seen_by_another_after_its_next_poll(world: World) -> None:
    northwind = world.make.organization("Northwind")
    world.make.api(None, "orders:read")
    application = world.make.application(northwind, "backend", scopes=("orders:read",))
    secret = world.make.secret(application)
    other = world.beside()
    token = other.machine_token(application, secret)
    world.make.change_application(application, state="disabled")
    other.product.poll()
    assert other.product.features.api.verifier.find(token, "standard") is None
    assert other.token(application, secret, grant_type="client_credentials").status_code == 401
    other.close()


def test_the_log_hides_what_looks_like_a_credential() -> None:
    """V156: each kind of ours, and every JWT."""
    for prefix in ("gws_", "gwr_", "gwo_", "gwc_", "whsec_gwh0"):
        event: dict[str, object] = {"event": f"said {prefix}0123456789abcdef in passing"}
        assert hide_credentials(None, "info", event) == {"event": "said *** in passing"}, prefix
    event = {
        "event": "said gws_0123456789abcdef in passing",
        "token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "number": 7,
    }
    hidden = hide_credentials(None, "info", event)
    assert hidden == {"event": "said *** in passing", "token": "***", "number": 7}
