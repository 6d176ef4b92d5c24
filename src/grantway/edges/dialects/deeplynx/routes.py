"""The wires of the deeplynx dialect: authorize without a version in its path, the rest with one (D26)."""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.deeplynx import codec, errors
from grantway.edges.dialects.deeplynx.keys import KEYS
from grantway.edges.web.dialect import Operation, Wire

ROUTES: tuple[Wire[Any, Any], ...] = (
    *KEYS,
    Wire(
        operation=Operation.AUTHORIZE,
        methods=("GET",),
        path="/api/oauth/authorize",
        decode=codec.decode_authorize,
        encode=codec.encode_authorize,
        refuse=errors.refuse,
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path="/api/v1/oauth/exchange",
        decode=codec.decode_exchange,
        encode=codec.encode_exchange,
        refuse=errors.refuse_exchange,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/api/v1/projects/GetAllProjects",
        decode=codec.decode_projects,
        encode=codec.encode_projects,
        refuse=errors.refuse_call,
        memory_first=True,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/api/v1/users/current",
        decode=codec.decode_current_user,
        encode=codec.encode_current_user,
        refuse=errors.refuse_call,
        memory_first=True,
    ),
)
