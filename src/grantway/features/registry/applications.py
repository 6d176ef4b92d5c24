"""Registering, reading, changing and removing applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grantway.core import errors
from grantway.core.audit import THE_SERVER
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_FORBIDDEN,
    RECORD_LOCKED,
    RECORD_NOT_FOUND,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
)
from grantway.core.identifiers import to_text
from grantway.core.listing import EVERY_APPLICATION, ApplicationFilter
from grantway.core.model import Application, Id, Installation
from grantway.core.policy import STANDARD, Preset
from grantway.core.ports import Page, Tx
from grantway.core.publication import needs_approval
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE, beyond_caller
from grantway.features.audit import Act, AuditLog
from grantway.features.fields import Findings
from grantway.features.registry.drafts import ApplicationDraft, completed, draft_of, merged
from grantway.features.registry.following import follow_application
from grantway.features.registry.records import new_application, rewritten
from grantway.features.registry.rules import Context, judge
from grantway.features.services import Services

FIXED = ("type", "preset")
"""What an application is made as, and stays."""


class Applications:
    """The applications of an organization, as its developers and programs manage them."""

    def __init__(
        self, services: Services, presets: Mapping[str, Preset], spoken: frozenset[str] = frozenset()
    ) -> None:
        self._services = services
        self._presets = {STANDARD.name: STANDARD, **presets}
        self._log = AuditLog(services)
        self._spoken = spoken

    def listed(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        page: Page,
        only: ApplicationFilter = EVERY_APPLICATION,
    ) -> tuple[Application, ...]:
        """The organization's applications, in the order of their ids."""
        return enter(tx, caller, APPLICATIONS_READ, organization_id).applications(page, only)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id) -> Application:
        """One application. Raises NotFound."""
        application = enter(tx, caller, APPLICATIONS_READ, organization_id).application(application_id)
        if application is None:
            raise NotFound(RECORD_NOT_FOUND)
        return application

    def create(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        draft: ApplicationDraft,
        *,
        default_name: str | None = None,
    ) -> Application:
        """Register an application. Raises Invalid.

        With `default_name` it is the one that its preset offers; raises Conflict where there is one.
        """
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        preset = self._presets.get(draft.preset)
        if preset is None:
            raise Invalid((FieldError("preset", errors.FIELD_UNKNOWN_VALUE),))
        if default_name is None and preset.default_application(draft.name) is not None:
            raise Invalid((FieldError("name", errors.FIELD_RESERVED),))
        whole = self._judged(tx, caller, draft, preset=preset, before=None)
        application = new_application(
            whole,
            preset,
            self._services,
            organization_id=organization_id,
            creator_id=caller.user_id,
            waits=self._waits(tx, whole, preset),
            default_name=default_name,
        )
        door.insert_application(application)
        return application

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        application_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> Application:
        """Change the named fields of a draft, and judge the record that results as if it were new.

        An application that is to be deleted is locked; enabling it again is the one change it takes.
        Raises NotFound, PreconditionFailed, Conflict, Forbidden and Invalid.
        """
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        before = door.application(application_id)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        require_power_over(caller, before)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        if before.state == "deletion_scheduled" and dict(changes) != {"state": "enabled"}:
            raise Conflict(RECORD_LOCKED)
        preset = self._presets.get(before.preset, STANDARD)
        _check_name(before, preset, changes)
        whole = self._judged(tx, caller, _changed(before, changes), preset=preset, before=before)
        now, waits = self._services.clock.now(), self._waits(tx, whole, preset)
        wanted = rewritten(before, whole, now=now, waits=waits, match=preset.redirect_match)
        written = door.update_application(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        for one in follow_application(door, before, written):
            self._ask(tx, one)
        return written

    def _ask(self, tx: Tx, installation: Installation) -> None:
        """Scopes wait for the consent of an organization: its administrators are told."""
        told = {
            "application_id": to_text(installation.application_id),
            "scopes_pending": sorted(installation.scopes_pending),
        }
        act = Act("installation.ask", installation.id, installation.organization_id, after=told)
        self._log.record(tx, THE_SERVER, act)

    def _waits(self, tx: Tx, draft: ApplicationDraft, preset: Preset) -> bool:
        """Whether what a draft asks for needs an approval first. Most ask for nothing of the kind."""
        return draft.audience == "any_organization" and needs_approval(preset, tx.gate.platform_policy())

    def _judged(
        self, tx: Tx, caller: Caller, draft: ApplicationDraft, *, preset: Preset, before: Application | None
    ) -> ApplicationDraft:
        if not preset.addresses_required:
            draft = _addressed(tx, caller, draft)
        whole = completed(draft, preset, before, spoken=self._spoken)
        findings = Findings()
        context = Context(preset, tx.gate.catalogue(), before, self._spoken, _signs(self._services))
        judge(whole, context, findings)
        _judge_power(caller, whole, context.held, findings)
        former_consent = before.settings.consent if before else preset.settings.consent
        # Sparing users the question is the platform's decision, not the decision of who asks for data.
        if whole.consent not in {"ask", former_consent} and not caller.is_platform:
            findings.add("consent", errors.FIELD_OPERATOR)
        known = before.audience_organizations if before else frozenset()
        for index, identifier in enumerate(whole.audience_organizations[:50]):
            if identifier not in known and tx.gate.organization_record(identifier) is None:
                findings.add(f"audience_organizations[{index}]", errors.FIELD_UNKNOWN_VALUE)
        if before:
            for name in FIXED:
                if getattr(whole, name) != getattr(before, name):
                    findings.add(name, errors.FIELD_IMMUTABLE)
        findings.raise_if_any()
        return whole


def require_power_over(caller: Caller, application: Application) -> None:
    """An application that may do more than the caller is not the caller's to change or to get into."""
    if beyond_caller(caller, application.scopes):
        raise Forbidden(RECORD_FORBIDDEN, "the application has scopes beyond the caller")


def _judge_power(caller: Caller, draft: ApplicationDraft, held: frozenset[str], findings: Findings) -> None:
    excess = beyond_caller(caller, frozenset(draft.scopes) - held)
    for index, value in enumerate(draft.scopes):
        if value in excess:
            findings.add(f"scopes[{index}]", errors.FIELD_SCOPE_BEYOND)


def _check_name(before: Application, preset: Preset, changes: Mapping[str, Any]) -> None:
    """The name of a default application is how it is found: it stays, and nothing else takes it (B16)."""
    name = changes.get("name", before.name)
    if name == before.name:
        return
    if before.default_name is not None:
        raise Invalid((FieldError("name", errors.FIELD_IMMUTABLE),))
    if preset.default_application(name) is not None:
        raise Invalid((FieldError("name", errors.FIELD_RESERVED),))


def _signs(services: Services) -> dict[str, frozenset[str]]:
    """The algorithms that there are keys of wherever a dialect is spoken."""
    found: dict[str, frozenset[str]] = {}
    for mount, dialect in services.dialects.items():
        there = frozenset(services.keyring.algorithms(mount))
        found[dialect] = there & found.get(dialect, there)
    return found


def _changed(before: Application, changes: Mapping[str, Any]) -> ApplicationDraft:
    former = draft_of(before)
    draft = replace(former, **changes)
    if "dialect_settings" in changes:
        said = merged(former.dialect_settings or {}, changes["dialect_settings"])
        draft = replace(draft, dialect_settings=said)
    if before.redirects or not draft.redirect_uris:
        return draft
    # Signing users in begins here: what the caller left unsaid follows from that.
    if "grant_types" not in changes:
        draft = replace(draft, grant_types=None)
    if "audience" not in changes and before.audience_requested == "own_organization":
        draft = replace(draft, audience=None)
    return draft


def _addressed(tx: Tx, caller: Caller, draft: ApplicationDraft) -> ApplicationDraft:
    """Somebody can always be told: without an address, whoever writes the record is."""
    if draft.notification_addresses:
        return draft
    address = draft.owner_email
    if caller.user_id is not None:
        user = tx.gate.user(caller.user_id)
        address = user.email if user else address
    elif address is None and caller.application_id is not None:
        application = tx.gate.application(caller.application_id)
        address = next(iter(application.notification_addresses), None) if application else None
    return draft if address is None else replace(draft, notification_addresses=(address,))
