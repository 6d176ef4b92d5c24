"""Making a client secret: its text, its hash, and the copy that a policy keeps."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.installing import seal_purpose
from grantway.core.model import Application, Credential, Id, Instant
from grantway.core.ports import OrganizationDoor
from grantway.core.secrets import CLIENT_SECRET_PREFIX, Secret, encode
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class SecretDraft:
    """What a caller says about a secret. Its text is never theirs to choose.

    `organization_id` is the installing organization that it acts for; None: the owner.
    """

    label: str = ""
    expires_at: Instant | None = None
    organization_id: Id | None = None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret at the one moment when its text is known."""

    credential: Credential
    secret: Secret


@dataclass(frozen=True, slots=True)
class Whose:
    """The pair that a secret is for, and who makes it."""

    application: Application
    organization_id: Id
    installation_id: Id | None = None
    created_by: Id | None = None

    @property
    def is_copy_kept(self) -> bool:
        """Whether the reveal policy has a reader for it: without one a copy would only be a danger."""
        policy = self.application.settings.reveal
        if policy == "creator":
            return self.created_by is not None
        if policy == "api":
            return self.installation_id is not None
        return policy == "developers"


def make_secret(services: Services, door: OrganizationDoor, whose: Whose, draft: SecretDraft) -> NewSecret:
    """A fresh secret, stored. `door` is that of the application's owner."""
    secret = Secret(CLIENT_SECRET_PREFIX + encode(services.entropy.token_bytes(32)))
    pepper_id, digest = services.keyring.hash_secret(secret)
    identifier = services.entropy.new_id()
    sealed = None
    if whose.is_copy_kept:
        sealed = services.sealer.seal(seal_purpose(identifier), secret.reveal().encode())
    credential = Credential(
        id=identifier,
        application_id=whose.application.id,
        organization_id=whose.organization_id,
        digest=digest,
        pepper_id=pepper_id,
        hint=secret.reveal()[-4:],
        installation_id=whose.installation_id,
        label=draft.label,
        created_by=whose.created_by,
        created_at=services.clock.now(),
        expires_at=draft.expires_at,
        seal_key_id=services.sealer.key_id if sealed is not None else None,
    )
    door.insert_credential(credential, sealed=sealed)
    return NewSecret(credential, secret)
