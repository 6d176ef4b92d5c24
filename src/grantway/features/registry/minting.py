"""Making a client secret: its text, its hash, and the copy that a policy keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grantway.core.foreign_secrets import SHORT_SECRET, ForeignSecret
from grantway.core.installing import seal_purpose
from grantway.core.model import Application, Credential, Id, Instant
from grantway.core.ports import OrganizationDoor
from grantway.core.secrets import CLIENT_SECRET_PREFIX, Secret, digest, encode
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
    pepper_id, stored = services.keyring.hash_secret(secret)
    credential, sealed = _kept(services, whose, draft, secret)
    credential = replace(credential, digest=stored, pepper_id=pepper_id, hint=secret.reveal()[-4:])
    door.insert_credential(credential, sealed=sealed)
    return NewSecret(credential, secret)


def import_secret(
    services: Services, door: OrganizationDoor, whose: Whose, draft: SecretDraft, secret: ForeignSecret
) -> Credential:
    """A secret that another server made, stored. What came as it is gets our hash at once."""
    plain = None if secret.is_hash else secret.text
    pepper_id, stored = services.keyring.hash_secret(secret.text)
    credential, sealed = _kept(services, whose, draft, plain)
    text = secret.text.reveal()
    credential = replace(
        credential,
        # Of a hash that is not ours nothing is looked up by this.
        digest=_mark(secret) if secret.is_hash else stored,
        pepper_id=pepper_id,
        hint=text[-4:] if plain is not None and len(text) >= SHORT_SECRET else "",
        imported=secret.kind,
        foreign_text=text if secret.is_hash else None,
        source=_mark(secret) if secret.is_hash else None,
    )
    door.insert_credential(credential, sealed=sealed)
    return credential


def is_same(services: Services, credential: Credential, secret: ForeignSecret) -> bool:
    """Whether a stored credential, live or revoked, is what an import brings."""
    if secret.is_hash:
        return credential.source == _mark(secret)
    return credential.digest in services.keyring.secret_digests(secret.text)


def _mark(secret: ForeignSecret) -> bytes:
    return digest(f"imported|{secret.text.reveal()}")


def _kept(
    services: Services, whose: Whose, draft: SecretDraft, secret: Secret | None
) -> tuple[Credential, bytes | None]:
    """A credential without its hash, and the sealed copy that the policy keeps where the text is known."""
    identifier = services.entropy.new_id()
    sealed = None
    if secret is not None and whose.is_copy_kept:
        sealed = services.sealer.seal(seal_purpose(identifier), secret.reveal().encode())
    credential = Credential(
        id=identifier,
        application_id=whose.application.id,
        organization_id=whose.organization_id,
        digest=b"",
        pepper_id=0,
        hint="",
        installation_id=whose.installation_id,
        label=draft.label,
        created_by=whose.created_by,
        created_at=services.clock.now(),
        expires_at=draft.expires_at,
        seal_key_id=services.sealer.key_id if sealed is not None else None,
    )
    return credential, sealed
