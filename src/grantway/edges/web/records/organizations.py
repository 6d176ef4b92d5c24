"""Organizations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_IN_USE, RECORD_PLATFORM
from grantway.core.gates import GATES
from grantway.core.identifiers import to_text
from grantway.core.listing import OrganizationFilter
from grantway.core.model import Organization
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import (
    STATES,
    CreatedAt,
    IdText,
    Name,
    State,
    SuspendedAt,
    SuspensionReason,
    Version,
    about,
    changes_of,
    one_of,
    time_if,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features.access.permissions import ORGANIZATIONS_READ, ORGANIZATIONS_WRITE
from grantway.features.accounts.organizations import OrganizationDraft
from grantway.features.letting_in import gate_of

TAG = "Organizations"
_GATES = ("reviewed", "any", "installed")
SLUG_PATTERN = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
Slug: TypeAlias = Annotated[
    str,
    about(
        _("Its name in addresses."), "northwind", pattern=SLUG_PATTERN, maxLength=63, title=_("Short name")
    ),
]
Gate: TypeAlias = Annotated[
    str,
    one_of(
        _(
            "What members may let in that the organization did not install: what was `reviewed`, "
            "and scopes of "
            "low risk; `any` application whose audience takes the organization in; or only what "
            "is `installed`."
        ),
        *_GATES,
        title=_("What members may let in"),
        labels={
            "reviewed": _("What was reviewed, and scopes of low risk"),
            "any": _("Any application that is offered to the organization"),
            "installed": _("Only what the organization installed"),
        },
    ),
]
TimeZone: TypeAlias = Annotated[
    str, about(_("A zone of the IANA database."), "Europe/Berlin", maxLength=64, title=_("Time zone"))
]


class OrganizationAnswer(msgspec.Struct, frozen=True):
    """An organization."""

    id: IdText
    kind: Annotated[str, one_of("The platform itself is one of its organizations.", "tenant", "platform")]
    name: Name
    slug: Slug
    state: State
    suspended_at: SuspendedAt
    suspension_reason: SuspensionReason
    time_zone: TimeZone
    created_at: CreatedAt
    version: Version
    gate: Gate
    gate_effective: Annotated[
        str,
        one_of("The gate that counts: the platform may want a stricter one than was chosen.", *_GATES),
    ]


class OrganizationCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new organization."""

    name: Name
    slug: Annotated[
        str | None,
        about(
            _("Its name in addresses. Made from the name if left out."),
            "northwind",
            pattern=SLUG_PATTERN,
            maxLength=63,
            title=_("Short name"),
        ),
    ] = None
    time_zone: TimeZone = "UTC"
    gate: Annotated[
        str | None,
        about(
            _("Left out, what the platform gives to new organizations."),
            "reviewed",
            enum=[*_GATES, None],
            title=_("What members may let in"),
            labels={
                "reviewed": _("What was reviewed, and scopes of low risk"),
                "any": _("Any application that is open to it"),
                "installed": _("Only what it installed"),
            },
        ),
    ] = None


class OrganizationPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about an organization. Only operators set `slug` and `state`."""

    name: Name | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    state: State | UnsetType = UNSET
    gate: Gate | UnsetType = UNSET


def answer_of(features: RecordFeatures, organization: Organization) -> OrganizationAnswer:
    """The record as it is answered."""
    created: datetime = time_of(organization.created_at)
    return OrganizationAnswer(
        id=to_text(organization.id),
        kind=organization.kind,
        name=organization.name,
        slug=organization.slug,
        state=organization.state,
        suspended_at=time_if(organization.suspended_at),
        suspension_reason=organization.suspension_reason,
        time_zone=organization.time_zone,
        created_at=created,
        version=organization.version,
        gate=organization.gate,
        gate_effective=gate_of(organization, features.services.directory.catalogue()),
    )


def list_organizations(features: RecordFeatures, call: Call) -> Listing:
    """All organizations."""
    found = features.organizations.listed(
        call.tx, call.caller, page=call.page, only=OrganizationFilter(**call.query)
    )
    return Listing(tuple(answer_of(features, one) for one in found), tuple(one.id for one in found))


def create_organization(features: RecordFeatures, call: Call) -> Reply:
    """Make an organization."""
    body: OrganizationCreate = call.body
    draft = OrganizationDraft(name=body.name, slug=body.slug, time_zone=body.time_zone, gate=body.gate)
    made = features.organizations.create(call.tx, call.caller, draft)
    return Reply(answer_of(features, made), made.version, f"/organizations/{to_text(made.id)}")


def read_organization(features: RecordFeatures, call: Call) -> Reply:
    """One organization."""
    found = features.organizations.read(call.tx, call.caller, call.organization_id)
    return Reply(answer_of(features, found), found.version)


def update_organization(features: RecordFeatures, call: Call) -> Reply:
    """Change an organization."""
    written = features.organizations.update(
        call.tx,
        call.caller,
        call.organization_id,
        changes=changes_of(call.body),
        version=call.version,
    )
    return Reply(answer_of(features, written), written.version)


def delete_organization(features: RecordFeatures, call: Call) -> Reply:
    """Remove an organization."""
    features.organizations.delete(call.tx, call.caller, call.ids["organization_id"], version=call.version)
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listOrganizations",
        method="GET",
        path="/organizations",
        tag=TAG,
        summary="List all organizations",
        description="For operators: every organization of the platform.",
        permission=ORGANIZATIONS_READ.for_all,
        tenant=Tenant.PLATFORM,
        answer=OrganizationAnswer,
        is_list=True,
        queries=(
            Query("name", "Only those whose name contains this.", "north"),
            Query("slug", "Only the one with this short name.", "northwind"),
            Query("state", "Only those in this state.", "enabled", values=STATES),
            Query("gate", "Only those that chose this gate.", "any", values=GATES),
        ),
        handler=list_organizations,
    ),
    Operation(
        id="createOrganization",
        method="POST",
        path="/organizations",
        tag=TAG,
        summary="Make an organization",
        description="For operators. Give it an owner next, by adding a member.",
        permission=ORGANIZATIONS_WRITE.for_all,
        tenant=Tenant.PLATFORM,
        request=OrganizationCreate,
        answer=OrganizationAnswer,
        status=201,
        audit=Audited(action="organization.create", target="id", record=OrganizationAnswer),
        handler=create_organization,
    ),
    Operation(
        id="readOrganization",
        method="GET",
        path="/organizations/{organization_id}",
        tag=TAG,
        summary="Read an organization",
        description="The organization that the token acts for; any, for operators.",
        permission=ORGANIZATIONS_READ,
        tenant=Tenant.PATH,
        answer=OrganizationAnswer,
        handler=read_organization,
    ),
    Operation(
        id="updateOrganization",
        method="PATCH",
        path="/organizations/{organization_id}",
        tag=TAG,
        summary="Change an organization",
        description=(
            "Administrators change the name, the time zone and the gate. A stricter gate ends at once what "
            "it does not let in. Operators also disable an organization, which stops its applications and "
            "its members' tokens at once, and enable it again."
        ),
        permission=ORGANIZATIONS_WRITE,
        tenant=Tenant.PATH,
        request=OrganizationPatch,
        answer=OrganizationAnswer,
        is_conditional=True,
        errors=(RECORD_PLATFORM,),
        audit=Audited(
            action="organization.update",
            target="organization_id",
            record=OrganizationAnswer,
            before=read_organization,
        ),
        handler=update_organization,
    ),
    Operation(
        id="deleteOrganization",
        method="DELETE",
        path="/organizations/{organization_id}",
        tag=TAG,
        summary="Remove an organization",
        description="For operators. It must have neither members nor applications nor APIs.",
        permission=ORGANIZATIONS_WRITE.for_all,
        tenant=Tenant.PLATFORM,
        status=204,
        is_conditional=True,
        errors=(RECORD_IN_USE, RECORD_PLATFORM),
        audit=Audited(
            action="organization.delete",
            target="organization_id",
            record=OrganizationAnswer,
            before=read_organization,
        ),
        handler=delete_organization,
    ),
)
