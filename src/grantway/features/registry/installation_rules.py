"""What can be granted to an application of another organization, and when an installation can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grantway.core import errors
from grantway.core.errors import INSTALL_STATE, Conflict, Reason
from grantway.core.installing import InstalledApplication
from grantway.core.model import Application, Id, Installation
from grantway.features import fields
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import INSTALLATIONS_WRITE, OF_THE_PLATFORM, beyond_caller
from grantway.features.access.ranks import require_rank
from grantway.features.fields import Findings
from grantway.features.standing import includes

STATES = ("requested", "active", "suspended", "revoked")
SETTABLE_STATES = ("active", "suspended")
MEMBERS = ("ask", "allow", "block")


@dataclass(frozen=True, slots=True)
class InstallationDraft:
    """What an administrator grants, to the application of this client id."""

    client_id: str
    scopes: tuple[str, ...]
    members: str = "ask"


def is_offered(application: Application, organization_id: Id) -> bool:
    """Whether its makers let this organization install the application, or ask for it."""
    return application.installable == "by_client_id" or includes(application, organization_id)


def judge(
    caller: Caller, application: Application, scopes: tuple[str, ...], held: frozenset[str]
) -> Findings:
    """Nothing beyond what the application asks for, and nothing of this server beyond the caller."""
    findings = Findings()
    asked = application.scopes | held
    findings.check_each("scopes", scopes, lambda value: _scope_problem(value, asked))
    excess = beyond_caller(caller, lent(frozenset(scopes)) - held)
    for index, value in enumerate(scopes):
        if value in excess:
            findings.add(f"scopes[{index}]", errors.FIELD_SCOPE_BEYOND)
    return findings


def lent(scopes: frozenset[str]) -> frozenset[str]:
    """Those of an application's scopes that it can have away from home: operators' power is not lent."""
    return scopes - OF_THE_PLATFORM


def _scope_problem(value: str, asked: frozenset[str]) -> Reason | None:
    if value in OF_THE_PLATFORM:
        return errors.FIELD_SCOPE_PLATFORM
    return None if value in asked else errors.INSTALL_SCOPE


def judge_changes(caller: Caller, found: InstalledApplication, changes: Mapping[str, Any]) -> None:
    """Every problem of what is to change. Raises Invalid."""
    before = found.installation
    granted = changes.get("scopes", ())
    if before.state == "requested":
        granted = changes.get("scopes", tuple(sorted(before.scopes_pending)))
    findings = judge(caller, found.application, tuple(granted), before.scopes)
    pending = changes.get("scopes_pending", ())
    waiting = before.scopes_pending
    findings.check_each(
        "scopes_pending", pending, lambda value: None if value in waiting else errors.INSTALL_SCOPE
    )
    if "state" in changes:
        findings.add("state", fields.one_of(changes["state"], SETTABLE_STATES))
    if "members" in changes:
        findings.add("members", fields.one_of(changes["members"], MEMBERS))
    findings.raise_if_any()


def check_state(before: Installation, changes: Mapping[str, Any]) -> None:
    """Whether an installation can be changed so, as it stands. Raises Conflict."""
    if before.state == "revoked" and changes.keys() - {"members"}:
        raise Conflict(INSTALL_STATE)
    if before.state == "requested" and changes.get("state") != "active":
        raise Conflict(INSTALL_STATE)


def check_rank(caller: Caller, before: Installation, changes: Mapping[str, Any]) -> None:
    """Letting in again what a higher rank stopped, its members' own sign-ins too. Raises Forbidden."""
    lets_in = changes.get("state") == "active" and before.state != "active"
    unblocks = before.members == "block" and changes.get("members", "block") != "block"
    if lets_in or unblocks:
        require_rank(caller, INSTALLATIONS_WRITE, before.stopped_by_rank)
