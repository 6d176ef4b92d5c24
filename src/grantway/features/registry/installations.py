"""Installations: an organization lets an application of another one act for it (N16 to N25).

requested -> active <-> suspended -> revoked -> active, in a higher epoch
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grantway.core import errors
from grantway.core.audit import THE_SERVER
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_NOT_FOUND,
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionFailed,
)
from grantway.core.identifiers import to_text
from grantway.core.installing import InstalledApplication, InstallingOrganization
from grantway.core.listing import InstallationFilter
from grantway.core.model import Application, Id, Installation, MembersRule, Rank
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import (
    INSTALLATIONS_READ,
    INSTALLATIONS_REQUEST,
    INSTALLATIONS_WRITE,
)
from grantway.features.access.ranks import higher, rank_of, require_rank
from grantway.features.audit import Act, AuditLog
from grantway.features.fields import no_such
from grantway.features.registry.installation_rules import (
    MEMBERS,
    SETTABLE_STATES,
    InstallationDraft,
    check_rank,
    check_state,
    is_offered,
    judge,
    judge_changes,
    lent,
)
from grantway.features.registry.installation_steps import blank, changed, granted
from grantway.features.registry.minting import SecretDraft, Whose, make_secret
from grantway.features.registry.vouching import Vouching
from grantway.features.services import Services

REVOKED_REASON = "installation_revoked"


class Installations:
    """What an organization lets in, and who lets the organization's own applications in."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)
        self._vouching = Vouching(services)

    # As the organization that grants ---------------------------------------------------------------
    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page, only: InstallationFilter
    ) -> tuple[InstalledApplication, ...]:
        """The authorized applications, and the queue of requests and of scopes that wait."""
        return enter(tx, caller, INSTALLATIONS_READ, organization_id).installed_applications(page, only)

    def read(
        self, tx: Tx, caller: Caller, organization_id: Id, *, installation_id: Id
    ) -> InstalledApplication:
        """One of them. Raises NotFound."""
        return _require(enter(tx, caller, INSTALLATIONS_READ, organization_id), installation_id)

    def grant(
        self, tx: Tx, caller: Caller, organization_id: Id, draft: InstallationDraft
    ) -> InstalledApplication:
        """Let an application in: for the first time, on request, or anew. Raises Conflict and Invalid."""
        door = enter(tx, caller, INSTALLATIONS_WRITE, organization_id)
        application = self._find(tx, organization_id, draft.client_id)
        findings = judge(caller, application, draft.scopes, frozenset())
        findings.add("members", fields.one_of(draft.members, MEMBERS))
        findings.raise_if_any()
        before = tx.gate.installation(application.id, organization_id)
        if before is not None and before.state in SETTABLE_STATES:
            raise Conflict(errors.INSTALL_EXISTS)
        if before is not None:
            require_rank(caller, INSTALLATIONS_WRITE, before.stopped_by_rank)
        wanted = granted(
            self._services,
            caller,
            before or blank(self._services, application, organization_id),
            scopes=frozenset(draft.scopes),
            members=draft.members,
        )
        if before is None:
            door.insert_installation(wanted)
        elif door.update_installation(wanted, version=before.version) is None:
            raise Conflict(errors.INSTALL_EXISTS, "somebody else was quicker")
        self._begun(tx, application, wanted)
        if wanted.members == "allow":
            self._vouching.follow_installation(tx, caller, application, wanted)
        return _require(door, wanted.id)

    def request(self, tx: Tx, caller: Caller, organization_id: Id, *, client_id: str) -> InstalledApplication:
        """Ask the administrators for an application. Twice is once. Raises Conflict and Invalid."""
        return self.file_request(tx, caller, organization_id, client_id=client_id)[0]

    def file_request(
        self, tx: Tx, caller: Caller, organization_id: Id, *, client_id: str
    ) -> tuple[InstalledApplication, bool]:
        """As `request`, and whether there was none before. Raises Conflict and Invalid."""
        door = enter(tx, caller, INSTALLATIONS_REQUEST, organization_id)
        application = self._find(tx, organization_id, client_id)
        before = tx.gate.installation(application.id, organization_id)
        if before is not None and before.state in SETTABLE_STATES:
            raise Conflict(errors.INSTALL_EXISTS)
        if before is not None and before.state == "requested":
            return _require(door, before.id), False
        wanted = replace(
            before or blank(self._services, application, organization_id),
            state="requested",
            scopes=frozenset(),
            scopes_pending=lent(application.scopes),
            requested_by=caller.user_id,
            requested_at=self._services.clock.now(),
        )
        if before is None:
            door.insert_installation(wanted)
        elif door.update_installation(wanted, version=before.version) is None:
            raise Conflict(errors.INSTALL_EXISTS, "somebody else was quicker")
        return _require(door, wanted.id), True

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        installation_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> InstalledApplication:
        """Grant a request, narrow, widen, suspend or resume. Raises NotFound, Conflict and Invalid.

        `changes` has `state`, `scopes`, `scopes_pending` or `members`. Of a revoked installation only
        the rule for members can be changed: everything else is granted anew.
        """
        door = enter(tx, caller, INSTALLATIONS_WRITE, organization_id)
        found = _require(door, installation_id)
        before = found.installation
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        judge_changes(caller, found, changes)
        check_state(before, changes)
        check_rank(caller, before, changes)
        is_request = before.state == "requested"
        if is_request:
            self._find(tx, organization_id, found.application.client_id)
        wanted = changed(self._services, caller, before, changes)
        if door.update_installation(wanted, version=version) is None:
            raise PreconditionFailed(RECORD_CHANGED)
        if is_request:
            self._begun(tx, found.application, wanted)
        if "members" in changes or (is_request and wanted.members == "allow"):
            self._vouching.follow_installation(tx, caller, found.application, wanted)
        return _require(door, installation_id)

    def end(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        installation_id: Id,
        version: int,
        ends_sign_ins: bool = True,
    ) -> InstalledApplication:
        """Revoke an installation, or decline a request. Raises NotFound, PreconditionFailed and Conflict.

        That pair's secrets and tokens are dead at once and for good, and no other's. With
        `ends_sign_ins` the members' own sign-ins end too, and new ones are blocked.
        """
        door = enter(tx, caller, INSTALLATIONS_WRITE, organization_id)
        found = _require(door, installation_id)
        before = found.installation
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        if before.state == "revoked":
            raise Conflict(errors.INSTALL_STATE)
        if before.state == "requested":
            return self._declined(door, found, rank_of(caller, INSTALLATIONS_WRITE))
        members: MembersRule = "block" if ends_sign_ins else before.members
        wanted = replace(
            before,
            state="revoked",
            epoch=before.epoch + 1,
            members=members,
            scopes_pending=frozenset(),
            stopped_by_rank=higher(before.stopped_by_rank, rank_of(caller, INSTALLATIONS_WRITE)),
        )
        # The row first: whoever makes a secret of this pair holds it, or sees that it is revoked.
        if door.update_installation(wanted, version=version) is None:
            raise PreconditionFailed(RECORD_CHANGED)
        now = self._services.clock.now()
        self._vouching.follow_installation(tx, caller, found.application, wanted)
        door.revoke_credentials_of_installation(before, now=now)
        # Whoever lets it in again says anew as whom it may act.
        door.unlist_application(found.application.id)
        if ends_sign_ins:
            door.revoke_grants_of_application(found.application.id, reason=REVOKED_REASON, now=now)
        self._tell_makers(tx, "installation.ended", wanted)
        return _require(door, installation_id)

    # As the owner of the application ---------------------------------------------------------------
    def of_application(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, page: Page
    ) -> tuple[InstallingOrganization, ...]:
        """Who let an application in, or once did. Raises NotFound."""
        door = enter(tx, caller, INSTALLATIONS_READ, organization_id)
        if door.application(application_id) is None:
            raise NotFound(RECORD_NOT_FOUND)
        return door.installing_organizations(application_id, page)

    def _find(self, tx: Tx, organization_id: Id, client_id: str) -> Application:
        """An application that this organization may install. All others are answered alike."""
        application = tx.gate.application_by_client_id(client_id)
        if application is not None and application.organization_id == organization_id:
            raise Conflict(errors.INSTALL_OWN)
        if application is None or not application.is_usable:
            raise Invalid((FieldError("client_id", no_such("an application that may be installed here")),))
        owner = tx.gate.organization_record(application.organization_id)
        if owner is None or not owner.is_active or not is_offered(application, organization_id):
            raise Invalid((FieldError("client_id", no_such("an application that may be installed here")),))
        return application

    def _declined(
        self, door: OrganizationDoor, found: InstalledApplication, rank: Rank
    ) -> InstalledApplication:
        """A request that was never granted leaves nothing; one made anew goes back to being revoked."""
        before = found.installation
        wanted = replace(
            before,
            state="revoked",
            scopes_pending=frozenset(),
            stopped_by_rank=higher(before.stopped_by_rank, rank),
        )
        if before.granted_at is None:
            if not door.delete_installation(before.id, version=before.version):
                raise PreconditionFailed(RECORD_CHANGED)
            return replace(found, installation=wanted)
        if door.update_installation(wanted, version=before.version) is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return _require(door, before.id)

    def _begun(self, tx: Tx, application: Application, installation: Installation) -> None:
        """Where the application reads its secrets itself, one is there as soon as it is let in (N17)."""
        self._tell_makers(tx, "installation.granted", installation)
        tx.organization(installation.organization_id).unlist_application(application.id)
        if application.settings.reveal != "api" or application.type == "public":
            return
        # The secret belongs to the makers' application: it is theirs to read, and goes through their door.
        door = tx.organization(application.organization_id)
        whose = Whose(application, installation.organization_id, installation.id)
        make_secret(self._services, door, whose, SecretDraft())

    def _tell_makers(self, tx: Tx, action: str, installation: Installation) -> None:
        """A line in the log of the application's owner. Who decided it there is not their business."""
        told = {
            "application_id": to_text(installation.application_id),
            "organization_id": to_text(installation.organization_id),
            "scopes": sorted(installation.scopes),
        }
        act = Act(action, installation.id, installation.owner_organization_id, after=told)
        self._log.record(tx, THE_SERVER, act)


def _require(door: OrganizationDoor, installation_id: Id) -> InstalledApplication:
    found = door.installed_application(installation_id)
    if found is None:
        raise NotFound(RECORD_NOT_FOUND)
    return found
