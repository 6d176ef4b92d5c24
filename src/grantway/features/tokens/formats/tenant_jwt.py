"""A JWT that names tenant, role and person in clear, for clients that find their way by them (C67)."""

from __future__ import annotations

from typing import Any

from grantway.core.model import TokenFormat
from grantway.features.tokens.format import Minting
from grantway.features.tokens.signed_jwt import SignedJwt

_PROFILE = "profile"


class TenantJwt(SignedJwt):
    """The same token as `jwt`, and what is in force is in its envelope alike: nothing here is believed."""

    name: TokenFormat = "tenant_jwt"

    def told(self, minting: Minting) -> dict[str, Any]:
        """The tenant and the role; the person's names where the token may tell them (C69)."""
        party = minting.party
        if party is None:
            return {}
        told: dict[str, Any] = {"tenantId": minting.organization, "tenant": party.organization.name}
        if party.role is not None:
            told["role"] = {"id": party.role, "secondaryRoles": []}
        user = party.user
        if user is not None and _PROFILE in minting.facts.scopes.split():
            names = {"name": user.name, "given_name": user.given_name, "family_name": user.family_name}
            told |= {name: value for name, value in names.items() if value is not None}
        return told
