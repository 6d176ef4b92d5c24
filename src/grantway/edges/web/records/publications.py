"""Publication of applications: owners submit and withdraw, operators decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.errors import RECORD_BUILT_IN, RECORD_LOCKED, RECORD_PUBLICATION, RECORD_SUSPENDED, Reason
from grantway.core.identifiers import to_text
from grantway.core.publication import DECISIONS, PUBLICATIONS, REJECTIONS, PublicationStep
from grantway.edges.web.operations import Audited, Call, Handler, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.application_forms import ApplicationAnswer, ApplicationShown, answer_of
from grantway.edges.web.records.applications import read_application, reply_of
from grantway.edges.web.records.life_cycle import APPLICATION
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, one_of, text_of, time_of
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE, PLATFORM
from grantway.features.registry.publication import LONGEST_TERMS_VERSION, Rejection, Target

TAG = "Publication"
WAITING = "pending"
"""The state of the queue for what waits of applications that were approved, or were open before."""


STEPS = {
    "submitted": _("Submitted for publication"),
    "withdrawn": _("Withdrawn"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "pending": _("A change waits for review"),
    "pending_withdrawn": _("The change was withdrawn"),
    "pending_approved": _("The change was approved"),
    "pending_rejected": _("The change was rejected"),
}
"""How each step reads."""
REASONS = {
    "incomplete": _("Something is missing"),
    "difficult_to_use": _("It is difficult to use"),
    "insecure": _("It is not secure"),
    "other": _("Something else, in words"),
}
"""How each reason reads."""
Why = Annotated[
    str,
    one_of("Why it is not published. `other` needs a text.", *REJECTIONS, title=_("Reasons"), labels=REASONS),
]


class PublicationAnswer(msgspec.Struct, frozen=True):
    """One step on the way to publication."""

    id: IdText
    at: Annotated[datetime, about("When it was taken.", "2026-11-21T09:30:00Z")]
    decision: Annotated[
        str,
        one_of("What was done; `pending` and what begins with it is about a pending version.", *DECISIONS),
    ]
    user_id: Annotated[str | None, about("Who did it; null for an application alone.", "5hB2pLr9Qa")]
    reasons: Annotated[tuple[str, ...], about("Why it was rejected.", ["incomplete"])]
    text: Annotated[str, about("The same in words.", "The logo is a placeholder.")]
    terms_version: Annotated[str | None, about("The terms that were accepted.", "1")]


class SubmissionCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A request to be published."""

    terms_version: Annotated[
        str | None,
        about(
            _(
                "The version of the platform's terms that is accepted: the one that holds now. Only a preset "
                "that is `settled_offline` goes without."
            ),
            "1",
            title=_("Version of the terms that you accept"),
            minLength=1,
            maxLength=LONGEST_TERMS_VERSION,
        ),
    ] = None


class RejectionCreate(msgspec.Struct, forbid_unknown_fields=True):
    """What has to be better."""

    reasons: Annotated[
        tuple[Why, ...],
        about(
            _("At least one."),
            ["incomplete"],
            title=_("Reasons"),
            labels=REASONS,
            minItems=1,
            maxItems=len(REJECTIONS),
            uniqueItems=True,
        ),
    ]
    text: Annotated[
        str,
        about(
            _("In words, for the owner."),
            "The logo is a placeholder.",
            title=_("In words"),
            maxLength=fields.LONGEST_TEXT,
        ),
    ] = ""


def _answer_of_step(step: PublicationStep) -> PublicationAnswer:
    return PublicationAnswer(
        id=to_text(step.id),
        at=time_of(step.at),
        decision=step.decision,
        user_id=text_of(step.user_id),
        reasons=step.reasons,
        text=step.text,
        terms_version=step.terms_version,
    )


def target_of(call: Call) -> Target:
    """The application that a step is about, as the caller read it."""
    return Target(call.organization_id, call.ids["application_id"], call.version)


def list_publication_steps(features: RecordFeatures, call: Call) -> Listing:
    """The history of an application's publication."""
    found = features.publications.steps(
        call.tx, call.caller, call.organization_id, application_id=call.ids["application_id"]
    )
    return Listing.of_all(((_answer_of_step(one), one.id) for one in found), call.page)


