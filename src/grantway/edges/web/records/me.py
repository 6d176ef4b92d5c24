"""What the token of a call is: the first question of everybody who tries the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Call, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import Email, IdText, Name, about, time_of
from grantway.features.access.permissions import ANY_TOKEN


class MyApplication(msgspec.Struct, frozen=True):
    """The application that calls."""

    id: IdText
    client_id: Annotated[str, about("Its public identifier.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    name: Name


class MyOrganization(msgspec.Struct, frozen=True):
    """The organization that the token acts for."""

    id: IdText
    name: Name
    slug: Annotated[str, about("Its name in addresses.", "northwind")]


class MyUser(msgspec.Struct, frozen=True):
    """The person the token stands for."""

    id: IdText
    name: Name
    email: Email


class MyServiceAccount(msgspec.Struct, frozen=True):
    """The service account the token stands for."""

    id: IdText
    name: Name


class Me(msgspec.Struct, frozen=True):
    """Who is calling, for whom, and what they may do."""

    application: MyApplication
    organization: MyOrganization
    user: Annotated[MyUser | None, msgspec.Meta(description="The person; null for an application alone.")]
    role: Annotated[
        str | None, about("The role of whom it stands for; null for an application alone.", "developer")
    ]
    scopes: Annotated[
        tuple[str, ...], about("What the token may be used for.", ["applications:read", "members:read"])
    ]
    is_operator: Annotated[bool, about("Whether every organization can be reached.", False)]
    expires_at: Annotated[datetime, about("When the token ends.", "2026-11-21T09:45:00Z")]
    service_account: Annotated[
        MyServiceAccount | None, msgspec.Meta(description="The service account, where it stands for one.")
    ] = None


def read_me(features: RecordFeatures, call: Call) -> Reply:
    """Describe the token of the call."""
    token, caller = call.token, call.caller
    if token is None:
        raise NotFound(RECORD_NOT_FOUND, "nobody asked with a token")
    application, organization, user = token.application, token.party.organization, token.party.user
    account = token.party.service_account
    return Reply(
        Me(
            application=MyApplication(to_text(application.id), application.client_id, application.name),
            organization=MyOrganization(to_text(organization.id), organization.name, organization.slug),
            user=None if user is None else MyUser(to_text(user.id), user.name, user.email),
            role=caller.role,
            scopes=tuple(sorted(caller.scopes)),
            is_operator=caller.is_platform,
            expires_at=time_of(token.expires_at),
            service_account=None if account is None else MyServiceAccount(to_text(account.id), account.name),
        )
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="readMe",
        method="GET",
        path="/me",
        tag="Me",
        summary="Say what this token is",
        description="The application, the organization it acts for, the person if any, and the scopes.",
        permission=ANY_TOKEN,
        tenant=Tenant.SELF,
        answer=Me,
        handler=read_me,
    ),
)
