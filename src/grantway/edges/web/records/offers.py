"""The directory: applications of other organizations that this one may install, or its members ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.identifiers import to_text
from grantway.core.model import Catalogue
from grantway.core.offering import OfferedApplication
from grantway.edges.web.operations import Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.installation_forms import ClientId
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, one_of, text_of, time_if
from grantway.features.access.permissions import INSTALLATIONS_REQUEST
from grantway.features.registry.installation_rules import STATES, lent

TAG = "Directory"
_RISKS = ("high", "normal", "low")
DIRECTORY = "/organizations/{organization_id}/directory"


class AskedScope(msgspec.Struct, frozen=True):
    """A scope as its API describes it."""

    value: Annotated[str, about("Its value.", "orders:read")]
    text: Annotated[str, about("What it allows, as a sentence.", "Read your orders")]
    risk: Annotated[str, one_of("How much can go wrong with it.", "low", "normal", "high")]
    api_name: Annotated[str, about("The name of its API.", "Orders")]


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
    scopes: Annotated[tuple[AskedScope, ...], about("What it asks for, the risky ones first.", [])]
    redirect_uris: Annotated[
        tuple[str, ...], about("Where sign-ins lead.", ["https://orbit.example/callback"])
    ]
    installation_id: Annotated[str | None, about("Its installation here, if there is one.", None)]
    installation_state: Annotated[
        str | None, about("How that stands; null where it was never asked for.", None, enum=[None, *STATES])
    ]


def answer_of(found: OfferedApplication, catalogue: Catalogue) -> OfferAnswer:
    """The line as it is answered, with the scopes as the catalogue describes them."""
    one = found.application
    asked = [catalogue.scopes[value] for value in lent(one.scopes) if value in catalogue.scopes]
    return OfferAnswer(
        id=to_text(one.id),
        client_id=one.client_id,
        name=one.name,
        description=one.description,
        base_url=one.base_url,
        logo_url=one.logo_url,
        owner=found.owner_name,
        reviewed_at=time_if(found.reviewed_at),
        scopes=tuple(
            AskedScope(scope.value, scope.text, scope.risk, catalogue.apis[scope.api_id].name)
            for scope in sorted(asked, key=lambda scope: (_RISKS.index(scope.risk), scope.value))
        ),
        redirect_uris=tuple(redirect.uri for redirect in one.redirects),
        installation_id=text_of(found.installation_id),
        installation_state=found.installation_state,
    )


def list_directory(features: RecordFeatures, call: Call) -> Listing:
    """What is offered to the organization."""
    found = features.offers.listed(
        call.tx, call.caller, call.organization_id, page=call.page, name=call.query.get("name")
    )
    catalogue = features.services.directory.catalogue()
    answers = tuple(answer_of(one, catalogue) for one in found)
    return Listing(answers, tuple(one.application.id for one in found))


def read_offer(features: RecordFeatures, call: Call) -> Reply:
    """One of it."""
    found = features.offers.read(
        call.tx, call.caller, call.organization_id, application_id=call.ids["offered_id"]
    )
    return Reply(answer_of(found, features.services.directory.catalogue()))


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
