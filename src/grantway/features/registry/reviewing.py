"""What of a change of an application acts, and what waits beside it until an operator has read it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid
from grantway.core.model import Application, Id, Instant
from grantway.core.policy import Preset
from grantway.core.ports import OrganizationDoor, Tx
from grantway.core.publication import Decision, PublicationStep, needs_approval
from grantway.core.reviewing import Concern, Members, PendingVersion, Split, concerns_of, split
from grantway.features.access.callers import Caller
from grantway.features.fields import Findings
from grantway.features.registry.drafts import ApplicationDraft, draft_of
from grantway.features.registry.rules import Context, judge
from grantway.features.services import Services


def review_of(tx: Tx, application: Application, preset: Preset) -> frozenset[Concern]:
    """What of a change waits. The platform's policy is read only where it makes a difference."""
    may_be_left_open = application.audience_effective == "any_organization"
    needs = may_be_left_open and needs_approval(preset, tx.gate.platform_policy())
    return concerns_of(application, needs_approval=needs)


def members_of(draft: ApplicationDraft) -> dict[str, Any]:
    """A draft by the names of its members."""
    return {field.name: getattr(draft, field.name) for field in fields(draft)}


def wanted_of(application: Application, members: Members) -> ApplicationDraft:
    """The stored record with what waits of it."""
    return replace(draft_of(application), **members)


def still_possible(tx: Tx, application: Application, members: Members, context: Context) -> dict[str, Any]:
    """What waits, without what could not be registered any more: a scope that is gone stops no edit."""
    kept = dict(members)
    known = application.audience_organizations
    if "audience_organizations" in kept:
        kept["audience_organizations"] = tuple(
            one
            for one in kept["audience_organizations"]
            if one in known or tx.gate.organization_record(one) is not None
        )
    for _ in range(2):
        findings = Findings()
        judge(wanted_of(application, kept), context, findings)
        if not findings.members:
            return kept
        kept = {name: value for name, value in kept.items() if name not in findings.members}
    return {}


def divided(before: Application, whole: ApplicationDraft, concerns: frozenset[Concern]) -> Split:
    """A judged draft in what acts and what waits. Raises Invalid where too little would be left."""
    found = split(members_of(draft_of(before)), members_of(whole), concerns)
    if found.stranded:
        raise Invalid(tuple(FieldError(name, errors.FIELD_UNREVIEWED) for name in found.stranded))
    return found


def kept(
    door: OrganizationDoor,
    caller: Caller,
    before: PendingVersion | None,
    *,
    application_id: Id,
    waiting: Members,
    now: Instant,
) -> bool:
    """Store what waits now, in place of what did. Whether nothing waited before this."""
    if not waiting:
        if before is not None:
            door.drop_pending_version(application_id)
        return False
    if before is None or before.members != waiting:
        door.keep_pending_version(
            PendingVersion(
                application_id=application_id,
                members=waiting,
                created_at=now if before is None else before.created_at,
                updated_at=now,
                user_id=caller.user_id,
                through_id=caller.application_id,
            )
        )
    return before is None


def step_of(
    services: Services,
    caller: Caller,
    application_id: Id,
    decision: Decision,
    *,
    terms_version: str | None = None,
) -> PublicationStep:
    """A step on the way to publication, as this caller takes it now."""
    return PublicationStep(
        id=services.entropy.new_id(),
        application_id=application_id,
        at=services.clock.now(),
        decision=decision,
        user_id=caller.user_id,
        through_id=caller.application_id,
        terms_version=terms_version,
    )
