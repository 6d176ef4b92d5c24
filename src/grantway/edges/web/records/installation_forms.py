"""How installations look in requests and answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.identifiers import to_text
from grantway.core.installing import InstalledApplication, InstallingOrganization
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    StoppedBy,
    Version,
    about,
    one_of,
    text_of,
    time_if,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.registry import installation_rules

ClientId: TypeAlias = Annotated[
    str, about("The client id of the application.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1", minLength=1, maxLength=255)
]
ScopeList: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _("What it may do here at most."),
        ["orders:read"],
        title=_("What it may do here"),
        maxItems=fields.LONGEST_LIST,
        uniqueItems=True,
    ),
]
Waiting: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        "What it asks for besides. Grant it in `scopes`; leave it out to decline.",
        [],
        maxItems=fields.LONGEST_LIST,
        uniqueItems=True,
    ),
]
State: TypeAlias = Annotated[
    str, one_of("A suspended one works again when active.", *installation_rules.SETTABLE_STATES)
]
AnyState: TypeAlias = Annotated[
    str, one_of("What was revoked can be granted anew.", "active", "suspended", "requested", "revoked")
]
Members: TypeAlias = Annotated[
    str,
    one_of(
        _("Whether each member is asked when they sign in to it."),
        *installation_rules.MEMBERS,
        title=_("Sign-ins of members"),
        labels={
            "ask": _("Ask each member"),
            "allow": _("Allow it for all members"),
            "block": _("Block them: only the application acts, for the organization"),
        },
    ),
]
LastUsed: TypeAlias = Annotated[
    datetime | None, about("When it was last used, to some seconds.", "2026-11-21T09:30:00Z")
]


class InstalledApplicationAnswer(msgspec.Struct, frozen=True):
    """An application of another organization."""

    id: Annotated[str, about("Its id, by which a service account lists it.", "9zQ4mXc7Lk")]
    client_id: ClientId
    name: Annotated[str, about("Its name.", "Orbit Dashboard")]
    description: Annotated[str, about("What it is for.", "Shows deliveries on a map.")]
    logo_url: Annotated[str | None, about("An https address.", None)]
    owner: Annotated[str, about("The organization that makes it.", "Orbit Labs")]
    scopes: Annotated[tuple[str, ...], about("What it asks for.", ["orders:read", "orders:write"])]
    redirect_uris: Annotated[
        tuple[str, ...], about("Where sign-ins lead.", ["https://orbit.example/callback"])
    ]
    dialects: Annotated[tuple[str, ...], about("The wires that it speaks.", ["standard"])]
    is_launched: Annotated[bool, about("Whether people of yours open it by a launch.", False)]
    version: Annotated[int, about("The application as it is: a voucher for it names this.", 3)]


class InstallationAnswer(msgspec.Struct, frozen=True):
    """An application of another organization that acts for this one, or asks to."""

    id: IdText
    organization_id: IdText
    application: InstalledApplicationAnswer
    state: AnyState
    stopped_by_rank: StoppedBy
    scopes: ScopeList
    scopes_pending: Waiting
    unused_scopes: Annotated[tuple[str, ...], about("Granted, and never of use.", [])]
    members: Members
    requested_by: Annotated[str | None, about("The member who asked for it.", "5hB2pLr9Qa")]
    requested_at: Annotated[datetime | None, about("When that was.", None)]
    granted_by: Annotated[str | None, about("The administrator who granted it.", "5hB2pLr9Qa")]
    granted_at: Annotated[datetime | None, about("When that was.", "2026-11-21T09:30:00Z")]
    last_used_at: LastUsed
    created_at: CreatedAt
    version: Version


class InstallationCreate(msgspec.Struct, forbid_unknown_fields=True):
    """What an organization grants."""

    client_id: ClientId
    scopes: ScopeList
    members: Members = "ask"


class InstallationPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about an installation."""

    state: State | UnsetType = UNSET
    scopes: ScopeList | UnsetType = UNSET
    scopes_pending: Waiting | UnsetType = UNSET
    members: Members | UnsetType = UNSET


class InstallationRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which application the administrators are asked for."""

    client_id: ClientId


class InstallingOrganizationAnswer(msgspec.Struct, frozen=True):
    """An organization that installed an application of yours."""

    id: Annotated[str, about("The id of the installation.", "7tKdZ2wQx1")]
    organization_id: Annotated[str, about("The organization.", "9kQ2mZ4tR7")]
    organization_name: Annotated[str, about("Its name.", "Heron Stores")]
    organization_state: Annotated[str, one_of("Whether it is active.", "enabled", "disabled")]
    state: AnyState
    scopes: ScopeList
    scopes_pending: Annotated[tuple[str, ...], about("What waits for their consent.", [])]
    granted_at: Annotated[datetime | None, about("When it was granted.", "2026-11-21T09:30:00Z")]
    last_used_at: LastUsed


def answer_of(found: InstalledApplication, launched: Collection[str]) -> InstallationAnswer:
    """The record as its organization sees it. `launched` are the dialects of those opened so."""
    one, application = found.installation, found.application
    return InstallationAnswer(
        id=to_text(one.id),
        organization_id=to_text(one.organization_id),
        application=InstalledApplicationAnswer(
            id=to_text(application.id),
            client_id=application.client_id,
            name=application.name,
            description=application.description,
            logo_url=application.logo_url,
            owner=found.owner_name,
            scopes=tuple(sorted(installation_rules.lent(application.scopes))),
            redirect_uris=tuple(redirect.uri for redirect in application.redirects),
            dialects=tuple(sorted(application.dialects)),
            is_launched=not application.dialects.isdisjoint(launched),
            version=application.version,
        ),
        state=one.state,
        stopped_by_rank=one.stopped_by_rank,
        scopes=tuple(sorted(one.scopes)),
        scopes_pending=tuple(sorted(one.scopes_pending)),
        unused_scopes=tuple(sorted(found.unused_scopes)),
        members=one.members,
        requested_by=text_of(one.requested_by),
        requested_at=time_if(one.requested_at),
        granted_by=text_of(one.granted_by),
        granted_at=time_if(one.granted_at),
        last_used_at=time_if(found.last_used_at),
        created_at=time_of(one.created_at),
        version=one.version,
    )


def answer_for_makers(found: InstallingOrganization) -> InstallingOrganizationAnswer:
    """The record as the owner of the application sees it."""
    one = found.installation
    return InstallingOrganizationAnswer(
        id=to_text(one.id),
        organization_id=to_text(one.organization_id),
        organization_name=found.name,
        organization_state=found.state,
        state=one.state,
        scopes=tuple(sorted(one.scopes)),
        scopes_pending=tuple(sorted(one.scopes_pending)),
        granted_at=time_if(one.granted_at),
        last_used_at=time_if(found.last_used_at),
    )
