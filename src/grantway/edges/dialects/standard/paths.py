"""Where the standard dialect's endpoints are, below its mount."""

from __future__ import annotations

AUTHORIZE = "/oauth/authorize"
TOKEN = "/oauth/token"
DEVICE = "/oauth/device_authorization"
REVOKE = "/oauth/revoke"
INTROSPECT = "/oauth/introspect"
DECISION = "/oauth/decision"
BELOW_DECISION = "/oauth/decision/{rest:path}"
USERINFO = "/oauth/userinfo"
LAUNCHER = "/oauth/launcher"
KEYS = "/oauth/jwks"
WELL_KNOWN = "/.well-known/"
OPENID_CONFIGURATION = "/.well-known/openid-configuration"
AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server"
