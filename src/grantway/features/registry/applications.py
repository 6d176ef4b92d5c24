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
from grantway.core.model import Application, Id, Installation, Organization
from grantway.core.policy import STANDARD, Preset
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.publication import needs_approval
from grantway.core.reviewing import Members, PendingVersion, base_of
from grantway.features.access.callers import Caller, enter, enter_platform
from grantway.features.access.permissions import (
    APPLICATIONS_READ,
    APPLICATIONS_WRITE,
    PLATFORM,
    beyond_caller,
)
from grantway.features.access.ranks import rank_of
from grantway.features.audit import Act, AuditLog
from grantway.features.fields import Findings, no_such, unknown_value
from grantway.features.registry.containment import require_editable, require_unsuspended
from grantway.features.registry.drafts import ApplicationDraft, completed
from grantway.features.registry.editing import addressed, changed, check_name, judge_power, signing_algorithms
from grantway.features.registry.following import follow_application
from grantway.features.registry.records import new_application, rewritten
from grantway.features.registry.reviewing import divided, kept, review_of, step_of, still_possible, wanted_of
from grantway.features.registry.rules import Context, judge
from grantway.features.registry.stopping import with_ranks
from grantway.features.services import Services

MOST_APPLICATIONS = 1_000
"""How many an organization has that no operator gave it."""

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

    def listed_everywhere(
        self, tx: Tx, caller: Caller, *, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[tuple[Application, str], ...]:
        """For operators: those of all organizations by their ids, each with its organization's name."""
        return enter_platform(tx, caller, PLATFORM).applications_with_owners(page, only)

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
        client_id: str | None = None,
    ) -> Application:
        """Register an application. Raises Invalid.

        With `default_name` it is the one that its preset offers; raises Conflict where there is one.
        With `client_id` it moves in under an id of its own: raises Conflict where that is, or was, in use.
        """
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        preset = self._presets.get(draft.preset)
        if preset is None:
            raise Invalid((FieldError("preset", unknown_value(self._presets)),))
        if default_name is None and preset.default_application(draft.name) is not None:
            raise Invalid((FieldError("name", errors.FIELD_RESERVED),))
        place = door.read()
        if client_id is not None and place is not None and not preset.addresses_required:
            context = replace(self._context(tx, preset, place, None), moves_in=True)
            whole = completed(draft, preset, None, spoken=self._spoken)
            whole = self._judged(tx, caller, whole, context, {})
        else:
            whole = self.judged(tx, caller, draft, preset=preset, place=place)
        application = new_application(
            whole,
            preset,
            self._services,
            organization_id=organization_id,
            creator_id=caller.user_id,
            waits=self._waits(tx, whole, preset),
            default_name=default_name,
        )
        if client_id is not None:
            # What its owners stopped elsewhere is theirs to start again.
            application = replace(application, client_id=client_id)
        elif application.state != "enabled":
            application = replace(application, stopped_by_rank=rank_of(caller, APPLICATIONS_WRITE))
        # Operators are not bounded: so they make room for whoever asks them.
        if not caller.is_platform and door.count_applications() >= MOST_APPLICATIONS:
            raise Conflict(errors.LIMIT_APPLICATIONS)
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

        Of an application that was approved, what reaches further and what people see waits beside it.
        An application that is to be deleted is locked; enabling it again is the one change it takes.
        Raises NotFound, PreconditionFailed, Conflict, Forbidden and Invalid.
        """
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        before = door.application(application_id)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        pending = door.pending_version(before.id)
        require_power_over(caller, before, pending)
        require_editable(before)
        require_unsuspended(caller, before)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        if before.state == "deletion_scheduled" and dict(changes) != {"state": "enabled"}:
            raise Conflict(RECORD_LOCKED)
        preset = self.preset_of(before)
        check_name(before, preset, changes)
        acting, waiting = self._parts(tx, caller, before, changes, pending=pending)
        now, waits = self._services.clock.now(), self._waits(tx, acting, preset)
        wanted = rewritten(before, acting, now=now, waits=waits, match=preset.redirect_match)
        wanted = with_ranks(caller, before, wanted, acts=changes.keys())
        # Written also where all of it waits: the tag of the record is the tag of what waits of it.
        written = door.update_application(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        if kept(door, caller, pending, application_id=before.id, waiting=waiting, now=now):
            door.insert_publication_step(step_of(self._services, caller, before.id, "pending"))
            self._log.record(tx, THE_SERVER, Act("application.wait", before.id, organization_id))
        self.follow(tx, door, before, written)
        return written

    def preset_of(self, application: Application) -> Preset:
        """The preset that an application was made with."""
        return self._presets.get(application.preset, STANDARD)

    def follow(self, tx: Tx, door: OrganizationDoor, before: Application, after: Application) -> None:
        """Carry a change to where it matters, and tell those who have to decide about it."""
        for one in follow_application(door, before, after):
            self._ask(tx, one)

    def _parts(
        self,
        tx: Tx,
        caller: Caller,
        before: Application,
        changes: Mapping[str, Any],
        *,
        pending: PendingVersion | None,
    ) -> tuple[ApplicationDraft, Members]:
        """What of a change acts, and what waits from now on. Raises Invalid."""
        preset = self.preset_of(before)
        concerns = review_of(tx, before, preset)
        # Where nothing is reviewed any more nothing waits: it is said anew, and acts.
        asked = self._asked(tx, before, pending if concerns else None, changes)
        draft = changed(before, wanted_of(before, asked), changes)
        place = tx.organization(before.organization_id).read()
        whole = self.judged(tx, caller, draft, preset=preset, place=place, before=before, asked=asked)
        parts = divided(before, whole, concerns)
        return replace(whole, **parts.acting), parts.waiting

    def _asked(
        self, tx: Tx, before: Application, pending: PendingVersion | None, changes: Mapping[str, Any]
    ) -> Members:
        """What waits and is not spoken of, as far as it could still be registered."""
        asked = base_of(pending, changes)
        place = tx.organization(before.organization_id).read()
        if not asked or place is None:
            return asked
        context = self._context(tx, self.preset_of(before), place, before)
        return still_possible(tx, before, asked, context)

    def _context(self, tx: Tx, preset: Preset, place: Organization, before: Application | None) -> Context:
        algorithms = signing_algorithms(self._services)
        return Context(preset, tx.gate.catalogue(), place, before, self._spoken, algorithms)

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

    def judged(
        self,
        tx: Tx,
        caller: Caller,
        draft: ApplicationDraft,
        *,
        preset: Preset,
        place: Organization | None,
        before: Application | None = None,
        asked: Members | None = None,
    ) -> ApplicationDraft:
        """The whole draft, by every rule. Raises Invalid.

        `asked` is what waits for a review already: whoever asked for it was judged by their own power.
        """
        if not preset.addresses_required or preset.default_application(draft.name) is not None:
            # Whoever takes what a preset offers says nothing about it but that they want it.
            draft = addressed(tx, caller, draft)
        whole = completed(draft, preset, before, spoken=self._spoken)
        if place is None:
            raise NotFound(RECORD_NOT_FOUND)
        return self._judged(tx, caller, whole, self._context(tx, preset, place, before), asked or {})

    def _judged(
        self, tx: Tx, caller: Caller, whole: ApplicationDraft, context: Context, asked: Members
    ) -> ApplicationDraft:
        findings, before = Findings(), context.before
        judge(whole, context, findings)
        judge_power(caller, whole, context, findings, asked=asked.get("scopes", ()))
        known = before.audience_organizations if before else frozenset()
        for index, identifier in enumerate(whole.audience_organizations[:50]):
            if identifier not in known and tx.gate.organization_record(identifier) is None:
                findings.add(f"audience_organizations[{index}]", no_such("an organization by its id"))
        if before:
            for name in FIXED:
                if getattr(whole, name) != getattr(before, name):
                    findings.add(name, errors.FIELD_IMMUTABLE)
        findings.raise_if_any()
        return whole


def require_power_over(
    caller: Caller, application: Application, pending: PendingVersion | None = None
) -> None:
    """An application that may do more than the caller is not the caller's to change or to get into.

    Nor is one that is going to: what is added to what waits would be approved with it.
    """
    asked = pending.members.get("scopes", ()) if pending else ()
    if beyond_caller(caller, application.scopes.union(asked)):
        raise Forbidden(RECORD_FORBIDDEN, "the application has scopes beyond the caller")
