"""A request that waits for a person: what is remembered between the pages, and for which browser."""

from __future__ import annotations

import msgspec

from grantway.core.messages import ResponseMode
from grantway.core.model import MINUTE, Artifact, Id, Instant
from grantway.core.secrets import digest

KIND = "pending"
LIFETIME: Instant = 60 * MINUTE


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A verified authorization request. Nothing security-relevant of it is in the browser (V054)."""

    application_id: Id
    client_id: str
    mount: str
    dialect: str
    redirect_uri: str
    redirect_repeated: bool
    mode: ResponseMode
    names_issuer: bool
    created_at: Instant
    scopes: list[str] | None = None
    state: str | None = None
    state_repeated: bool = False
    nonce: str | None = None
    code_challenge: str | None = None
    resources: list[str] = []
    prompts: list[str] = []
    max_age: int | None = None
    login_hint: str | None = None
    ui_locales: str | None = None
    hinted_user: Id | None = None
    error: str | None = None
    """Id of a refusal found after the redirect was verified. It is told after sign-in (C065)."""
    browser: str | None = None
    organization_id: Id | None = None
    asked_in: Id | None = None
    """The organization whose admins were asked to let the application in, in the course of this request."""
    consented_for: tuple[Id, Id] | None = None
    """User and organization that consent was given for in this request, and for no other."""

    @property
    def is_silent(self) -> bool:
        """`prompt=none`: the person may not be asked anything."""
        return "none" in self.prompts


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Pending).decode


def artifact_of(handle: str, pending: Pending) -> Artifact:
    """The stored form, found by the hash of the handle."""
    return Artifact(
        kind=KIND,
        key=digest(handle),
        payload=encode(pending),
        created_at=pending.created_at,
        expires_at=pending.created_at + LIFETIME,
        application_id=pending.application_id,
        organization_id=pending.organization_id,
        dialect=pending.dialect,
    )
