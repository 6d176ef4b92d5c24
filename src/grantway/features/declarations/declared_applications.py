"""The applications of a declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid
from grantway.core.model import Application, Id
from grantway.core.reviewing import Members
from grantway.features.declarations.declared import Declaration, Declared
from grantway.features.declarations.planning import Work, differing, organization_of, own_applications
from grantway.features.fields import Findings, no_such
from grantway.features.registry.applications import Applications
from grantway.features.registry.drafts import SETTINGS_FIELDS, ApplicationDraft, draft_of, merged
from grantway.features.registry.life_cycle import LifeCycle
from grantway.features.registry.reviewing import wanted_of


class DeclaredApplications:
    """Applications."""

    def __init__(self, work: Work, applications: Applications, life_cycle: LifeCycle) -> None:
        self._work = work
        self._applications = applications
        self._life_cycle = life_cycle
        self._at = (work.tx, work.caller, work.organization.id)
        self._known = own_applications(work)

    def applications(self, declaration: Declaration) -> None:
        """Make and change them, and schedule the deletion of what is to be absent."""
        named: set[Id] = set()
        for one in declaration.applications:
            with self._work.at(one.path, _place_of):
                found = self._found(one)
                if found is not None:
                    named.add(found.id)
                self._application(found, one)
        self._work.plan.unmanaged += [
            ("application", one.name)
            for one in self._known
            if one.id not in named and one.state != "deletion_scheduled"
        ]

    def _found(self, one: Declared) -> Application | None:
        """The application of a client id, or the only one of a name."""
        if one.client_id is not None:
            for known in self._known:
                if known.client_id == one.client_id:
                    return known
            raise Invalid((FieldError("client_id", no_such("an application of this organization")),))
        found = [known for known in self._known if known.name == one.name]
        if len(found) > 1:
            raise Invalid((FieldError("name", errors.PLAN_AMBIGUOUS),))
        return next(iter(found), None)

    def _application(self, application: Application | None, one: Declared) -> None:
        if one.is_absent:
            if application is None or application.state == "deletion_scheduled":
                self._work.plan.unchanged += 1
                return
            self._life_cycle.schedule_deletion(
                *self._at, application_id=application.id, version=application.version
            )
            self._work.removed("application", application.name, application.id)
            return
        values = self._with_ids(one.values)
        if application is None:
            draft = ApplicationDraft(**{"type": "", **values})
            made = self._applications.create(*self._at, draft)
            self._work.plan.created.append(made)
            told = {"client_id": made.client_id, **one.values}
            self._work.created("application", made.name, made.id, told)
            return
        asked = self._asked(application)
        if "dialect_settings" in values:
            whole = merged(asked.dialect_settings or {}, values["dialect_settings"])
            values["dialect_settings"] = whole
        changes = differing(asked, values)
        if application.state == "deletion_scheduled":
            changes = {"state": "enabled"}
        if not changes:
            self._work.plan.unchanged += 1
            return
        self._applications.update(
            *self._at, application_id=application.id, changes=changes, version=application.version
        )
        former, waiting = draft_of(application), self._waiting(application)
        pairs = {name: (getattr(former, name), value) for name, value in changes.items()}
        waits = frozenset(changes) & waiting.keys()
        self._work.changed("application", application.name, application.id, pairs, waits=waits)

    def _waiting(self, application: Application) -> Members:
        door = self._work.tx.organization(self._work.organization.id)
        pending = door.pending_version(application.id)
        return pending.members if pending else {}

    def _asked(self, application: Application) -> ApplicationDraft:
        """The application as its makers asked for it: what waits for a review is asked for already."""
        return wanted_of(application, self._waiting(application))

    def _with_ids(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The same values, with the organizations of short names."""
        if "audience_organizations" not in values:
            return dict(values)
        findings, found = Findings(), []
        for index, text in enumerate(values["audience_organizations"]):
            organization = organization_of(self._work.tx, text)
            if organization is None:
                findings.add(f"audience_organizations[{index}]", no_such("an organization by its id or slug"))
            else:
                found.append(organization.id)
        findings.raise_if_any()
        return {**values, "audience_organizations": tuple(found)}


def _place_of(member: str) -> str:
    """Where a file has a member of an application's draft."""
    name = re.split(r"[.\[]", member, maxsplit=1)[0]
    if name == "dialect_settings":
        return f"settings.dialects{member.removeprefix(name)}"
    return f"settings.{member}" if name in SETTINGS_FIELDS else member
