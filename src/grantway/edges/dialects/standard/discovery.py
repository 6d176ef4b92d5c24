"""What the standard dialect publishes of itself: metadata and keys (RFC 8414, OpenID Discovery)."""

from __future__ import annotations

from typing import Any

import msgspec

from grantway.core.messages import Metadata
from grantway.edges.dialects.standard import paths
from grantway.edges.web.dialect import AskKeys, AskMetadata, JsonWebKeys
from grantway.edges.web.documents import tag_of
from grantway.edges.web.requests import HttpAnswer, HttpRequest

CACHE_SECONDS = 300
"""How long others may keep these documents. A signing key is announced longer than this before its use."""

_CACHE = ("cache-control", f"public, max-age={CACHE_SECONDS}")
_CLIENT_METHODS = ["client_secret_basic", "client_secret_post"]


def decode_metadata(request: HttpRequest) -> AskMetadata:
    """Parameters of these addresses are ignored: there is one document for everybody."""
    return AskMetadata(request.mount.name)


def decode_keys(request: HttpRequest) -> AskKeys:
    """The keys of this mount's ring."""
    return AskKeys(request.mount.name)


class MetadataDocument:
    """The document, written once for each state of the server that it describes."""

    def __init__(self) -> None:
        self._written: tuple[Metadata, str, HttpAnswer] | None = None

    def encode(self, outcome: Metadata, request: HttpRequest) -> HttpAnswer:
        """The same bytes and the same entity tag until something in them changes."""
        written, base_url = self._written, request.mount.base_url
        if written is None or written[0] != outcome or written[1] != base_url:
            document = describe(outcome, base_url, request.server.pages.locales)
            written = self._written = (outcome, base_url, _published(document))
        return written[2]


def encode_keys(outcome: JsonWebKeys, request: HttpRequest) -> HttpAnswer:
    """A JWK set. Keys that are not used yet are in it, so that verifiers know them in time."""
    return _published({"keys": outcome})


def _published(document: object) -> HttpAnswer:
    """A public document with its entity tag."""
    body = msgspec.json.encode(document)
    return HttpAnswer(200, body, headers=(_CACHE, ("etag", tag_of(body))))


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
