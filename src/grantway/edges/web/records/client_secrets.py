"""Client secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from grantway.core.errors import (
    RECORD_LOCKED,
    RECORD_NO_SECRETS,
    RECORD_NOT_FOUND,
    RECORD_SUSPENDED,
    RECORD_TOO_MANY,
    NotFound,
)
from grantway.core.identifiers import to_text
from grantway.core.model import Credential
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.applications import APPLICATIONS
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    about,
    id_of,
    instant_if,
    text_of,
    time_if,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import APPLICATIONS_READ, SECRETS_WRITE
from grantway.features.registry.minting import SecretDraft

TAG = "Secrets"
SECRETS = APPLICATIONS + "/{application_id}/secrets"
Label: TypeAlias = Annotated[
    str,
    about(
        _("What it is for, to tell it from others."),
        "production",
        title=_("Label"),
        maxLength=fields.LONGEST_NAME,
    ),
]

ZonedTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class SecretAnswer(msgspec.Struct, frozen=True):
    """A client secret, without its text."""

    id: IdText
    application_id: IdText
    organization_id: Annotated[str, about("The organization that it acts for.", "7tKdZ2wQx1")]
    label: Label
    hint: Annotated[str, about("The last four characters.", "hQ7c")]
    created_by: Annotated[str | None, about("The user who made it.", "5hB2pLr9Qa")]
    created_at: CreatedAt
    expires_at: Annotated[datetime | None, about("When it stops; null for never.", "2027-11-21T09:30:00Z")]
    revoked_at: Annotated[datetime | None, about("When it was revoked.", None)]
    last_used_at: Annotated[datetime | None, about("When it was last used, to some seconds.", None)]
    last_used_from: Annotated[str | None, about("The address it was last used from.", "198.51.100.7")]
    kept: Annotated[bool, about("Whether a sealed copy is kept, by the application's policy.", False)]
    revealed_at: Annotated[datetime | None, about("When the copy was last read.", None)]
    revealed_by: Annotated[str | None, about("Who read it; null with a time: the application itself.", None)]
    imported: Annotated[
        str | None,
        about("How another server had it: rotate it, it may be weak. Null for one that was made here.", None),
    ]


class SecretMade(SecretAnswer, frozen=True):
    """A new client secret with its text. Whether it can be read again is the policy's to say."""

    secret: Annotated[
        str,
        about(
            "The secret. Store it now; unless `kept`, it is shown this once.",
            "gws_EXAMPLE-0000000000000000000000000000000000",
        ),
    ] = ""


class SecretCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new client secret. Its text is ours to choose."""

    label: Label = ""
    expires_at: Annotated[
        ZonedTime | None, about(_("When it stops; left out for never."), None, title=_("Expires"))
    ] = None
    organization: Annotated[
        IdText | None,
        about("An organization that installed the application; left out for your own.", None),
    ] = None


def _members_of(credential: Credential) -> dict[str, object]:
    return {
        "id": to_text(credential.id),
        "application_id": to_text(credential.application_id),
        "organization_id": to_text(credential.organization_id),
        "label": credential.label,
        "hint": credential.hint,
        "created_by": text_of(credential.created_by),
        "created_at": time_of(credential.created_at),
        "expires_at": time_if(credential.expires_at),
        "revoked_at": time_if(credential.revoked_at),
        "last_used_at": time_if(credential.last_used_at),
        "last_used_from": credential.last_used_from,
        "kept": credential.seal_key_id is not None,
        "revealed_at": time_if(credential.revealed_at),
        "revealed_by": text_of(credential.revealed_by),
        "imported": credential.imported,
    }


def list_secrets(features: RecordFeatures, call: Call) -> Listing:
    """The secrets of an application."""
    found = features.credentials.listed(
        call.tx, call.caller, call.organization_id, application_id=call.ids["application_id"]
    )
    items = (msgspec.convert(_members_of(one), SecretAnswer) for one in found)
    return Listing.of_all(zip(items, (one.id for one in found), strict=True), call.page)


def read_secret(features: RecordFeatures, call: Call) -> Reply:
    """One secret without its text, as the audit log tells of it. Raises NotFound."""
    found = features.credentials.listed(
        call.tx, call.caller, call.organization_id, application_id=call.ids["application_id"]
    )
    for credential in found:
        if credential.id == call.ids["secret_id"]:
            return Reply(msgspec.convert(_members_of(credential), SecretAnswer))
    raise NotFound(RECORD_NOT_FOUND)


def create_secret(features: RecordFeatures, call: Call) -> Reply:
    """Make a secret."""
    body: SecretCreate = call.body
    made = features.credentials.issue(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        draft=SecretDraft(
            label=body.label,
            expires_at=instant_if(body.expires_at),
            organization_id=id_of(body.organization) if body.organization is not None else None,
        ),
    )
    values = {**_members_of(made.credential), "secret": made.secret.reveal()}
    return Reply(msgspec.convert(values, SecretMade))


def revoke_secret(features: RecordFeatures, call: Call) -> Reply:
    """End a secret."""
    features.credentials.revoke(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        credential_id=call.ids["secret_id"],
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listSecrets",
        method="GET",
        path=SECRETS,
        tag=TAG,
        summary="List the secrets",
        description="All of them, the revoked ones too, by labels and hints. No answer repeats a secret.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=SecretAnswer,
        is_list=True,
        handler=list_secrets,
    ),
    Operation(
        id="createSecret",
        method="POST",
        path=SECRETS,
        tag=TAG,
        summary="Make a secret",
        description=(
            "Shown in this answer, and again only where the application's `reveal` keeps a copy. Others "
            "stay "
            "valid, so a rotation is: make one, bring it out, revoke the old one. With `organization` it "
            "is "
            "the secret with which the application acts for an organization that installed it. Send an "
            "`Idempotency-Key` to be able to repeat the call if the answer is lost."
        ),
        permission=SECRETS_WRITE,
        tenant=Tenant.PATH,
        request=SecretCreate,
        answer=SecretMade,
        status=201,
        errors=(RECORD_LOCKED, RECORD_SUSPENDED, RECORD_NO_SECRETS, RECORD_TOO_MANY),
        audit=Audited(action="secret.create", target="id", record=SecretAnswer),
        handler=create_secret,
    ),
    Operation(
        id="revokeSecret",
        method="DELETE",
        path=SECRETS + "/{secret_id}",
        tag=TAG,
        summary="Revoke a secret",
        description="It stops working at once, with the tokens that the application got with it for itself.",
        permission=SECRETS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        audit=Audited(action="secret.revoke", target="secret_id", record=SecretAnswer, before=read_secret),
        handler=revoke_secret,
    ),
)
