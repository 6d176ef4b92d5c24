"""Publication: an application is submitted with everything that others must know of it, and judged.

Where the platform wants it, opening to any organization waits for the approval, and until then the
application works for its own organization alone. What was open before stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grantway.core import errors
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_LOCKED,
    RECORD_NOT_FOUND,
    RECORD_PUBLICATION,
    Conflict,
    NotFound,
    PreconditionFailed,
    Reason,
)
from grantway.core.model import Application, Id
from grantway.core.policy import STANDARD, Preset
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.publication import (
    PUBLICATIONS,
    REJECTIONS,
    Decision,
    PlatformPolicy,
    Publication,
    PublicationStep,
    needs_approval,
)
from grantway.features import fields
from grantway.features.access.callers import Caller, Permission, enter, enter_platform
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE, PLATFORM
from grantway.features.fields import Findings
from grantway.features.registry.applications import require_power_over
from grantway.features.registry.containment import require_editable, require_unsuspended
from grantway.features.registry.gate_rules import judge_gates, with_gates
from grantway.features.registry.reviewing import step_of
from grantway.features.registry.vouching import Vouching
from grantway.features.services import Services

LONGEST_TERMS_VERSION = 40
_FROM: dict[Decision, tuple[Publication, ...]] = {
    "submitted": ("draft", "rejected"),
    "withdrawn": ("submitted", "approved"),
    "approved": ("submitted",),
    "rejected": ("submitted", "approved"),
}
"""Where each step starts. An approval can be taken back, by its owner and by an operator."""
_TO: dict[Decision, Publication] = {
    "submitted": "submitted",
    "withdrawn": "draft",
    "approved": "approved",
    "rejected": "rejected",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The application that a step is about, as the caller read it."""

    organization_id: Id
    application_id: Id
    version: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an application is not published."""

    reasons: tuple[str, ...]
    text: str = ""


class Publications:
    """Submitting and withdrawing for owners, deciding for operators, and the platform's policy.

    Each step raises NotFound, Forbidden, PreconditionFailed, Invalid, and Conflict for an application
    that is locked or in another state of publication.
    """

    def __init__(self, services: Services, presets: Mapping[str, Preset]) -> None:
        self._services = services
        self._presets = {STANDARD.name: STANDARD, **presets}
        self._vouching = Vouching(services)

    def steps(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id
    ) -> tuple[PublicationStep, ...]:
        """Every step that was taken, the first one first. Raises NotFound."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        if door.application(application_id) is None:
            raise NotFound(RECORD_NOT_FOUND)
        return door.publication_steps(application_id)

    def queue(self, tx: Tx, caller: Caller, *, page: Page, publication: str) -> tuple[Application, ...]:
        """For operators: applications of everybody in a state of publication. Raises Invalid."""
        desk = enter_platform(tx, caller, PLATFORM)
        findings = Findings()
        findings.add("state", fields.one_of(publication, PUBLICATIONS))
        findings.raise_if_any()
        return desk.submissions(publication=publication, after=page.after, limit=page.limit)

    def submit(
        self, tx: Tx, caller: Caller, target: Target, *, terms_version: str | None = None
    ) -> Application:
        """Ask for publication, having accepted the terms. What is missing is named by its field.

        Where a preset has both settled outside of this server, the operator who approves answers for it.
        """
        door, before = target_found(tx, caller, APPLICATIONS_WRITE, target)
        require_power_over(caller, before)
        _require_step(before, "submitted")
        policy, is_offline = tx.gate.platform_policy(), self._preset_of(before).settled_offline
        _judge_completeness(before, terms_version, policy, is_offline=is_offline)
        step = self._step(caller, before, "submitted", terms_version=terms_version)
        return self._taken(tx, caller, door, before, step)

    def withdraw(self, tx: Tx, caller: Caller, target: Target) -> Application:
        """Take the application back, also one that was approved."""
        door, before = target_found(tx, caller, APPLICATIONS_WRITE, target)
        require_power_over(caller, before)
        _require_step(before, "withdrawn")
        return self._taken(tx, caller, door, before, self._step(caller, before, "withdrawn"))

    def approve(self, tx: Tx, caller: Caller, target: Target) -> Application:
        """For operators: publish. The audience that was asked for becomes the effective one."""
        enter_platform(tx, caller, PLATFORM)
        door, before = target_found(tx, caller, PLATFORM, target)
        _require_step(before, "approved")
        step = self._step(caller, before, "approved")
        written = self._written(tx, door, before, step)
        self.approved(tx, caller, door, written, step)
        return written

    def approved(
        self, tx: Tx, caller: Caller, door: OrganizationDoor, application: Application, step: PublicationStep
    ) -> None:
        """The one place where a record is as an operator approved it: at first, and with what waited.

        Whatever rests on an approval begins here, in its transaction, and is about this record: under
        some presets it is the platform's voucher.
        """
        door.insert_publication_step(replace(step, application_id=application.id))
        if self._preset_of(application).approval_vouches:
            self._vouching.vouch_for(tx, caller, application)

    def reject(self, tx: Tx, caller: Caller, target: Target, *, rejection: Rejection) -> Application:
        """For operators: say what has to be better, also of what was approved before."""
        enter_platform(tx, caller, PLATFORM)
        door, before = target_found(tx, caller, PLATFORM, target)
        judge_rejection(rejection)
        _require_step(before, "rejected")
        step = self._step(caller, before, "rejected")
        step = replace(step, reasons=tuple(sorted(rejection.reasons)), text=rejection.text)
        return self._taken(tx, caller, door, before, step)

    def terms(self, tx: Tx, caller: Caller, organization_id: Id) -> PlatformPolicy:
        """What whoever submits has to know: the terms that hold now, and whether an approval is needed."""
        enter(tx, caller, APPLICATIONS_READ, organization_id)
        return tx.gate.platform_policy()

    def policy(self, tx: Tx, caller: Caller) -> PlatformPolicy:
        """For operators: what the platform decides for everybody."""
        enter_platform(tx, caller, PLATFORM)
        return tx.gate.platform_policy()

    def change_policy(
        self, tx: Tx, caller: Caller, *, changes: Mapping[str, object], version: int
    ) -> PlatformPolicy:
        """For operators: decide otherwise. It holds for what is asked from now on."""
        desk = enter_platform(tx, caller, PLATFORM)
        before = tx.gate.platform_policy()
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        wanted: PlatformPolicy = replace(before, **with_gates(before.gates, changes))
        findings = Findings()
        judge_gates(findings, wanted.gates, changes, self._services.dialects)
        terms = wanted.terms_version
        findings.add("terms_version", fields.line_problem(terms, longest=LONGEST_TERMS_VERSION))
        if not terms.strip():
            findings.add("terms_version", errors.FIELD_REQUIRED)
        findings.raise_if_any()
        written = desk.update_policy(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def _step(
        self, caller: Caller, before: Application, decision: Decision, *, terms_version: str | None = None
    ) -> PublicationStep:
        return step_of(self._services, caller, before.id, decision, terms_version=terms_version)

    def _taken(
        self,
        tx: Tx,
        caller: Caller,
        door: OrganizationDoor,
        before: Application,
        step: PublicationStep,
    ) -> Application:
        written = self._written(tx, door, before, step)
        if written.publication in {"draft", "rejected"}:
            # It was asked of what was approved, or of what was open: it is asked anew with the next one.
            door.drop_pending_version(before.id)
        if before.publication == "approved" and self._preset_of(before).approval_vouches:
            self._vouching.withdraw_for(tx, caller, before.id)
        door.insert_publication_step(step)
        return written

    def _written(
        self, tx: Tx, door: OrganizationDoor, before: Application, step: PublicationStep
    ) -> Application:
        publication = _TO[step.decision]
        effective = before.audience_effective
        if publication == "approved":
            effective = before.audience_requested
        elif (
            before.publication == "approved"
            and before.audience_requested == "any_organization"
            and needs_approval(self._preset_of(before), tx.gate.platform_policy())
        ):
            # Taking back an approval takes back what had waited for it.
            effective = "own_organization"
        wanted = replace(before, publication=publication, audience_effective=effective, updated_at=step.at)
        written = door.update_application(wanted, version=before.version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def _preset_of(self, application: Application) -> Preset:
        return self._presets.get(application.preset, STANDARD)


def target_found(
    tx: Tx, caller: Caller, permission: Permission, target: Target
) -> tuple[OrganizationDoor, Application]:
    """The application as it was read. Raises NotFound, and PreconditionFailed where it was changed since."""
    door = enter(tx, caller, permission, target.organization_id)
    before = door.application(target.application_id)
    if before is None:
        raise NotFound(RECORD_NOT_FOUND)
    require_editable(before)
    require_unsuspended(caller, before)
    if before.version != target.version:
        raise PreconditionFailed(RECORD_CHANGED)
    return door, before


def _require_step(before: Application, decision: Decision) -> None:
    if before.state == "deletion_scheduled":
        raise Conflict(RECORD_LOCKED)
    if before.publication not in _FROM[decision]:
        raise Conflict(RECORD_PUBLICATION)


def _terms_problem(terms_version: str | None, policy: PlatformPolicy) -> Reason | None:
    """Who accepts must have seen the terms that hold now."""
    if terms_version is None:
        return errors.FIELD_REQUIRED
    is_current = terms_version == policy.terms_version
    return None if is_current else fields.no_such("the version of the terms that hold now")


def _judge_completeness(
    application: Application, terms_version: str | None, policy: PlatformPolicy, *, is_offline: bool
) -> None:
    """A logo is welcome and not needed; everything else here people will ask for, some of them offline."""
    needed: dict[str, object] = {
        "name": application.name,
        "description": application.description.strip(),
        "base_url": application.base_url,
        "owner_email": application.owner_email,
        "scopes": application.scopes,
    }
    if "authorization_code" in application.settings.grant_types:
        needed["redirect_uris"] = application.redirects
    findings = Findings()
    for name, value in needed.items():
        if not value and not is_offline:
            findings.add(name, errors.FIELD_REQUIRED)
    if terms_version is not None or not is_offline:
        findings.add("terms_version", _terms_problem(terms_version, policy))
    findings.raise_if_any()


def judge_rejection(rejection: Rejection) -> None:
    """Whether a rejection says why. Raises Invalid."""
    findings = Findings()
    if not rejection.reasons:
        findings.add("reasons", errors.FIELD_REQUIRED)
    findings.check_each("reasons", rejection.reasons, lambda one: fields.one_of(one, REJECTIONS))
    findings.add("text", fields.text_problem(rejection.text))
    if "other" in rejection.reasons and not rejection.text.strip():
        findings.add("text", errors.FIELD_REQUIRED)
    findings.raise_if_any()
