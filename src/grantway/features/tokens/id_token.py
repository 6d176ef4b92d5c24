"""ID tokens: who signed in, when, for which client (OpenID Connect Core §2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec
from joserfc import jws

from grantway.core.assurance import signed_in_by
from grantway.core.claims import about, opened
from grantway.core.identifiers import from_text, to_text
from grantway.core.messages import Authorization, Origin
from grantway.core.model import SECOND, Application, Id
from grantway.core.scopes import ScopeSet
from grantway.core.secrets import decode, encode
from grantway.features.services import Services
from grantway.features.tokens.format import UNREADABLE
from grantway.features.tokens.signature import CompactWriter

LIFETIME = 600
"""Seconds. An ID token is read once, right after it is issued."""
TYPE = "JWT"
_LONGEST = 16_000


@dataclass(frozen=True, slots=True)
class Hint:
    """Whom an ID token of ours names: who signed in, and for which organization."""

    user_id: Id
    organization_id: Id | None


class IdTokens:
    """Mints ID tokens, and reads back the ones presented as hints."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._writer = CompactWriter(TYPE)

    def mint(
        self,
        application: Application,
        authorization: Authorization,
        origin: Origin,
        *,
        access_token: str,
        scopes: ScopeSet,
    ) -> str:
        """The signed ID token. Raises KeyMissing.

        Claims about the person stay at userinfo (Core §5.4), but for those that the application always
        wants here or the request asked for here, as far as the granted `scopes` give them.
        """
        sign_in, subject = authorization.sign_in, authorization.subject
        if sign_in is None or subject.id is None:
            raise ValueError("an ID token needs a user who signed in")
        mount = origin.mount
        algorithm = application.settings.at(origin.dialect).id_token_algorithm
        key = self._services.keyring.signing_key(mount, algorithm)
        issued_at = self._services.clock.now() // SECOND
        claims: dict[str, Any] = {
            "iss": self._services.issuer_of(mount),
            "sub": to_text(subject.id),
            "aud": application.client_id,
            "exp": issued_at + LIFETIME,
            "iat": issued_at,
            "auth_time": sign_in.auth_time // SECOND,
            **signed_in_by(sign_in.methods),
            "org": to_text(authorization.organization_id),
            "at_hash": _half_hash(access_token, algorithm),
        }
        if authorization.nonce is not None:
            claims["nonce"] = authorization.nonce
        if sign_in.session_id is not None:
            claims["sid"] = to_text(sign_in.session_id)
        return self._writer.write(key, _told(application, authorization, scopes) | claims)

    def read_hint(self, text: str, application: Application, mount: str) -> Hint | None:
        """Whom an `id_token_hint` names that we issued to this client, expired or not; else None.

        A key that was retired since is believed as long as it is kept: a hint opens nothing by itself.
        """
        if text.count(".") != 2 or len(text) > _LONGEST:
            return None
        try:
            header = msgspec.json.decode(decode(text.partition(".")[0]), type=dict[str, Any])
            if set(header) != {"typ", "alg", "kid"} or header["typ"] != TYPE:
                return None
            key = self._services.keyring.hint_key(mount, str(header["kid"]))
            if key is None:
                return None
            signed = jws.deserialize_compact(text, key.jwk, algorithms=[key.record.algorithm])
            claims = msgspec.json.decode(signed.payload, type=dict[str, Any])
        except UNREADABLE:
            return None
        issuer = self._services.issuer_of(mount)
        if claims.get("iss") != issuer or claims.get("aud") != application.client_id:
            return None
        user_id = from_text(str(claims.get("sub", "")))
        return Hint(user_id, from_text(str(claims.get("org", "")))) if user_id is not None else None


def _told(application: Application, authorization: Authorization, scopes: ScopeSet) -> dict[str, Any]:
    """The claims about the person. A scope that is held for single claims gives those and no others."""
    always, asked = application.settings.id_token_claims, authorization.claims
    user = authorization.party.user
    if user is None or not (always or (asked is not None and asked.id_token)):
        return {}
    narrowed, here = (asked.narrowed, asked.id_token) if asked is not None else ((), ())
    names = opened(scopes, (narrowed, here)).intersection((*always, *here))
    return {name: value for name, value in about(user).items() if name in names}


def _half_hash(access_token: str, algorithm: str) -> str:
    """`at_hash`: the left half of the hash of the access token (Core §3.1.3.6)."""
    name = "sha512" if algorithm == "EdDSA" else "sha256"
    whole = hashlib.new(name, access_token.encode("ascii")).digest()
    return encode(whole[: len(whole) // 2])
