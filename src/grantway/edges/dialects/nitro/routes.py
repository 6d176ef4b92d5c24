"""The wires of the nitro dialect, and an example API that its tokens open.

The guide publishes no path of the protected API, so those of the example are ours.
"""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.nitro import codec, errors
from grantway.edges.web.dialect import Operation, Wire

ROUTES: tuple[Wire[Any, Any], ...] = (
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path="/oauth/token",
        decode=codec.decode_token,
        encode=codec.encode_token,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.USER_TOKEN,
        methods=("GET", "POST"),
        path="/gamification-token",
        decode=codec.decode_user_token,
        encode=codec.encode_token,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/users/current",
        decode=codec.decode_user,
        encode=codec.encode_user,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/embed/points",
        decode=codec.decode_embed,
        encode=codec.encode_user,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/groups",
        decode=codec.decode_groups,
        encode=codec.encode_groups,
        refuse=errors.refuse,
        memory_first=True,
    ),
)
