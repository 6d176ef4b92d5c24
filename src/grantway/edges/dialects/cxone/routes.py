"""The wires of the cxone dialect (wire table 3b)."""

from __future__ import annotations

from typing import Any

from grantway.edges.dialects.cxone import codec, errors, paths
from grantway.edges.web import discovery, forms_of_clients
from grantway.edges.web.dialect import Operation, Wire

_DOCUMENT = discovery.MetadataDocument(codec.describe)

ROUTES: tuple[Wire[Any, Any], ...] = (
    Wire(
        operation=Operation.AUTHORIZE,
        methods=("GET", "POST"),
        path=paths.AUTHORIZE,
        decode=codec.decode_authorize,
        encode=codec.encode_authorize,
        refuse=errors.refuse_authorize,
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path=paths.TOKEN,
        decode=codec.decode_token,
        encode=codec.encode_token,
        refuse=errors.refuse_token,
        readers="registered",
    ),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path=paths.ACCESS_KEY_TOKEN,
        decode=codec.decode_key,
        encode=codec.encode_key,
        refuse=errors.refuse_token,
    ),
    Wire(
        operation=Operation.USERINFO,
        methods=("GET", "POST"),
        path=paths.USERINFO,
        decode=forms_of_clients.decode_userinfo,
        encode=codec.encode_userinfo,
        refuse=errors.refuse_userinfo,
        memory_first=True,
        readers="registered",
    ),
    Wire(
        operation=Operation.METADATA,
        methods=("GET",),
        path=paths.OPENID_CONFIGURATION,
        decode=discovery.decode_metadata,
        encode=_DOCUMENT.encode,
        refuse=errors.refuse_call,
        memory_first=True,
        readers="everyone",
    ),
    Wire(
        operation=Operation.KEYS,
        methods=("GET",),
        path=paths.KEYS,
        decode=discovery.decode_keys,
        encode=discovery.encode_keys,
        refuse=errors.refuse_call,
        memory_first=True,
        readers="everyone",
    ),
    Wire(
        operation=Operation.TENANT,
        methods=("GET",),
        path=paths.TENANT_CONFIGURATION,
        decode=codec.decode_tenant,
        encode=codec.encode_tenant,
        refuse=errors.refuse_call,
        memory_first=True,
        readers="everyone",
    ),
    Wire(
        operation=Operation.EXAMPLE_API,
        methods=("GET",),
        path=paths.ASSOCIATIONS,
        decode=codec.decode_associations,
        encode=codec.encode_associations,
        refuse=errors.refuse_call,
        memory_first=True,
        readers="registered",
    ),
)
