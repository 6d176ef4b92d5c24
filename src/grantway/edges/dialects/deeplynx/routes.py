"""The wires of the deeplynx dialect: authorize without a version in its path, the rest with one (D26).

Both published versions are spoken where they look alike: the first is called outdated, and used (D91).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.edges.dialects.deeplynx import codec, errors
from grantway.edges.dialects.deeplynx.codec import VERSION_1, VERSION_2
from grantway.edges.dialects.deeplynx.keys import KEYS
from grantway.edges.dialects.deeplynx.registry import REGISTRY
from grantway.edges.web.dialect import Operation, Wire


def _both(wire: Wire[Any, Any]) -> tuple[Wire[Any, Any], ...]:
    """A wire of version 1, and the same of version 2."""
    return wire, replace(wire, path=VERSION_2 + wire.path.removeprefix(VERSION_1))


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
    *_both(
        Wire(
            operation=Operation.AUTHORIZE_FOR,
            methods=("GET",),
            path="/api/v1/oauth/authorize",
            decode=codec.decode_authorize_for,
            encode=codec.encode_authorize,
            refuse=errors.refuse,
        )
    ),
    *_both(
        Wire(
            operation=Operation.TOKEN,
            methods=("POST",),
            path="/api/v1/oauth/exchange",
            decode=codec.decode_exchange,
            encode=codec.encode_exchange,
            refuse=errors.refuse_exchange,
            readers="registered",
        )
    ),
    *_both(
        Wire(
            operation=Operation.TOKEN,
            methods=("POST",),
            path="/api/v1/oauth/token",
            decode=codec.decode_token,
            encode=codec.encode_token,
            refuse=errors.refuse_token,
            readers="registered",
        )
    ),
    *_both(
        Wire(
            operation=Operation.DEVICE,
            methods=("POST",),
            path="/api/v1/oauth/device/code",
            decode=codec.decode_device_code,
            encode=codec.encode_device_code,
            refuse=errors.refuse_token,
            readers="registered",
        )
    ),
    *_both(
        Wire(
            operation=Operation.DEVICE_REQUEST,
            methods=("GET",),
            path="/api/v1/oauth/device/verify",
            decode=codec.decode_device_question,
            encode=codec.encode_device_view,
            refuse=errors.refuse_call,
            readers="registered",
        )
    ),
    *_both(
        Wire(
            operation=Operation.DEVICE_REQUEST,
            methods=("POST",),
            path="/api/v1/oauth/device/verify",
            decode=codec.decode_device_decision,
            encode=codec.encode_device_view,
            refuse=errors.refuse_call,
            readers="registered",
        )
    ),
    Wire(
        operation=Operation.DEVICE_PAGE,
        methods=("GET",),
        path=codec.DEVICE_PAGE,
        decode=codec.decode_device_page,
        encode=codec.encode_device_page,
        refuse=errors.refuse_token,
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path="/api/v1/projects/GetAllProjects",
        decode=codec.decode_projects,
        encode=codec.encode_projects,
        refuse=errors.refuse_call,
        memory_first=True,
        readers="registered",
    ),
    *_both(
        Wire(
            operation=Operation.LAUNCHER,
            methods=("GET",),
            path="/api/v1/users/current/applications",
            decode=codec.decode_siblings,
            encode=codec.encode_siblings,
            refuse=errors.refuse_call,
            readers="registered",
        )
    ),
    *_both(
        Wire(
            operation=Operation.EXAMPLE_API,
            methods=("GET",),
            path="/api/v1/users/current",
            decode=codec.decode_current_user,
            encode=codec.encode_current_user,
            refuse=errors.refuse_call,
            memory_first=True,
            readers="registered",
        )
    ),
    *REGISTRY,
)
