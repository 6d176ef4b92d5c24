"""What stands in a token for the APIs it is for (RFC 9068 §2.2)."""

from __future__ import annotations

from grantway.core.model import Api


def audience_of(apis: tuple[Api, ...], issuer: str) -> tuple[str, ...]:
    """The `aud` of a token: the APIs' identifiers; for Grantway's own two, addresses under the issuer."""
    return tuple(identifier_of(api, issuer) for api in apis) or (issuer,)


def identifier_of(api: Api, issuer: str) -> str:
    """The audience that stands for an API."""
    if api.builtin == "identity":
        return issuer
    if api.builtin == "management":
        return f"{issuer}/api/v1"
    return api.identifier
