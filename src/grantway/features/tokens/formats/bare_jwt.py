"""A bare JWT: HS256, no `kid`, `iss`, `aud` or `scope`; the envelope stands in `apiKey` (D53, D54)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from grantway.core.model import TokenFormat
from grantway.core.secrets import decode, digest
from grantway.features.keys.opening import OpenedSigningKey
from grantway.features.memory.bounded import Bounded
from grantway.features.memory.keyring import Keyring
from grantway.features.tokens.envelope import EnvelopeBroken, Envelopes
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import UNREADABLE, MineButBad, Minting
from grantway.features.tokens.signature import CompactWriter

_HEADER = {"alg": "HS256", "typ": "JWT"}
_LONGEST = 12_000
_REMEMBERED = 10_000


class BareJwt:
    """The token of systems whose resource servers share one symmetric key."""

    name: TokenFormat = "bare_jwt"

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._envelopes = Envelopes(keyring, "bare_jwt")
        self._writer = CompactWriter("JWT", with_kid=False)
        self._checked: Bounded[tuple[str, bytes], tuple[str, Facts]] = Bounded(_REMEMBERED)

    def mint(self, minting: Minting) -> str:
        """The token's text: `sub` and `name` are the user's address in lower case (D54)."""
        facts = minting.facts
        key = self._keyring.signing_key(facts.mount, "HS256")
        who = (minting.email or minting.subject).lower()
        claims = {
            "sub": who,
            "name": who,
            "jti": str(UUID(bytes=self._keyring.nonce() + facts.token_id.to_bytes(8, "big")[4:], version=4)),
            "iat": facts.issued_at,
            "exp": facts.expires_at,
            "apiKey": self._envelopes.seal(facts),
        }
        return self._writer.write(key, claims)

    def read(self, text: str, mount: str) -> Facts | None:
        """The facts, tried with the mount's current key, then those before it. Raises MineButBad.

        A text whose signature was checked once is known by its hash: the check is paid once per token and
        process. The key that it fitted must still be among those that are believed.
        """
        if text.count(".") != 2 or len(text) > _LONGEST:
            return None
        keys = self._keyring.verifying_keys(mount, "HS256")
        known = (mount, digest(text))
        checked = self._checked.get(known)
        if checked is not None and any(key.record.kid == checked[0] for key in keys):
            return checked[1]
        try:
            if msgspec.json.decode(decode(text.partition(".")[0])) != _HEADER:
                raise MineButBad
            decode(text.rpartition(".")[2])
            kid, claims = _checked_by(keys, text)
            facts = self._envelopes.open(claims["apiKey"], mount)
        except (*UNREADABLE, EnvelopeBroken) as failure:
            raise MineButBad from failure
        self._checked.put(known, (kid, facts))
        return facts


def _checked_by(keys: tuple[OpenedSigningKey, ...], text: str) -> tuple[str, dict[str, Any]]:
    """The key that a text was signed with, and its claims. Raises MineButBad."""
    for key in keys:
        try:
            payload = jws.deserialize_compact(text, key.jwk, algorithms=["HS256"]).payload
        except JoseError:
            continue
        return key.record.kid, msgspec.json.decode(payload, type=dict[str, Any])
    raise MineButBad
