"""Limits of requests: set for an API, seen by those whom they are for."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from grantway.core.errors import DECISION_FULL, RECORD_EXISTS, RECORD_NOT_FOUND, RECORD_PLATFORM, NotFound
from grantway.core.identifiers import to_text
from grantway.core.model import Id, RequestLimit
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.routes import TAG
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, Version, about, id_of, text_of
from grantway.edges.web.words import _
from grantway.features.access.permissions import APIS_READ, APIS_WRITE, APPLICATIONS_READ, INSTALLATIONS_READ
from grantway.features.registry.routes import HIGHEST_LIMIT, MOST_LIMITS, LimitUse

LIMITS = "/organizations/{organization_id}/apis/{api_id}/limits"
PerMinute: TypeAlias = Annotated[
    int,
    about(
        _("What each application may make for each organization, in a minute of the clock."),
        600,
        minimum=1,
        maximum=HIGHEST_LIMIT,
        title=_("Requests a minute"),
    ),
]
OfApplication: TypeAlias = Annotated[
    IdText | None,
    about(
        _("For this application only. Left out, for all. Fixed at creation."),
        None,
        title=_("ID of an application"),
    ),
]
OfOrganization: TypeAlias = Annotated[
    IdText | None,
    about(
        _("For this organization only. Left out, for all. Fixed at creation."),
        None,
        title=_("ID of an organization"),
    ),
]


class LimitAnswer(msgspec.Struct, frozen=True):
    """A limit of an API."""

    id: IdText
    api_id: IdText
    application_id: OfApplication
    organization_id: OfOrganization
    per_minute: PerMinute
    version: Version


class LimitCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new limit."""

    per_minute: PerMinute
    application_id: OfApplication = None
    organization_id: OfOrganization = None


class LimitPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a limit."""

    per_minute: PerMinute


class LimitUseAnswer(msgspec.Struct, frozen=True):
    """A limit that an application is under, and how much of it was used."""

    api: Annotated[str, about("The identifier of the API.", "https://api.northwind.example")]
    api_name: Annotated[str, about("The name of the API.", "Deliveries")]
    organization_id: Annotated[str, about("The organization that the application acts for.", "7tKdZ2wQx1")]
    per_minute: PerMinute
    this_minute: Annotated[int, about("Requests let through since the minute began.", 42, minimum=0)]
    last_minute: Annotated[int, about("Requests let through in the minute before.", 600, minimum=0)]


def answer_of(limit: RequestLimit) -> LimitAnswer:
    """The record as it is answered."""
    return LimitAnswer(
        id=to_text(limit.id),
        api_id=to_text(limit.api_id),
        application_id=text_of(limit.application_id),
        organization_id=text_of(limit.organization_id),
        per_minute=limit.per_minute,
        version=limit.version,
    )


def list_limits(features: RecordFeatures, call: Call) -> Listing:
    """The limits of an API."""
    found = features.routes.limits(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    return Listing.of_all(((answer_of(one), one.id) for one in found), call.page)


def read_limit(features: RecordFeatures, call: Call) -> Reply:
    """One limit, as the audit log tells of it. Raises NotFound."""
    found = features.routes.limits(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    for limit in found:
        if limit.id == call.ids["limit_id"]:
            return Reply(answer_of(limit))
    raise NotFound(RECORD_NOT_FOUND)


def create_limit(features: RecordFeatures, call: Call) -> Reply:
    """Set a limit."""
    body: LimitCreate = call.body
    wanted = RequestLimit(
        0, call.ids["api_id"], body.per_minute, _id_if(body.application_id), _id_if(body.organization_id)
    )
    made = features.routes.create_limit(call.tx, call.caller, call.organization_id, wanted=wanted)
    return Reply(answer_of(made), made.version)


def update_limit(features: RecordFeatures, call: Call) -> Reply:
    """Change a limit."""
    written = features.routes.update_limit(
        call.tx,
        call.caller,
        call.organization_id,
        key=(call.ids["api_id"], call.ids["limit_id"]),
        per_minute=call.body.per_minute,
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def delete_limit(features: RecordFeatures, call: Call) -> Reply:
    """Remove a limit."""
    key = (call.ids["api_id"], call.ids["limit_id"])
    features.routes.delete_limit(call.tx, call.caller, call.organization_id, key=key)
    return Reply()


def list_application_limits(features: RecordFeatures, call: Call) -> Listing:
    """What an own application may still call."""
    application_id = call.ids["application_id"]
    found = features.routes.of_application(
        call.tx, call.caller, call.organization_id, application_id=application_id
    )
    return _uses(found, call)


def list_installation_limits(features: RecordFeatures, call: Call) -> Listing:
    """What an installed application may still call for this organization."""
    installation_id = call.ids["installation_id"]
    found = features.routes.of_installation(
        call.tx, call.caller, call.organization_id, installation_id=installation_id
    )
    return _uses(found, call)


def _uses(found: tuple[LimitUse, ...], call: Call) -> Listing:
    """These have no ids: their place in the order stands for one."""
    answers = (
        LimitUseAnswer(
            api=one.api.identifier,
            api_name=one.api.name,
            organization_id=to_text(one.organization_id),
            per_minute=one.per_minute,
            this_minute=one.this_minute,
            last_minute=one.last_minute,
        )
        for one in found
    )
    return Listing.of_all(((answer, place) for place, answer in enumerate(answers, start=1)), call.page)


def _id_if(text: str | None) -> Id | None:
    return None if text is None else id_of(text)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listLimits",
        method="GET",
        path=LIMITS,
        tag=TAG,
        summary="List the limits of an API",
        description="The most specific one counts: of a pair, an application, an organization, or all.",
        permission=APIS_READ,
        tenant=Tenant.PATH,
        answer=LimitAnswer,
        is_list=True,
        handler=list_limits,
    ),
    Operation(
        id="createLimit",
        method="POST",
        path=LIMITS,
        tag=TAG,
        summary="Set a limit",
        description=f"For operators. An API has at most {MOST_LIMITS}; without one nothing is limited.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=LimitCreate,
        answer=LimitAnswer,
        status=201,
        errors=(RECORD_PLATFORM, RECORD_EXISTS, DECISION_FULL),
        audit=Audited(action="request_limit.create", target="id", record=LimitAnswer),
        handler=create_limit,
    ),
    Operation(
        id="updateLimit",
        method="PATCH",
        path=LIMITS + "/{limit_id}",
        tag=TAG,
        summary="Change a limit",
        description="For operators. It counts at once, also for the minute that runs.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=LimitPatch,
        answer=LimitAnswer,
        is_conditional=True,
        errors=(RECORD_PLATFORM,),
        audit=Audited(
            action="request_limit.update", target="limit_id", record=LimitAnswer, before=read_limit
        ),
        handler=update_limit,
    ),
    Operation(
        id="deleteLimit",
        method="DELETE",
        path=LIMITS + "/{limit_id}",
        tag=TAG,
        summary="Remove a limit",
        description="For operators. The next less specific limit counts then.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        status=204,
        errors=(RECORD_PLATFORM,),
        audit=Audited(
            action="request_limit.delete", target="limit_id", record=LimitAnswer, before=read_limit
        ),
        handler=delete_limit,
    ),
    Operation(
        id="listApplicationLimits",
        method="GET",
        path="/organizations/{organization_id}/applications/{application_id}/limits",
        tag=TAG,
        summary="See the limits of an application",
        description=(
            "For each API that limits it: at home, and for every organization that it called for in this "
            "minute or the last."
        ),
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=LimitUseAnswer,
        is_list=True,
        handler=list_application_limits,
    ),
    Operation(
        id="listInstallationLimits",
        method="GET",
        path="/organizations/{organization_id}/installations/{installation_id}/limits",
        tag=TAG,
        summary="See the limits of an installed application",
        description="For each API that limits it, as far as it acts for this organization.",
        permission=INSTALLATIONS_READ,
        tenant=Tenant.PATH,
        answer=LimitUseAnswer,
        is_list=True,
        handler=list_installation_limits,
    ),
)
