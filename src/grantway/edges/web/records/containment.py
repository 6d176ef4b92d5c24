"""Containment: operators suspend applications and organizations, and lift that."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.errors import RECORD_PLATFORM, Reason
from grantway.edges.web.operations import Audited, Call, Handler, Operation, Reply, Tenant
from grantway.edges.web.records import applications, life_cycle, organizations
from grantway.edges.web.records.application_forms import ApplicationAnswer, ApplicationShown
from grantway.edges.web.records.organizations import OrganizationAnswer
from grantway.edges.web.records.organizations import answer_of as organization_answer
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import PLATFORM
from grantway.features.registry.containment import Contained


class SuspensionCreate(msgspec.Struct, forbid_unknown_fields=True):
    """Why something is suspended."""

    reason: Annotated[
        str,
        about(
            _("What its owners read, on one line."),
            "Reported as phishing; we are looking.",
            maxLength=fields.LONGEST_REASON,
            title=_("Reason"),
        ),
    ]


def suspend_application(features: RecordFeatures, call: Call) -> Reply:
    """Stop an application, whatever its owners say."""
    body: SuspensionCreate = call.body
    written = features.containment.suspend_application(
        call.tx, call.caller, _contained(call), reason=body.reason
    )
    return applications.reply_of(features, call, written)


def lift_application(features: RecordFeatures, call: Call) -> Reply:
    """End the suspension of an application."""
    written = features.containment.lift_application(call.tx, call.caller, _contained(call))
    return applications.reply_of(features, call, written)


def suspend_organization(features: RecordFeatures, call: Call) -> Reply:
    """Stop an organization, with everything it has."""
    body: SuspensionCreate = call.body
    written = features.containment.suspend_organization(
        call.tx, call.caller, _contained(call), reason=body.reason
    )
    return Reply(organization_answer(features, written), written.version)


def lift_organization(features: RecordFeatures, call: Call) -> Reply:
    """End the suspension of an organization."""
    written = features.containment.lift_organization(call.tx, call.caller, _contained(call))
    return Reply(organization_answer(features, written), written.version)


def _contained(call: Call) -> Contained:
    return Contained(call.ids["organization_id"], call.version, call.ids.get("application_id"))


def _step(
    id_: str, summary: str, description: str, *, handler: Handler, errors: tuple[Reason, ...] = ()
) -> Operation:
    """One step: suspensions take a reason, and lifting takes nothing."""
    verb, kind = ("suspend" if id_.startswith("suspend") else "lift"), id_.removeprefix("suspend")
    is_application = kind.removeprefix("lift") == "Application"
    record = ApplicationAnswer if is_application else OrganizationAnswer
    place = life_cycle.APPLICATION if is_application else "/organizations/{organization_id}"
    noun = "application" if is_application else "organization"
    return Operation(
        id=id_,
        method="POST",
        path=f"{place}/{verb}",
        tag=applications.TAG if is_application else organizations.TAG,
        summary=summary,
        description=description,
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        request=SuspensionCreate if verb == "suspend" else None,
        answer=ApplicationShown if is_application else OrganizationAnswer,
        is_conditional=True,
        errors=errors,
        audit=Audited(
            action=f"{noun}.{verb}",
            target=f"{noun}_id",
            record=record,
            before=applications.read_application if is_application else organizations.read_organization,
        ),
        handler=handler,
    )


OPERATIONS: tuple[Operation, ...] = (
    _step(
        "suspendApplication",
        "Suspend an application",
        "For operators. It authenticates nowhere, and its tokens and origins stop at once, whatever its "
        "`state`. Its owners read why, change nothing of it, and are told. Suspending it again changes the "
        "reason. A scheduled deletion waits until it is lifted.",
        handler=suspend_application,
    ),
    _step(
        "liftApplication",
        "Lift the suspension of an application",
        "For operators. It is as its owners left it. `purge_at` moves by the length of the suspension.",
        handler=lift_application,
    ),
    _step(
        "suspendOrganization",
        "Suspend an organization",
        "For operators. Its applications and the tokens of whoever acts for it stop at once, whatever its "
        "`state` is. Its administrators are told why. Scheduled deletions of its applications wait.",
        handler=suspend_organization,
        errors=(RECORD_PLATFORM,),
    ),
    _step(
        "liftOrganization",
        "Lift the suspension of an organization",
        "For operators. It is as it was, and what was suspended of its own stays so.",
        handler=lift_organization,
    ),
)
