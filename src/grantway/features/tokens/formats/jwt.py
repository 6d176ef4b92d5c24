"""JWT access tokens of RFC 9068."""

from __future__ import annotations

from grantway.core.model import TokenFormat
from grantway.features.tokens.signed_jwt import SignedJwt


class Jwt(SignedJwt):
    """What the standard has, and nothing beside."""

    name: TokenFormat = "jwt"
