"""The wires of the standard dialect."""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.standard import codec, decision, errors, paths
from grantway.edges.dialects.standard.discovery import describe
from grantway.edges.web import discovery, forms_of_clients
from grantway.edges.web.dialect import Operation, Wire

_DOCUMENT = discovery.MetadataDocument(describe)

ROUTES: tuple[Wire[Any, Any], ...] = (
    Wire(
        operation=Operation.AUTHORIZE,
        methods=("GET", "POST"),
        path=paths.AUTHORIZE,
        decode=codec.decode_authorize,
        encode=codec.encode_authorize,
        refuse=errors.refuse_page,
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path=paths.TOKEN,
        decode=codec.decode_token,
        encode=codec.encode_token,
        refuse=errors.refuse,
        memory_first=True,
        readers="registered",
    ),
    Wire(
        operation=Operation.DEVICE,
        methods=("POST",),
        path=paths.DEVICE,
        decode=codec.decode_device,
        encode=codec.encode_device,
        refuse=errors.refuse,
        readers="registered",
    ),
    Wire(
        operation=Operation.REVOKE,
        methods=("POST",),
        path=paths.REVOKE,
        decode=codec.decode_revoke,
        encode=codec.encode_revoke,
        refuse=errors.refuse,
        readers="registered",
    ),
    Wire(
        operation=Operation.INTROSPECT,
        methods=("POST",),
        path=paths.INTROSPECT,
        decode=codec.decode_introspect,
        encode=codec.encode_introspect,
        refuse=errors.refuse,
        memory_first=True,
    ),
    Wire(
        operation=Operation.DECISION,
        methods=("GET", "HEAD"),
        path=paths.DECISION,
        decode=decision.decode_forwarded,
        encode=decision.encode_forwarded,
        refuse=decision.refuse_forwarded,
        memory_first=True,
    ),
    Wire(
        operation=Operation.DECISION,
        methods=("POST",),
        path=paths.DECISION,
        decode=decision.decode_plain,
        encode=decision.encode_plain,
        refuse=errors.refuse_program,
        memory_first=True,
    ),
    Wire(
        operation=Operation.DECISION,
        methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        path=paths.BELOW_DECISION,
        decode=decision.decode_below,
        encode=decision.encode_forwarded,
        refuse=decision.refuse_forwarded,
        memory_first=True,
    ),
    Wire(
        operation=Operation.USERINFO,
        methods=("GET", "POST"),
        path=paths.USERINFO,
        decode=forms_of_clients.decode_userinfo,
        encode=codec.encode_userinfo,
        refuse=errors.refuse_bearer,
        memory_first=True,
        readers="registered",
    ),
    Wire(
        operation=Operation.LAUNCHER,
        methods=("GET",),
        path=paths.LAUNCHER,
        decode=codec.decode_siblings,
        encode=codec.encode_siblings,
        refuse=errors.refuse_bearer,
        readers="registered",
    ),
    Wire(
        operation=Operation.METADATA,
        methods=("GET",),
        path=paths.OPENID_CONFIGURATION,
        decode=discovery.decode_metadata,
        encode=_DOCUMENT.encode,
        refuse=errors.refuse,
        memory_first=True,
        readers="everyone",
    ),
    Wire(
        operation=Operation.METADATA,
        methods=("GET",),
        path=paths.AUTHORIZATION_SERVER,
        decode=discovery.decode_metadata,
        encode=_DOCUMENT.encode,
        refuse=errors.refuse,
        memory_first=True,
        readers="everyone",
    ),
    Wire(
        operation=Operation.KEYS,
        methods=("GET",),
        path=paths.KEYS,
        decode=discovery.decode_keys,
        encode=discovery.encode_keys,
        refuse=errors.refuse,
        memory_first=True,
        readers="everyone",
    ),
)
