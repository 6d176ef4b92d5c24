"""The constant: a bare RSGI callable that reads the same body and returns a fixed answer."""

from __future__ import annotations

from grantway.edges.web.rsgi import HTTPProtocol, Scope

HEADERS = [("content-type", "application/json"), ("cache-control", "no-store")]
BODY = b'{"access_token":"' + b"0" * 120 + b'","token_type":"Bearer","expires_in":3600,"scope":"orders:read"}'


async def constant(scope: Scope, protocol: HTTPProtocol) -> None:
    await protocol()
    protocol.response_bytes(200, HEADERS, BODY)


def make() -> object:
    return constant
