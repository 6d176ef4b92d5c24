"""Authorization codes: what is remembered under one, and how it is found."""

from __future__ import annotations

import msgspec

from grantway.core.claims import GrantedClaims
from grantway.core.model import Id

KIND = "code"


class CodePayload(msgspec.Struct, frozen=True):
    """What a code stands for. Everything it is bound to is here or in the artifact's columns."""

    redirect_uri: str
    redirect_repeated: bool
    scopes: list[str]
    epochs: tuple[int, ...]
    auth_time: int
    methods: list[str]
    state: str | None = None
    code_challenge: str | None = None
    nonce: str | None = None
    resources: list[str] = []
    session_id: Id | None = None
    proof_key: str | None = None
    details: str | None = None
    voucher_id: Id | None = None
    claims: GrantedClaims | None = None
    mount: str | None = None
    """Where it was given, and is exchanged; None: it was made before codes had one, or for a device."""


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(CodePayload).decode
