"""JWTs that this server signs and reads back, with the envelope as their `jti`: what their formats share."""

from __future__ import annotations

from typing import Any

import msgspec
from joserfc import jws

from grantway.core.assurance import signed_in_by
from grantway.core.model import Algorithm, TokenFormat
from grantway.core.secrets import decode, digest
from grantway.features.memory.bounded import Bounded
from grantway.features.memory.keyring import Keyring
from grantway.features.tokens.envelope import EnvelopeBroken, Envelopes
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import UNREADABLE, MineButBad, Minting
from grantway.features.tokens.signature import CompactWriter

TYPE = "at+jwt"
_LONGEST = 12_000
_REMEMBERED = 10_000


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    """Exactly the members that we write; anything else (`crit`, `jwk`, `jku`, ..) is not ours."""

    typ: str
    alg: Algorithm
    kid: str


class SignedJwt:
    """A token that a resource server can check by itself. Each format says what it tells in clear."""

    name: TokenFormat

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._envelopes = Envelopes(keyring, self.name)
        self._writer = CompactWriter(TYPE)
        self._checked: Bounded[tuple[str, bytes], tuple[str, Facts]] = Bounded(_REMEMBERED)

    def mint(self, minting: Minting) -> str:
        """The token's text (RFC 9068 §2.2). Raises KeyMissing."""
        facts = minting.facts
        key = self._keyring.signing_key(facts.mount, minting.algorithm)
        claims: dict[str, Any] = {
            "iss": minting.issuer,
            "sub": minting.subject,
            "aud": facts.audience[0] if len(facts.audience) == 1 else list(facts.audience),
            "client_id": minting.client_id,
            "org": minting.organization,
            "scope": facts.scopes,
            "iat": facts.issued_at,
            "exp": facts.expires_at,
            "jti": self._envelopes.seal(facts),
        }
        if facts.subject_kind == "service_account":
            claims["subject_kind"] = facts.subject_kind
        if facts.auth_time is not None:
            claims["auth_time"] = facts.auth_time
        if facts.methods:
            claims |= signed_in_by(facts.methods)
        if facts.proof_key is not None:
            claims["cnf"] = {"jkt": facts.proof_key}
        return self._writer.write(key, claims | self.told(minting))

    def told(self, minting: Minting) -> dict[str, Any]:
        """What is written in clear beside, for those who read more in a token than they have to."""
        return {}

    def read(self, text: str, mount: str) -> Facts | None:
        """The facts of a JWT that this server signed for this mount. Raises MineButBad.

        The header selects among our own published keys by `kid`; the key's own algorithm is the
        only one tried (RFC 8725 §3.1, V063-V066). A text whose signature was checked once is known by
        its hash, so that the check is paid once per token and process; its key must still be published.
        """
        if text.count(".") != 2 or len(text) > _LONGEST:
            return None
        known = (mount, digest(text))
        checked = self._checked.get(known)
        if checked is not None and self._keyring.verifying_key(mount, checked[0]) is not None:
            return checked[1]
        try:
            kid, facts = self._read(text, mount)
        except (*UNREADABLE, EnvelopeBroken) as failure:
            raise MineButBad from failure
        self._checked.put(known, (kid, facts))
        return facts

    def _read(self, text: str, mount: str) -> tuple[str, Facts]:
        header = msgspec.json.decode(decode(text.partition(".")[0]), type=_Header)
        key = self._keyring.verifying_key(mount, header.kid)
        if key is None or header.typ != TYPE or header.alg != key.record.algorithm:
            raise MineButBad
        payload = jws.deserialize_compact(text, key.jwk, algorithms=[key.record.algorithm]).payload
        if decode(text.rpartition(".")[2]) == b"":
            raise MineButBad
        claims = msgspec.json.decode(payload, type=dict[str, Any])
        return header.kid, self._envelopes.open(claims["jti"], mount)
