"""The directory: applications of other organizations that this one may install, or its members ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.identifiers import to_text
from grantway.core.offering import OfferedApplication
from grantway.edges.web.operations import Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.installation_forms import ClientId
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, text_of, time_if
from grantway.features.access.permissions import INSTALLATIONS_REQUEST
from grantway.features.registry.installation_rules import STATES, lent

TAG = "Directory"
DIRECTORY = "/organizations/{organization_id}/directory"


class OfferAnswer(msgspec.Struct, frozen=True):
    """An application of another organization that is offered to this one."""

    id: IdText
    client_id: ClientId
    name: Annotated[str, about("Its name.", "Orbit Dashboard")]
    description: Annotated[str, about("What it is for.", "Shows deliveries on a map.")]
    base_url: Annotated[str | None, about("Where to read more.", "https://orbit.example/")]
    logo_url: Annotated[str | None, about("An https address.", None)]
    owner: Annotated[str, about("The organization that makes it.", "Orbit Labs")]
    reviewed_at: Annotated[
        datetime | None,
        about(
            "When operators last approved it. Null: its makers offer it to you, and nobody reviewed it.",
            "2026-11-21T09:30:00Z",
        ),
    ]
    scopes: Annotated[tuple[str, ...], about("What it asks for.", ["orders:read", "orders:write"])]
    redirect_uris: Annotated[
        tuple[str, ...], about("Where sign-ins lead.", ["https://orbit.example/callback"])
    ]
    installation_id: Annotated[str | None, about("Its installation here, if there is one.", None)]
    installation_state: Annotated[
        str | None, about("How that stands; null where it was never asked for.", None, enum=[None, *STATES])
    ]


def answer_of(found: OfferedApplication) -> OfferAnswer:
    """The line as it is answered."""
    one = found.application
    return OfferAnswer(
        id=to_text(one.id),
        client_id=one.client_id,
        name=one.name,
        description=one.description,
        base_url=one.base_url,
        logo_url=one.logo_url,
        owner=found.owner_name,
        reviewed_at=time_if(found.reviewed_at),
        scopes=tuple(sorted(lent(one.scopes))),
        redirect_uris=tuple(redirect.uri for redirect in one.redirects),
        installation_id=text_of(found.installation_id),
        installation_state=found.installation_state,
    )


def list_directory(features: RecordFeatures, call: Call) -> Listing:
    """What is offered to the organization."""
    found = features.offers.listed(
        call.tx, call.caller, call.organization_id, page=call.page, name=call.query.get("name")
    )
    return Listing(tuple(map(answer_of, found)), tuple(one.application.id for one in found))


def read_offer(features: RecordFeatures, call: Call) -> Reply:
    """One of it."""
    found = features.offers.read(
        call.tx, call.caller, call.organization_id, application_id=call.ids["offered_id"]
    )
    return Reply(answer_of(found))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listDirectory",
        method="GET",
        path=DIRECTORY,
        tag=TAG,
        summary="List the applications that are offered",
        description=(
            "Applications of other organizations that operators approved for everybody, or whose makers list "
            "this organization, with how each stands here."
        ),
        permission=INSTALLATIONS_REQUEST,
        tenant=Tenant.PATH,
        answer=OfferAnswer,
        is_list=True,
        queries=(Query("name", "Only those whose name contains this text.", "Orbit"),),
        handler=list_directory,
    ),
    Operation(
        id="readOffer",
        method="GET",
        path=DIRECTORY + "/{offered_id}",
        tag=TAG,
        summary="Read an application that is offered",
        description="One that is not offered here is answered like one that does not exist.",
        permission=INSTALLATIONS_REQUEST,
        tenant=Tenant.PATH,
        answer=OfferAnswer,
        handler=read_offer,
    ),
)
