"""Access keys of people and service accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.access_keys import AccessKey, AccessKeyFilter
from grantway.core.errors import RECORD_RANK, RECORD_TOO_MANY
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    State,
    StoppedBy,
    Version,
    about,
    changes_of,
    id_of,
    instant_if,
    text_of,
    time_if,
    time_of,
)
from grantway.features import fields
from grantway.features.access.permissions import ACCESS_KEYS_READ, ACCESS_KEYS_WRITE
from grantway.features.accounts.access_keys import AccessKeyDraft

TAG = "Access keys"
ACCESS_KEYS = "/organizations/{organization_id}/access-keys"
Label: TypeAlias = Annotated[
    str, about("What it is for, to tell it from others.", "nightly report", maxLength=fields.LONGEST_NAME)
]
ZonedTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class AccessKeyAnswer(msgspec.Struct, frozen=True):
    """An access key, without its secret. Its `id` is what is presented with the secret."""

    id: IdText
    organization_id: IdText
    label: Label
    state: State
    stopped_by_rank: StoppedBy
    user_id: Annotated[str | None, about("The person who owns it.", "5hB2pLr9Qa")]
    service_account_id: Annotated[str | None, about("The service account that owns it.", None)]
    application_id: Annotated[
        str | None,
        about("The only application that may use it; null: those of its own organization.", None),
    ]
    hint: Annotated[str, about("The last four characters of the secret.", "hQ7c")]
    powers: Annotated[
        tuple[str, ...],
        about(
            "The scopes of this API that its tokens may carry: no more than its maker held.", ["members:read"]
        ),
    ]
    created_by: Annotated[str | None, about("The user who made it.", "5hB2pLr9Qa")]
    created_at: CreatedAt
    expires_at: Annotated[datetime, about("When it stops.", "2027-02-19T09:30:00Z")]
    last_used_at: Annotated[datetime | None, about("When it was last used, to some seconds.", None)]
    last_used_from: Annotated[str | None, about("The address it was last used from.", "198.51.100.7")]
    version: Version


class AccessKeyMade(AccessKeyAnswer, frozen=True):
    """A new access key with its secret, which no other answer shows."""

    secret: Annotated[
        str,
        about(
            "The secret. Store it now; it is shown this once.",
            "gwk_EXAMPLE-0000000000000000000000000000000000",
        ),
    ] = ""


class AccessKeyCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new access key: your own, or that of a service account. Its secret is ours to choose."""

    label: Label = ""
    application: Annotated[
        IdText | None,
        about("The only application that may use it; left out for those of its own organization.", None),
    ] = None
    client_id: Annotated[str | None, about("The same application by its client id.", None, maxLength=255)] = (
        None
    )
    service_account: Annotated[
        IdText | None, about("The service account that it is for; left out for yourself.", None)
    ] = None
    expires_at: Annotated[
        ZonedTime | None, about("When it stops, within 366 days; left out for 90 days.", None)
    ] = None


class AccessKeyPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about an access key."""

    label: Label | UnsetType = UNSET
    state: State | UnsetType = UNSET


def _members_of(key: AccessKey) -> dict[str, object]:
    return {
        "id": to_text(key.id),
        "organization_id": to_text(key.organization_id),
        "label": key.label,
        "state": key.state,
        "stopped_by_rank": key.stopped_by_rank,
        "user_id": text_of(key.user_id),
        "service_account_id": text_of(key.service_account_id),
        "application_id": text_of(key.application_id),
        "hint": key.hint,
        "powers": tuple(sorted(key.powers)),
        "created_by": text_of(key.created_by),
        "created_at": time_of(key.created_at),
        "expires_at": time_of(key.expires_at),
        "last_used_at": time_if(key.last_used_at),
        "last_used_from": key.last_used_from,
        "version": key.version,
    }


def answer_of(key: AccessKey) -> AccessKeyAnswer:
    """The record as it is answered."""
    return msgspec.convert(_members_of(key), AccessKeyAnswer)


def list_access_keys(features: RecordFeatures, call: Call) -> Listing:
    """The access keys that the caller may see."""
    user, account = call.query.get("user"), call.query.get("service_account")
    only = AccessKeyFilter(
        id_of(user) if user is not None else None, id_of(account) if account is not None else None
    )
    found = features.access_keys.listed(call.tx, call.caller, call.organization_id, page=call.page, only=only)
    return Listing(tuple(map(answer_of, found)), tuple(key.id for key in found))


def create_access_key(features: RecordFeatures, call: Call) -> Reply:
    """Make an access key."""
    body: AccessKeyCreate = call.body
    draft = AccessKeyDraft(
        label=body.label,
        application_id=id_of(body.application) if body.application is not None else None,
        service_account_id=id_of(body.service_account) if body.service_account is not None else None,
        expires_at=instant_if(body.expires_at),
        client_id=body.client_id,
    )
    made = features.access_keys.create(call.tx, call.caller, call.organization_id, draft)
    values = {**_members_of(made.key), "secret": made.secret.reveal()}
    answer = msgspec.convert(values, AccessKeyMade)
    place = f"/organizations/{answer.organization_id}/access-keys/{answer.id}"
    return Reply(answer, made.key.version, place)


def read_access_key(features: RecordFeatures, call: Call) -> Reply:
    """One access key."""
    found = features.access_keys.read(
        call.tx, call.caller, call.organization_id, access_key_id=call.ids["access_key_id"]
    )
    return Reply(answer_of(found), found.version)


def update_access_key(features: RecordFeatures, call: Call) -> Reply:
    """Change an access key."""
    written = features.access_keys.update(
        call.tx,
        call.caller,
        call.organization_id,
        access_key_id=call.ids["access_key_id"],
        changes=changes_of(call.body),
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def delete_access_key(features: RecordFeatures, call: Call) -> Reply:
    """Remove an access key."""
    features.access_keys.delete(
        call.tx,
        call.caller,
        call.organization_id,
        access_key_id=call.ids["access_key_id"],
        version=call.version,
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listAccessKeys",
        method="GET",
        path=ACCESS_KEYS,
        tag=TAG,
        summary="List access keys",
        description=(
            "Your own in this organization. Who may manage members sees everybody's, also those of service "
            "accounts. A key that is over stays listed for 30 days."
        ),
        permission=ACCESS_KEYS_READ,
        tenant=Tenant.PATH,
        queries=(
            Query("user", "The keys of one person, by the id.", "5hB2pLr9Qa"),
            Query("service_account", "The keys of one service account, by the id.", "7tKdZ2wQx1"),
        ),
        answer=AccessKeyAnswer,
        is_list=True,
        handler=list_access_keys,
    ),
    Operation(
        id="createAccessKey",
        method="POST",
        path=ACCESS_KEYS,
        tag=TAG,
        summary="Make an access key",
        description=(
            "People make keys for themselves; who may manage members makes them for service accounts. The "
            "secret is in this answer alone. Giving it to an application lets that act as the owner: one "
            "of "
            "your own organization, or the one that the key names. Its tokens carry no more of this API "
            "than "
            "you hold now, and never the power to make keys."
        ),
        permission=ACCESS_KEYS_WRITE,
        tenant=Tenant.PATH,
        request=AccessKeyCreate,
        answer=AccessKeyMade,
        status=201,
        errors=(RECORD_TOO_MANY,),
        audit=Audited(action="access_key.create", target="id", record=AccessKeyAnswer),
        handler=create_access_key,
    ),
    Operation(
        id="readAccessKey",
        method="GET",
        path=ACCESS_KEYS + "/{access_key_id}",
        tag=TAG,
        summary="Read an access key",
        description="One of them, without its secret.",
        permission=ACCESS_KEYS_READ,
        tenant=Tenant.PATH,
        answer=AccessKeyAnswer,
        handler=read_access_key,
    ),
    Operation(
        id="updateAccessKey",
        method="PATCH",
        path=ACCESS_KEYS + "/{access_key_id}",
        tag=TAG,
        summary="Change an access key",
        description=(
            "Switching it off ends its tokens for good; switched on again it makes new ones. Who may "
            "manage "
            "members switches off anybody's; a person's own is switched on by that person alone."
        ),
        permission=ACCESS_KEYS_WRITE,
        tenant=Tenant.PATH,
        request=AccessKeyPatch,
        answer=AccessKeyAnswer,
        is_conditional=True,
        errors=(RECORD_RANK,),
        audit=Audited(
            action="access_key.update",
            target="access_key_id",
            record=AccessKeyAnswer,
            before=read_access_key,
        ),
        handler=update_access_key,
    ),
    Operation(
        id="deleteAccessKey",
        method="DELETE",
        path=ACCESS_KEYS + "/{access_key_id}",
        tag=TAG,
        summary="Remove an access key",
        description="It and its tokens stop working at once.",
        permission=ACCESS_KEYS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        is_conditional=True,
        audit=Audited(
            action="access_key.delete",
            target="access_key_id",
            record=AccessKeyAnswer,
            before=read_access_key,
        ),
        handler=delete_access_key,
    ),
)
