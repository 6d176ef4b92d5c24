"""Service accounts of an organization."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_RANK, RECORD_TOO_MANY
from grantway.core.identifiers import to_text
from grantway.core.model import ServiceAccount
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    Name,
    State,
    StoppedBy,
    Version,
    about,
    changes_of,
    ids_of,
    one_of,
    text_of,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE
from grantway.features.accounts.service_accounts import ServiceAccountDraft

TAG = "Service accounts"
SERVICE_ACCOUNTS = "/organizations/{organization_id}/service-accounts"
ServiceRole: TypeAlias = Annotated[
    str,
    one_of(
        _("What it may do here. It never administers."),
        "developer",
        "member",
        "contact",
        title=_("Role"),
        labels={
            "developer": _("Developer: makes applications"),
            "member": _("Member: uses applications"),
            "contact": _("Contact: is written to, and signs in"),
        },
    ),
]
Listed: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _(
            "The applications that may act as it: own ones, and those installed here. Their secret for this "
            "organization gets its tokens."
        ),
        ["9zQ4mXc7Lk"],
        maxItems=fields.LONGEST_LIST,
        title=_("Applications"),
    ),
]


class ServiceAccountAnswer(msgspec.Struct, frozen=True):
    """A user of an organization that is no person."""

    id: IdText
    organization_id: IdText
    name: Name
    role: ServiceRole
    state: State
    stopped_by_rank: StoppedBy
    applications: Listed
    created_by: Annotated[str | None, about("The user who made it.", "5hB2pLr9Qa")]
    created_at: CreatedAt
    version: Version


class ServiceAccountCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new service account."""

    name: Name
    role: ServiceRole
    applications: Listed = ()


class ServiceAccountPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a service account."""

    name: Name | UnsetType = UNSET
    role: ServiceRole | UnsetType = UNSET
    state: State | UnsetType = UNSET
    applications: Listed | UnsetType = UNSET


def answer_of(account: ServiceAccount) -> ServiceAccountAnswer:
    """The record as it is answered."""
    return ServiceAccountAnswer(
        id=to_text(account.id),
        organization_id=to_text(account.organization_id),
        name=account.name,
        role=account.role,
        state=account.state,
        stopped_by_rank=account.stopped_by_rank,
        applications=tuple(to_text(one) for one in sorted(account.applications)),
        created_by=text_of(account.created_by),
        created_at=time_of(account.created_at),
        version=account.version,
    )


def list_service_accounts(features: RecordFeatures, call: Call) -> Listing:
    """The service accounts of the organization."""
    found = features.service_accounts.listed(call.tx, call.caller, call.organization_id, page=call.page)
    return Listing(tuple(map(answer_of, found)), tuple(account.id for account in found))


def create_service_account(features: RecordFeatures, call: Call) -> Reply:
    """Make a service account."""
    body: ServiceAccountCreate = call.body
    draft = ServiceAccountDraft(body.name, body.role, ids_of(body.applications))
    made = features.service_accounts.create(call.tx, call.caller, call.organization_id, draft)
    answer = answer_of(made)
    place = f"/organizations/{answer.organization_id}/service-accounts/{answer.id}"
    return Reply(answer, made.version, place)


def read_service_account(features: RecordFeatures, call: Call) -> Reply:
    """One service account."""
    found = features.service_accounts.read(
        call.tx, call.caller, call.organization_id, service_account_id=call.ids["service_account_id"]
    )
    return Reply(answer_of(found), found.version)


def update_service_account(features: RecordFeatures, call: Call) -> Reply:
    """Change a service account."""
    changes = changes_of(call.body)
    if "applications" in changes:
        changes["applications"] = ids_of(changes["applications"])
    written = features.service_accounts.update(
        call.tx,
        call.caller,
        call.organization_id,
        service_account_id=call.ids["service_account_id"],
        changes=changes,
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def delete_service_account(features: RecordFeatures, call: Call) -> Reply:
    """Remove a service account."""
    features.service_accounts.delete(
        call.tx,
        call.caller,
        call.organization_id,
        service_account_id=call.ids["service_account_id"],
        version=call.version,
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listServiceAccounts",
        method="GET",
        path=SERVICE_ACCOUNTS,
        tag=TAG,
        summary="List the service accounts",
        description="Users of the organization that are no people, and which applications act as each.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=ServiceAccountAnswer,
        is_list=True,
        handler=list_service_accounts,
    ),
    Operation(
        id="createServiceAccount",
        method="POST",
        path=SERVICE_ACCOUNTS,
        tag=TAG,
        summary="Make a service account",
        description=(
            "Listing an application is the consent to its acting as the service account: nobody else is "
            "asked. An application that is installed here acts as none until it is listed."
        ),
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        request=ServiceAccountCreate,
        answer=ServiceAccountAnswer,
        status=201,
        errors=(RECORD_TOO_MANY,),
        audit=Audited(action="service_account.create", target="id", record=ServiceAccountAnswer),
        handler=create_service_account,
    ),
    Operation(
        id="readServiceAccount",
        method="GET",
        path=SERVICE_ACCOUNTS + "/{service_account_id}",
        tag=TAG,
        summary="Read a service account",
        description="One of them.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=ServiceAccountAnswer,
        handler=read_service_account,
    ),
    Operation(
        id="updateServiceAccount",
        method="PATCH",
        path=SERVICE_ACCOUNTS + "/{service_account_id}",
        tag=TAG,
        summary="Change a service account",
        description=(
            "A new role acts on live tokens at once. Disabling it, or taking an application off the list, "
            "ends its tokens for good; an application that is still listed asks for a new one."
        ),
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        request=ServiceAccountPatch,
        answer=ServiceAccountAnswer,
        is_conditional=True,
        errors=(RECORD_RANK,),
        audit=Audited(
            action="service_account.update",
            target="service_account_id",
            record=ServiceAccountAnswer,
            before=read_service_account,
        ),
        handler=update_service_account,
    ),
    Operation(
        id="deleteServiceAccount",
        method="DELETE",
        path=SERVICE_ACCOUNTS + "/{service_account_id}",
        tag=TAG,
        summary="Remove a service account",
        description="Its tokens stop working at once. Its id is never given to anybody again.",
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        is_conditional=True,
        audit=Audited(
            action="service_account.delete",
            target="service_account_id",
            record=ServiceAccountAnswer,
            before=read_service_account,
        ),
        handler=delete_service_account,
    ),
)
