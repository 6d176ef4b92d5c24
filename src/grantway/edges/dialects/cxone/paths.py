"""Where the cxone dialect's endpoints are, below its mount (wire table 3b)."""

from __future__ import annotations

AUTHORIZE = "/auth/authorize"
TOKEN = "/auth/token"
USERINFO = "/auth/userinfo"
KEYS = "/auth/jwks"
OPENID_CONFIGURATION = "/.well-known/openid-configuration"
TENANT_CONFIGURATION = "/.well-known/cxone-configuration"
ACCESS_KEY_TOKEN = "/authentication/v1/token/access-key"
ASSOCIATIONS = "/account-access/v1/associations"
