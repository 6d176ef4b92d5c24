"""The wires of the nexus211 dialect, with the paths its guide publishes."""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.nexus211 import codec, errors
from grantway.edges.dialects.nexus211.registry import REGISTRY
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
        path="/oauth/access-token",
        decode=codec.decode_token,
        encode=codec.encode_token,
        refuse=errors.refuse,
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path="/oauth/service-account-token",
        decode=codec.decode_service_account,
        encode=codec.encode_token,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/organizations/current",
        decode=codec.decode_current,
        encode=codec.encode_current,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.PAIR_SECRETS,
        methods=("GET",),
        path="/keys",
        decode=codec.decode_keys,
        encode=codec.encode_keys,
        refuse=errors.refuse,
    ),
    Wire(
        operation=Operation.END_TOKEN,
        methods=("POST",),
        path="/oauth/revoke",
        decode=codec.decode_revoke,
        encode=codec.encode_revoke,
        refuse=errors.refuse,
    ),
    *REGISTRY,
)