def list_submissions(features: RecordFeatures, call: Call) -> Listing:
    """The operators' queue."""
    state = call.query.get("state", "submitted")
    publication = "" if state == WAITING else state
    if state == WAITING:
        found = features.pending.queue(call.tx, call.caller, page=call.page)
    else:
        found = features.publications.queue(call.tx, call.caller, page=call.page, publication=state)
    waiting = features.pending.of_queue(call.tx, call.caller, found, publication=publication)
    return Listing(
        tuple(answer_of(one, waiting.get(one.id)) for one in found), tuple(one.id for one in found)
    )


def submit_application(features: RecordFeatures, call: Call) -> Reply:
    """Ask for publication."""
    terms: str | None = call.body.terms_version
    written = features.publications.submit(call.tx, call.caller, target_of(call), terms_version=terms)
    return reply_of(features, call, written)


def withdraw_application(features: RecordFeatures, call: Call) -> Reply:
    """Take an application back."""
    return reply_of(features, call, features.publications.withdraw(call.tx, call.caller, target_of(call)))


def approve_application(features: RecordFeatures, call: Call) -> Reply:
    """Publish an application."""
    return reply_of(features, call, features.publications.approve(call.tx, call.caller, target_of(call)))


def reject_application(features: RecordFeatures, call: Call) -> Reply:
    """Say what has to be better."""
    rejection = Rejection(call.body.reasons, call.body.text)
    written = features.publications.reject(call.tx, call.caller, target_of(call), rejection=rejection)
    return reply_of(features, call, written)


@dataclass(frozen=True, slots=True)
class Stage:
    """What steps are about, and how it shows in their names, paths and acts."""

    noun: str
    path: str
    action: str
    errors: tuple[Reason, ...]


_WHOLE = Stage("Application", "", "", (RECORD_LOCKED, RECORD_SUSPENDED, RECORD_BUILT_IN, RECORD_PUBLICATION))


def step_operation(
    verb: str,
    summary: str,
    description: str,
    *,
    handler: Handler,
    request: type[msgspec.Struct] | None = None,
    is_operators: bool = False,
    stage: Stage = _WHOLE,
) -> Operation:
    """One step. They differ in what they do, and in nothing else."""
    return Operation(
        id=verb + stage.noun,
        method="POST",
        path=f"{APPLICATION}/{stage.path}{verb}",
        tag=TAG,
        summary=summary,
        description=description,
        permission=PLATFORM if is_operators else APPLICATIONS_WRITE,
        tenant=Tenant.PLATFORM if is_operators else Tenant.PATH,
        request=request,
        answer=ApplicationShown,
        is_conditional=True,
        errors=stage.errors,
        audit=Audited(
            action=f"application.{verb}{stage.action}",
            target="application_id",
            record=ApplicationAnswer,
            before=read_application,
        ),
        handler=handler,
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listPublicationSteps",
        method="GET",
        path=APPLICATION + "/publication-steps",
        tag=TAG,
        summary="Read the history of a publication",
        description="Who submitted, withdrew, approved or rejected the application, and with which words.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=PublicationAnswer,
        is_list=True,
        handler=list_publication_steps,
    ),
    step_operation(
        "submit",
        "Submit an application for publication",
        "It needs a description, an address, an owner to write to, a scope, and redirect URIs if it signs "
        "users in. What is missing is named. A rejected application can be submitted again.",
        handler=submit_application,
        request=SubmissionCreate,
    ),
    step_operation(
        "withdraw",
        "Withdraw an application from publication",
        "It is a draft again. If its audience had waited for the approval, it shrinks to its own "
        "organization. What is pending is dropped.",
        handler=withdraw_application,
    ),
    step_operation(
        "approve",
        "Approve an application",
        "For operators. It is published, and its audience is what it asked for.",
        handler=approve_application,
        is_operators=True,
    ),
    step_operation(
        "reject",
        "Reject an application",
        "For operators. An approval can be taken back this way, too; what is pending is dropped with it.",
        handler=reject_application,
        request=RejectionCreate,
        is_operators=True,
    ),
    Operation(
        id="listSubmissions",
        method="GET",
        path="/publications",
        tag=TAG,
        summary="List what waits for a decision",
        description="For operators: applications of all organizations in a state of publication, or with a "
        "`pending` version.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=ApplicationAnswer,
        is_list=True,
        queries=(
            Query(
                "state", "The state; `submitted` if left out.", "submitted", values=(*PUBLICATIONS, WAITING)
            ),
        ),
        handler=list_submissions,
    ),
)
