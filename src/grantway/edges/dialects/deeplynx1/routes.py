"""The wires of the deeplynx1 dialect."""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.deeplynx1 import codec, errors
from grantway.edges.web import discovery
from grantway.edges.web.dialect import Operation, Wire

ROUTES: tuple[Wire[Any, Any], ...] = (
    Wire(
        operation=Operation.AUTHORIZE,
        methods=("GET",),
        path="/oauth/authorize",
        decode=codec.decode_authorize,
        encode=codec.encode_authorize,
        refuse=errors.refuse_page,
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path="/oauth/exchange",
        decode=codec.decode_exchange,
        encode=codec.encode_exchange,
        refuse=errors.refuse,
        readers="registered",
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("GET",),
        path="/oauth/token",
        decode=codec.decode_key_token,
        encode=codec.encode_key_token,
        refuse=errors.refuse_key,
        readers="registered",
    ),
    Wire(
        operation=Operation.KEYS,
        methods=("GET",),
        path="/oauth/jwks.json",
        decode=discovery.decode_keys,
        encode=discovery.encode_keys,
        refuse=errors.refuse,
        memory_first=True,
        readers="everyone",
    ),
)
