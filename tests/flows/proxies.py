"""Configurations of proxies that are not on this machine: read, and compared with what is ours.

Nothing here knows what such a proxy makes of its configuration. What goes wrong unseen when the server changes is what is
named in it: an address, a header, a bound, or a part that another part calls by a name that it no longer has.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from grantway.edges.dialects.standard import paths
from grantway.edges.web.limits import MAXIMUM_HEADER_BYTES
from grantway.settings import OPTIONS
from tests.kit.guides import ISSUER_OF_GUIDES, Block

_DEFAULTS = {one.name: one.default for one in OPTIONS}
SERVER = f"{_DEFAULTS['host']}:{_DEFAULTS['port']}"
TOLD = {
    "x-grantway-application",
    "x-grantway-organization",
    "x-grantway-subject",
    "x-grantway-subject-kind",
    "x-grantway-role",
    "x-grantway-scopes",
}


def check_caddy(block: Block) -> None:
    """Every directive in its place, and the bounds no tighter than ours."""
    directives: dict[str, str] = {}
    inside: list[str] = []
    for line in filter(None, map(str.strip, block.text.splitlines())):
        if line.endswith("{"):
            inside.append(line.removesuffix("{").strip())
        elif line == "}":
            inside.pop()
        else:
            name, _, value = line.partition(" ")
            directives["/".join([*inside, name])] = value
    assert inside == [], block.place
    site = urlsplit(ISSUER_OF_GUIDES).netloc
    assert directives == {
        "/servers/max_header_size": f"{MAXIMUM_HEADER_BYTES // 1024}KiB",
        "/servers/timeouts/read_header": f"{_DEFAULTS['header_timeout']}s",
        "/servers/timeouts/read_body": f"{_DEFAULTS['body_timeout']}s",
        "/servers/timeouts/write": "60s",
        "/servers/timeouts/idle": f"{_DEFAULTS['header_timeout']}s",
        f"{site}/request_body/max_size": f"{int(_DEFAULTS['body_limit'] or 0) // 1024}KiB",
        f"{site}/reverse_proxy": SERVER,
    }, block.place


def check_traefik_in_front(block: Block) -> None:
    """The server stands behind the router, and its bounds are those of the settings."""
    static, dynamic = yaml.safe_load_all(block.text)
    check_names(dynamic["http"], block, entry_points=static["entryPoints"])
    (point,) = static["entryPoints"].values()
    assert point["transport"]["respondingTimeouts"]["idleTimeout"] == f"{_DEFAULTS['header_timeout']}s"
    assert (
        str(dynamic["http"]["middlewares"]["whole"]["buffering"]["maxRequestBodyBytes"])
        == _DEFAULTS["body_limit"]
    )
    (router,) = dynamic["http"]["routers"].values()
    assert router["rule"] == f"Host(`{urlsplit(ISSUER_OF_GUIDES).netloc}`)"
    ((server,),) = (one["loadBalancer"]["servers"] for one in dynamic["http"]["services"].values())
    assert server["url"] == f"http://{SERVER}"


def check_names(http: dict[str, Any], block: Block, *, entry_points: dict[str, Any] | None = None) -> None:
    """What routers name is declared, and nothing is declared that no router names."""
    middlewares = {one for router in http["routers"].values() for one in router["middlewares"]}
    services = {router["service"] for router in http["routers"].values()}
    points = {one for router in http["routers"].values() for one in router.get("entryPoints", ())}
    assert middlewares == http["middlewares"].keys(), block.place
    assert services == http["services"].keys(), block.place
    assert points == (entry_points or {}).keys(), block.place
    known = {"inFlightReq", "buffering", "headers", "forwardAuth"}
    assert {kind for one in http["middlewares"].values() for kind in one} <= known, block.place


def asked_by_traefik(block: Block) -> tuple[str, dict[str, str], set[str]]:
    """Where forwardAuth asks, what the middleware before it adds, and which headers it takes from the answer."""
    http = yaml.safe_load(block.text)["http"]
    check_names(http, block)
    (router,) = http["routers"].values()
    before, asking, behind = (http["middlewares"][name] for name in router["middlewares"])
    added = before["headers"]["customRequestHeaders"]
    # What the gateway says of itself, and the caller's token, go no further.
    taken_away = behind["headers"]["customRequestHeaders"]
    assert set(taken_away.values()) == {""}, block.place
    assert {"Grantway-Gateway", "Authorization"} <= taken_away.keys(), block.place
    forward = asking["forwardAuth"]
    sent = {name: value for name, value in added.items() if value}
    return forward["address"], sent, {name.lower() for name in forward["authResponseHeaders"]}


def asked_by_envoy(block: Block) -> tuple[str, dict[str, str], set[str]]:
    """Where ext_authz asks, which headers it adds, and the prefixes of those that it takes from the answer."""
    mutation, asking, router = yaml.safe_load(block.text)["http_filters"]
    for one in (mutation, asking, router):
        # The type is that of the filter: "http.header_mutation" of "envoy.filters.http.header_mutation".
        kind = one["name"].removeprefix("envoy.filters.")
        assert one["typed_config"]["@type"].startswith(
            f"type.googleapis.com/envoy.extensions.filters.{kind}.v3."
        ), block.place
    (told,) = mutation["typed_config"]["mutations"]["request_mutations"]
    config = asking["typed_config"]
    assert config["failure_mode_allow"] is False, block.place
    service = config["http_service"]
    assert service["server_uri"]["uri"] == ISSUER_OF_GUIDES, block.place
    assert service["path_prefix"] == paths.DECISION, block.place
    allowed = {one["exact"] for one in config["allowed_headers"]["patterns"]}
    header = told["append"]["header"]
    assert header["key"] in allowed, block.place
    assert header["value"] == "%REQ(:PATH)%", block.place
    sent = {one["key"]: one["value"] for one in service["authorization_request"]["headers_to_add"]}
    taken = {
        one["prefix"] for one in service["authorization_response"]["allowed_upstream_headers"]["patterns"]
    }
    return service["server_uri"]["uri"] + service["path_prefix"], sent, taken
