"""What a token says about itself, sealed inside it, whatever its format."""

from __future__ import annotations

import msgspec

from grantway.core.claims import Held
from grantway.core.exchange import Behind
from grantway.core.model import Epochs, Id, SubjectKind


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The sealed content of an access token (data model §6). Times are in seconds since 1970."""

    token_id: int
    mount: str
    application: Id
    application_epoch: int
    organization: Id
    organization_epoch: int
    installation_epoch: int
    subject_kind: SubjectKind
    subject: Id | None
    subject_reference: str | None
    user_epoch: int
    membership_epoch: int
    grant: Id | None
    credential: Id | None
    scopes: str
    audience: tuple[str, ...]
    issued_at: int
    expires_at: int
    auth_time: int | None = None
    proof_key: str | None = None
    details: str | None = None
    session: int | None = None
    """What it is found dead under once the session it was made in ends: see `core.sessions.mark_of`."""
    consent_epoch: int = 0
    voucher: Id | None = None
    methods: tuple[str, ...] = ()
    """How the person signed in."""
    claims: Held | None = None
    """What userinfo gives by name, of scopes that give no more than that."""
    access_key: Id | None = None
    access_key_epoch: int = 0
    behind: Behind | None = None
    """The token that it was made with, and dies with."""

    @property
    def is_users(self) -> bool:
        """Whether it speaks for a person."""
        return self.subject_kind == "user"

    @property
    def epochs(self) -> Epochs:
        """The epochs of what it stands on, as they were."""
        return Epochs(
            application=self.application_epoch,
            organization=self.organization_epoch,
            installation=self.installation_epoch,
            user=self.user_epoch,
            membership=self.membership_epoch,
            consent=self.consent_epoch,
        )

    def as_behind(self) -> Behind:
        """What of this token another one dies with that is made with it."""
        return Behind(
            self.application,
            self.application_epoch,
            self.token_id,
            self.session,
            self.credential,
            self.voucher,
        )
