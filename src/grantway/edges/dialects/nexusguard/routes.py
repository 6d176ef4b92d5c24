"""The wires of the nexusguard dialect, with the paths its guide publishes."""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.nexusguard import codec, errors
from grantway.edges.web.dialect import Operation, Wire
from grantway.edges.web.mounts import ANYTHING_BELOW


def _token(path: str, *taken: str, memory_first: bool = False) -> Wire[Any, Any]:
    return Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path=path,
        decode=codec.decode_token(*taken),
        encode=codec.encode_token,
        refuse=errors.refuse,
        memory_first=memory_first,
    )


def _customer(folder: str) -> Wire[Any, Any]:
    return Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path=folder + ANYTHING_BELOW,
        decode=codec.decode_customer,
        encode=codec.encode_customer,
        refuse=errors.refuse,
        memory_first=True,
    )


ROUTES: tuple[Wire[Any, Any], ...] = (
    Wire(
        operation=Operation.CONNECT,
        methods=("GET",),
        path="/oauth/connect",
        decode=codec.decode_connect,
        encode=codec.encode_connect,
        refuse=errors.refuse,
    ),
    _token("/oauth/access_token", "authorization_code"),
    _token("/oauth/refresh_token", "refresh_code"),
    _token("/oauth/credit/token", "client_credential", "authorization_code", memory_first=True),
    _customer("/api/spe/customer/"),
    _customer("/api/customer/"),
    Wire(
        operation=Operation.INSTALLED,
        methods=("GET",),
        path="/api/spe/customers",
        decode=codec.decode_customers,
        encode=codec.encode_customers,
        refuse=errors.refuse,
    ),
)
