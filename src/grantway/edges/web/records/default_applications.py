"""Default applications: what presets offer to every organization, and what an organization has of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.errors import LIMIT_APPLICATIONS, PRESET_SCOPE_MISSING
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.application_forms import ApplicationAnswer, ApplicationShown, shown_of
from grantway.edges.web.records.applications import TAG
from grantway.edges.web.records.presets import DefaultName, DefaultOffer, PresetName
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about
from grantway.edges.web.words import _
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE

PATH = "/organizations/{organization_id}/default-applications"


class DefaultApplicationAnswer(DefaultOffer, frozen=True):
    """An application that the organization can have one of, and the one it has."""

    preset: PresetName
    application_id: Annotated[str | None, about("The one that was made.", "7tKdZ2wQx1")]
    client_id: Annotated[str | None, about("Its client id.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]


class DefaultApplicationTake(msgspec.Struct, forbid_unknown_fields=True):
    """Which one is needed."""

    preset: Annotated[str, about(_("The preset that offers it."), "standard", maxLength=64)]
    name: DefaultName


class DefaultApplicationTaken(ApplicationShown, frozen=True):
    """The organization's own."""

    created: Annotated[bool, about("Whether this very call made it.", True)]


def list_default_applications(features: RecordFeatures, call: Call) -> Listing:
    """What is offered, and what is there."""
    found = features.defaults.offered(call.tx, call.caller, call.organization_id)
    answers = [
        DefaultApplicationAnswer(
            name=one.default.name,
            type=one.default.type,
            scopes=one.default.scopes,
            making=one.default.making,
            preset=one.preset.name,
            application_id=to_text(one.application.id) if one.application else None,
            client_id=one.application.client_id if one.application else None,
        )
        for one in found
    ]
    return Listing.of_all(zip(answers, range(1, len(answers) + 1), strict=True), call.page)


def take_default_application(features: RecordFeatures, call: Call) -> Reply:
    """The organization's own, made now if there is none."""
    body: DefaultApplicationTake = call.body
    taken = features.defaults.take(
        call.tx, call.caller, call.organization_id, preset=body.preset, name=body.name
    )
    waiting = features.pending.of(call.tx, taken.application)
    unheard = features.notice_addresses.unheard(call.tx, taken.application)
    members = msgspec.structs.asdict(shown_of(taken.application, waiting, unheard))
    place = f"/organizations/{to_text(taken.application.organization_id)}/applications/{members['id']}"
    answer = DefaultApplicationTaken(**members, created=taken.created)
    return Reply(answer, taken.application.version, place)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listDefaultApplications",
        method="GET",
        path=PATH,
        tag=TAG,
        summary="List the default applications",
        description="What presets offer to every organization, with those that this one has.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=DefaultApplicationAnswer,
        is_list=True,
        handler=list_default_applications,
    ),
    Operation(
        id="takeDefaultApplication",
        method="POST",
        path=PATH,
        tag=TAG,
        summary="Get a default application",
        description=(
            "Answers the organization's own, and makes it if there is none: every caller gets the same. It "
            "has no secret until one is made by `createSecret`. Where its scope does not exist yet, an "
            "operator declares it first."
        ),
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        request=DefaultApplicationTake,
        named={"preset": "default-application.preset", "name": "default-application.name"},
        answer=DefaultApplicationTaken,
        errors=(PRESET_SCOPE_MISSING, LIMIT_APPLICATIONS),
        audit=Audited(
            action="application.create_default", target="id", record=ApplicationAnswer, told_if="created"
        ),
        handler=take_default_application,
    ),
)
