"""Addresses, hosts and request ids are believed only from declared proxies. Cites C015, V122 and V126."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.edges.web.reading import BODY, read_body
from grantway.edges.web.requests import HttpRequest, Mount, Proxies
from tests.dialects.wire import a_server

PLACE = Mount("standard", "standard", "https://gate.example")


def request(environ: dict[str, Any], *, proxies: tuple[str, ...] = ()) -> HttpRequest:
    return HttpRequest(environ, a_server(proxies=proxies), PLACE)


def address(peer: str, forwarded: str | None, *networks: str) -> str:
    environ = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    return request(environ, proxies=networks).address


def test_without_declared_proxies_the_peer_is_the_source() -> None:
    """V126."""
    assert address("198.51.100.7", "203.0.113.9") == "198.51.100.7"


def test_a_peer_outside_the_networks_is_not_believed() -> None:
    """C015."""
    assert address("198.51.100.7", "203.0.113.9", "10.0.0.0/8") == "198.51.100.7"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.5", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.0.0.5, 10.0.0.6", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("unknown", "10.0.0.1"),
        ("203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.9", "10.0.0.9"),
        ("", "10.0.0.1"),
    ],
)
def test_the_last_hop_outside_the_networks_is_the_source(forwarded: str, expected: str) -> None:
    assert address("10.0.0.1", forwarded, "10.0.0.0/8") == expected


def test_the_host_comes_from_a_declared_proxy_or_from_the_request() -> None:
    """V122."""
    environ = {
        "REMOTE_ADDR": "10.0.0.1",
        "HTTP_HOST": "Gate.example",
        "HTTP_X_FORWARDED_HOST": "evil, nexus.example",
    }
    assert a_server().proxies.host(environ) == "gate.example"
    assert a_server(proxies=("10.0.0.0/8",)).proxies.host(environ) == "nexus.example"


def test_a_request_has_one_id() -> None:
    one = request({"REMOTE_ADDR": "198.51.100.7", "HTTP_X_REQUEST_ID": "chosen"})
    assert one.request_id == one.request_id
    assert one.request_id != "chosen"
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_REQUEST_ID": "chosen"}
    assert request(dict(environ), proxies=("10.0.0.0/8",)).request_id == "chosen"
    hostile = environ | {"HTTP_X_REQUEST_ID": "a\nb"}
    assert request(hostile, proxies=("10.0.0.0/8",)).request_id != "a\nb"


def test_a_body_has_a_limit() -> None:
    def body(data: bytes, **environ: Any) -> bytes:
        return read_body({"wsgi.input": BytesIO(data), **environ}, 10)

    assert body(b"0123456789", CONTENT_LENGTH="10") == b"0123456789"
    assert body(b"0123456789") == b""
    assert body(b"0123456789", **{"wsgi.input_terminated": True}) == b"0123456789"
    assert body(b"", **{BODY: b"0123456789"}) == b"0123456789"
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked"}
    assert body(b"", **chunked, **{BODY: b"0123456789"}) == b"0123456789"
    assert body(b"0123456789", **chunked, **{"wsgi.input_terminated": True}) == b"0123456789"
    for data, environ in (
        (b"0" * 11, {"CONTENT_LENGTH": "11"}),
        (b"", {"CONTENT_LENGTH": "9" * 40}),
        (b"0" * 11, {"wsgi.input_terminated": True}),
        (b"", {BODY: b"0" * 11}),
    ):
        with pytest.raises(OAuthError) as caught:
            body(data, **environ)
        assert caught.value.reason == errors.REQUEST_TOO_LARGE
    for environ in ({"CONTENT_LENGTH": "-1"}, chunked):
        with pytest.raises(OAuthError) as caught:
            body(b"", **environ)
        assert caught.value.reason == errors.REQUEST_MALFORMED


def test_a_proxy_may_be_declared_by_a_version_six_network() -> None:
    assert Proxies().trusts({"REMOTE_ADDR": "::1"}) is False
    assert a_server(proxies=("fd00::/8",)).proxies.trusts({"REMOTE_ADDR": "fd00::5"}) is True
