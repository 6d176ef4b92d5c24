"""Addresses below a mount at which nothing is: told in the dialect's own form, by any method."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from grantway.edges.dialects import ALL
from tests.kit.world import World, settings_of

FORMS = {
    "nexus211": (404, {"error", "message", "id"}),
    "deeplynx": (404, {"error", "error_description"}),
    "deeplynx1": (404, {"error", "error_description", "error_id", "request_id"}),
    "cxone": (404, {"error", "error_description", "error_id"}),
    "nitro": (404, {"error", "error_description", "error_id", "request_id"}),
    "nexusguard": (200, {"code", "msg"}),
}
"""The status and the members of a refusal, by dialect."""
ADDRESSES = ("", "/", "/oauth/nothing", "/api/v1/none", "/.well-known/none")


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    """A server with each dialect at a prefix and at a host of its own."""
    mounts = [f"{name}={name}@/d/{name},{name}-host={name}@{name}.example.test" for name in FORMS]
    with closing(World(settings_of(store_url, mounts=",".join(mounts)))) as world:
        yield world


def test_every_dialect_but_that_of_the_issuer_is_here() -> None:
    assert set(FORMS) == {one.name for one in ALL} - {"standard"}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_no_address_of_a_mount_is_refused_in_its_form(world: World, method: str) -> None:
    """G31: a client of a guide reads one form, whatever it asks for."""
    issuer = urlsplit(world.issuer).netloc
    for name, form in FORMS.items():
        for host, prefix in ((issuer, f"/d/{name}"), (f"{name}.example.test", "")):
            for path in ADDRESSES:
                answer = world.client.simulate_request(method, prefix + path or "/", headers={"Host": host})
                told = (answer.status_code, set(json.loads(answer.text or "{}")))
                assert told == form, (host, prefix + path, answer.text)
                assert answer.headers["cache-control"] == "no-store"
