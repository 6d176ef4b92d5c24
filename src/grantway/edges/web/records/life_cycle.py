"""The life of applications: each step is an operation of its own."""

from __future__ import annotations

from grantway.core.errors import RECORD_BUILT_IN, RECORD_LOCKED, RECORD_RANK, RECORD_SUSPENDED, Reason
from grantway.edges.web.operations import Audited, Call, Handler, Operation, Reply, Tenant
from grantway.edges.web.records.application_forms import ApplicationAnswer, ApplicationShown
from grantway.edges.web.records.applications import APPLICATIONS, TAG, read_application, reply_of
from grantway.edges.web.records.services import RecordFeatures
from grantway.features.access.permissions import APPLICATIONS_WRITE

APPLICATION = APPLICATIONS + "/{application_id}"


def enable_application(features: RecordFeatures, call: Call) -> Reply:
    """Bring an application into use again."""
    written = features.life_cycle.enable(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        version=call.version,
    )
    return reply_of(features, call, written)


def disable_application(features: RecordFeatures, call: Call) -> Reply:
    """Take an application out of use."""
    written = features.life_cycle.disable(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        version=call.version,
    )
    return reply_of(features, call, written)


def archive_application(features: RecordFeatures, call: Call) -> Reply:
    """Put an application away."""
    written = features.life_cycle.archive(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        version=call.version,
    )
    return reply_of(features, call, written)


def unarchive_application(features: RecordFeatures, call: Call) -> Reply:
    """Take an application out again."""
    written = features.life_cycle.unarchive(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        version=call.version,
    )
    return reply_of(features, call, written)


def delete_application(features: RecordFeatures, call: Call) -> Reply:
    """Schedule an application's deletion."""
    written = features.life_cycle.schedule_deletion(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        version=call.version,
    )
    return reply_of(features, call, written)


def _step(
    verb: str, summary: str, description: str, *, handler: Handler, errors: tuple[Reason, ...]
) -> Operation:
    """One step: they differ in what they do, and in nothing else."""
    is_delete = verb == "delete"
    return Operation(
        id=f"{verb}Application",
        method="DELETE" if is_delete else "POST",
        path=APPLICATION if is_delete else f"{APPLICATION}/{verb}",
        tag=TAG,
        summary=summary,
        description=description,
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        answer=ApplicationShown,
        is_conditional=True,
        errors=errors,
        audit=Audited(
            action=f"application.{verb}",
            target="application_id",
            record=ApplicationAnswer,
            before=read_application,
        ),
        handler=handler,
    )


OPERATIONS: tuple[Operation, ...] = (
    _step(
        "enable",
        "Enable an application",
        "What was disabled works again, with its tokens, and a scheduled deletion is undone.",
        handler=enable_application,
        errors=(RECORD_SUSPENDED, RECORD_RANK),
    ),
    _step(
        "disable",
        "Disable an application",
        "It authenticates nowhere, and its tokens and origins stop at once. Enabling revives them.",
        handler=disable_application,
        errors=(RECORD_LOCKED, RECORD_SUSPENDED),
    ),
    _step(
        "archive",
        "Archive an application",
        "It stops at once, as if disabled, and is put out of sight.",
        handler=archive_application,
        errors=(RECORD_LOCKED, RECORD_SUSPENDED, RECORD_BUILT_IN),
    ),
    _step(
        "unarchive",
        "Take an application out of the archive",
        "It is as it was before: if it was enabled, it works again.",
        handler=unarchive_application,
        errors=(RECORD_LOCKED, RECORD_SUSPENDED, RECORD_RANK),
    ),
    _step(
        "delete",
        "Schedule an application's deletion",
        "It stops and is locked at once, and is removed for good at `purge_at`, after 30 days. Until then "
        "`enableApplication` undoes it.",
        handler=delete_application,
        errors=(RECORD_LOCKED, RECORD_SUSPENDED, RECORD_BUILT_IN),
    ),
)
