"""How an access token is written. One file per format, and `ALL`.

A format mints a text from facts, and reads a text back: None where it is not its own, the facts, or
`MineButBad`. Which format reads a text is chosen by mount and prefix, never by the token itself.
"""

from __future__ import annotations

from grantway.features.tokens.formats.bare_jwt import BareJwt
from grantway.features.tokens.formats.jwt import Jwt
from grantway.features.tokens.formats.opaque import Opaque
from grantway.features.tokens.formats.opaque_hex import OpaqueHex
from grantway.features.tokens.formats.tenant_jwt import TenantJwt

ALL = (Opaque, OpaqueHex, Jwt, BareJwt, TenantJwt)
