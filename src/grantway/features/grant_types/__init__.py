"""The grant types: one file each, and `ALL`. The contract is `features.redemption.GrantType`.

A grant type decides who and for which organization. It computes no scopes, signs nothing and knows
no other grant type.
"""

from __future__ import annotations

from grantway.features.grant_types.access_key import AccessKeyToken
from grantway.features.grant_types.authorization_code import AuthorizationCode
from grantway.features.grant_types.client_credentials import ClientCredentials
from grantway.features.grant_types.device_code import DeviceCode
from grantway.features.grant_types.refresh_token import RefreshToken
from grantway.features.grant_types.service_account import ServiceAccountToken
from grantway.features.grant_types.token_exchange import TokenExchange
from grantway.features.redemption import GrantType
from grantway.features.services import Services
from grantway.features.tokens.verify import Verifier

_OF_SERVICES = (
    AuthorizationCode,
    ClientCredentials,
    RefreshToken,
    ServiceAccountToken,
    DeviceCode,
    AccessKeyToken,
)
ALL = (*_OF_SERVICES, TokenExchange)


def all_of(services: Services, verifier: Verifier) -> tuple[GrantType, ...]:
    """Every grant type. The one that reads tokens of ours has the one check of them."""
    return (*(kind(services) for kind in _OF_SERVICES), TokenExchange(services, verifier))
