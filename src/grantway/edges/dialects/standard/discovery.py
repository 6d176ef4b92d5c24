"""What the standard dialect publishes of itself (RFC 8414, OpenID Discovery)."""

from __future__ import annotations

from typing import Any

from grantway.core.messages import Metadata
from grantway.edges.dialects.standard import paths

_CLIENT_METHODS = ["client_secret_basic", "client_secret_post"]


def describe(metadata: Metadata, base_url: str, locales: tuple[str, ...]) -> dict[str, Any]:
    """What this server can do, and no more: every line is true of some request (V055)."""
    return {
        "issuer": metadata.issuer,
        "authorization_endpoint": base_url + paths.AUTHORIZE,
        "token_endpoint": base_url + paths.TOKEN,
        "device_authorization_endpoint": base_url + paths.DEVICE,
        "revocation_endpoint": base_url + paths.REVOKE,
        "introspection_endpoint": base_url + paths.INTROSPECT,
        "userinfo_endpoint": base_url + paths.USERINFO,
        "jwks_uri": base_url + paths.KEYS,
        "scopes_supported": list(metadata.scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": list(metadata.grant_types),
        "token_endpoint_auth_methods_supported": [*_CLIENT_METHODS, "none"],
        "revocation_endpoint_auth_methods_supported": [*_CLIENT_METHODS, "none"],
        "introspection_endpoint_auth_methods_supported": _CLIENT_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(metadata.id_token_algorithms),
        "claim_types_supported": ["normal"],
        "claims_supported": list(metadata.claims),
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": list(locales),
        "claims_parameter_supported": True,
        "acr_values_supported": list(metadata.acr_values),
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
