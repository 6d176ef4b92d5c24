"""The service accounts of an organization: users that are no people, and which applications act as them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from grantway.core import errors
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_NOT_FOUND,
    RECORD_TOO_MANY,
    Conflict,
    NotFound,
    PreconditionFailed,
    Reason,
)
from grantway.core.model import Id, Role, ServiceAccount, State
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.service_accounts import SERVICE_ROLES
from grantway.features import fields
from grantway.features.access.callers import Caller, enter, enter_to_appoint
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE, beyond_caller
from grantway.features.access.ranks import rank_of_change
from grantway.features.fields import Findings, no_such
from grantway.features.services import Services

MOST_SERVICE_ACCOUNTS = 200
"""Of one organization."""


@dataclass(frozen=True, slots=True)
class ServiceAccountDraft:
    """A service account as somebody wants it."""

    name: str
    role: str
    applications: tuple[Id, ...] = ()
    state: str = "enabled"


class ServiceAccounts:
    """What administrators do about them. Nobody gives one more than a developer may."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page
    ) -> tuple[ServiceAccount, ...]:
        """Those of an organization, in the order of their ids."""
        door = enter(tx, caller, MEMBERS_READ, organization_id)
        return door.service_accounts(after=page.after, limit=page.limit)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, service_account_id: Id) -> ServiceAccount:
        """One of them. Raises NotFound."""
        return _require(enter(tx, caller, MEMBERS_READ, organization_id), service_account_id)

    def create(
        self, tx: Tx, caller: Caller, organization_id: Id, draft: ServiceAccountDraft
    ) -> ServiceAccount:
        """Make one. Raises Forbidden, Conflict and Invalid."""
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        self._judge(tx, caller, organization_id, draft, frozenset())
        if door.count_service_accounts() >= MOST_SERVICE_ACCOUNTS:
            raise Conflict(RECORD_TOO_MANY)
        account = ServiceAccount(
            id=self._services.entropy.new_id(),
            organization_id=organization_id,
            name=draft.name,
            role=cast("Role", draft.role),
            state=cast("State", draft.state),
            epoch=1,
            version=1,
            applications=frozenset(draft.applications),
            created_by=caller.user_id,
            created_at=self._services.clock.now(),
        )
        door.insert_service_account(account)
        return account

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        service_account_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> ServiceAccount:
        """Change its name, role, state or applications.

        Disabling it or unlisting an application ends its tokens for good.
        Raises NotFound, PreconditionFailed, Forbidden and Invalid.
        """
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        before = _require(door, service_account_id)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        former = ServiceAccountDraft(
            before.name, before.role, tuple(sorted(before.applications)), before.state
        )
        draft = replace(former, **changes)
        self._judge(tx, caller, organization_id, draft, before.applications)
        listed = frozenset(draft.applications)
        is_disabled_now = draft.state == "disabled" and before.state != "disabled"
        ends_tokens = is_disabled_now or bool(before.applications - listed)
        wanted = replace(
            before,
            name=draft.name,
            role=cast("Role", draft.role),
            state=cast("State", draft.state),
            applications=listed,
            # An application that is listed again later finds none of its tokens alive.
            epoch=before.epoch + ends_tokens,
            stopped_by_rank=rank_of_change(caller, MEMBERS_WRITE, before, changes),
        )
        written = door.update_service_account(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete(
        self, tx: Tx, caller: Caller, organization_id: Id, *, service_account_id: Id, version: int
    ) -> None:
        """Remove one; its tokens end. Raises NotFound and PreconditionFailed."""
        door = enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        _require(door, service_account_id)
        if not door.delete_service_account(service_account_id, version=version):
            raise PreconditionFailed(RECORD_CHANGED)

    def _judge(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        draft: ServiceAccountDraft,
        listed_before: frozenset[Id],
    ) -> None:
        findings = Findings()
        findings.add("name", fields.name_problem(draft.name))
        findings.add("role", fields.one_of(draft.role, SERVICE_ROLES))
        findings.add("state", fields.one_of(draft.state, ("enabled", "disabled")))

        def problem(text: str) -> Reason | None:
            application_id = int(text)
            if application_id in listed_before:
                return None
            return _listing_problem(tx, caller, organization_id, application_id)

        findings.check_each("applications", [str(one) for one in draft.applications], problem)
        findings.raise_if_any()


def _listing_problem(tx: Tx, caller: Caller, organization_id: Id, application_id: Id) -> Reason | None:
    """Own applications and those installed here can be listed; all others are answered alike.

    A vendor whose application is installed must not become every service account of the organization,
    so an installation alone lists nothing.
    """
    application = tx.gate.application(application_id)
    if application is None:
        return no_such("an own application, or one that is installed, by its id")
    scopes = application.scopes
    if application.organization_id != organization_id:
        installation = tx.gate.installation(application_id, organization_id)
        if installation is None or installation.state not in {"active", "suspended"}:
            return no_such("an own application, or one that is installed, by its id")
        scopes &= installation.scopes
    if application.type == "public":
        return errors.FIELD_FORBIDDEN
    return errors.FIELD_SCOPE_BEYOND if beyond_caller(caller, scopes) else None


def _require(door: OrganizationDoor, service_account_id: Id) -> ServiceAccount:
    account = door.own_service_account(service_account_id)
    if account is None:
        raise NotFound(RECORD_NOT_FOUND)
    return account
