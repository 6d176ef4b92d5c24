"""Applications."""

from __future__ import annotations

from typing import Any

from grantway.core.errors import (
    LIMIT_APPLICATIONS,
    RECORD_BUILT_IN,
    RECORD_LOCKED,
    RECORD_RANK,
    RECORD_SUSPENDED,
)
from grantway.core.identifiers import to_text
from grantway.core.listing import ApplicationFilter
from grantway.core.model import Application, Id
from grantway.core.publication import PUBLICATIONS
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.application_forms import (
    APPLICATION_STATES,
    ApplicationAnswer,
    ApplicationCreate,
    ApplicationListed,
    ApplicationPatch,
    ApplicationShown,
    answer_of,
    draft_of,
    listed_of,
    shown_of,
    with_ids,
)
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import FLAG, IDS, changes_of, flag_of, id_of, named_in
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE, PLATFORM
from grantway.features.registry.rules import TYPES

TAG = "Applications"
APPLICATIONS = "/organizations/{organization_id}/applications"


NOBODY: Id = -1
"""The id of no organization, where one is asked for that cannot be."""
_FILTERS = (
    Query("name", "Only those whose name contains this.", "orbit"),
    Query("client_id", "Only the one of this client id.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1", 255),
    Query("state", "Only those in this state.", "enabled", values=APPLICATION_STATES),
    Query("type", "Only those of this type.", "backend", values=TYPES),
    Query("publication", "Only those in this state of publication.", "approved", values=PUBLICATIONS),
    Query("preset", "Only those that began with this preset.", "standard", 64),
    Query("dialect", "Only those that may speak this dialect.", "standard", 64),
    Query("archived", "`true`: only those put away; `false`: only the others.", "false", values=FLAG),
    IDS,
)


def reply_of(
    features: RecordFeatures, call: Call, application: Application, place: str | None = None
) -> Reply:
    """An application with what waits of it, as the call left both."""
    pending, unheard = features.pending.of(call.tx, application), features.notice_addresses.unheard
    return Reply(shown_of(application, pending, unheard(call.tx, application)), application.version, place)


def _asked_of(call: Call) -> ApplicationFilter:
    """The filters of both lists."""
    asked: dict[str, Any] = dict(call.query)
    archived, named = asked.pop("archived", None), named_in(asked.pop("ids", None))
    owner = asked.pop("organization", None)
    return ApplicationFilter(
        **asked,
        is_archived=flag_of(archived),
        ids=named,
        organization_id=None if owner is None else (id_of(owner) or NOBODY),
    )


def list_applications(features: RecordFeatures, call: Call) -> Listing:
    """The applications of the organization."""
    found = features.applications.listed(
        call.tx, call.caller, call.organization_id, page=call.page, only=_asked_of(call)
    )
    waiting = features.pending.of_page(call.tx, call.organization_id, found)
    return Listing(
        tuple(answer_of(one, waiting.get(one.id)) for one in found), tuple(one.id for one in found)
    )


def list_all_applications(features: RecordFeatures, call: Call) -> Listing:
    """The applications of everybody."""
    only = _asked_of(call)
    found = features.applications.listed_everywhere(call.tx, call.caller, page=call.page, only=only)
    waiting = features.pending.of_queue(
        call.tx, call.caller, (application for application, _ in found), publication=""
    )
    items = (listed_of(one, waiting.get(one.id), owner=name) for one, name in found)
    return Listing(tuple(items), tuple(one.id for one, _ in found))


def create_application(features: RecordFeatures, call: Call) -> Reply:
    """Register an application."""
    made = features.applications.create(call.tx, call.caller, call.organization_id, draft_of(call.body))
    place = f"/organizations/{to_text(made.organization_id)}/applications/{to_text(made.id)}"
    return reply_of(features, call, made, place)


def read_application(features: RecordFeatures, call: Call) -> Reply:
    """One application."""
    found = features.applications.read(
        call.tx, call.caller, call.organization_id, application_id=call.ids["application_id"]
    )
    return reply_of(features, call, found)


def update_application(features: RecordFeatures, call: Call) -> Reply:
    """Change an application."""
    written = features.applications.update(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        changes=with_ids(changes_of(call.body)),
        version=call.version,
    )
    return reply_of(features, call, written)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listApplications",
        method="GET",
        path=APPLICATIONS,
        tag=TAG,
        summary="List the applications",
        description="The applications that the organization owns.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=ApplicationAnswer,
        is_list=True,
        queries=_FILTERS,
        handler=list_applications,
    ),
    Operation(
        id="listAllApplications",
        method="GET",
        path="/applications",
        tag=TAG,
        summary="List the applications of all organizations",
        description="For operators: everybody's applications by id, each with its organization's name.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=ApplicationListed,
        is_list=True,
        queries=(
            *_FILTERS,
            Query("organization", "Only those of the organization of this id.", "7tKdZ2wQx1", 11),
            Query("scope", "Only those that have this scope.", "deliveries:read", 128),
        ),
        handler=list_all_applications,
    ),
    Operation(
        id="createApplication",
        method="POST",
        path=APPLICATIONS,
        tag=TAG,
        summary="Register an application",
        description=(
            "The client id is ours to choose. A secret is made separately, by `createSecret`. Scopes of "
            "this "
            "API can be given only by somebody who may use them."
        ),
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        request=ApplicationCreate,
        answer=ApplicationShown,
        status=201,
        errors=(LIMIT_APPLICATIONS,),
        audit=Audited(action="application.create", target="id", record=ApplicationAnswer),
        handler=create_application,
    ),
    Operation(
        id="readApplication",
        method="GET",
        path=APPLICATIONS + "/{application_id}",
        tag=TAG,
        summary="Read an application",
        description="All settings of an application. Secrets are not among them.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=ApplicationShown,
        handler=read_application,
    ),
    Operation(
        id="updateApplication",
        method="PATCH",
        path=APPLICATIONS + "/{application_id}",
        tag=TAG,
        summary="Change an application",
        description=(
            "Name what is to change. Disabling stops the application and its tokens at once; enabling "
            "revives them, and also undoes a scheduled deletion. Of an application that was approved, what "
            "reaches further and what people see waits in `pending` until an operator decides; what "
            "reaches "
            "less far acts at once."
        ),
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        request=ApplicationPatch,
        answer=ApplicationShown,
        is_conditional=True,
        errors=(RECORD_LOCKED, RECORD_SUSPENDED, RECORD_BUILT_IN, RECORD_RANK),
        audit=Audited(
            action="application.update",
            target="application_id",
            record=ApplicationAnswer,
            before=read_application,
        ),
        handler=update_application,
    ),
)
