"""What an installation becomes by each step: values alone, nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from grantway.core.model import Application, Id, Installation, MembersRule
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import INSTALLATIONS_WRITE
from grantway.features.access.ranks import higher, rank_of
from grantway.features.services import Services


def blank(services: Services, application: Application, organization_id: Id) -> Installation:
    """One that nobody granted yet."""
    return Installation(
        id=services.entropy.new_id(),
        application_id=application.id,
        owner_organization_id=application.organization_id,
        organization_id=organization_id,
        state="requested",
        scopes=frozenset(),
        epoch=1,
        version=1,
        created_at=services.clock.now(),
    )


def granted(
    services: Services, caller: Caller, before: Installation, *, scopes: frozenset[str], members: str
) -> Installation:
    """The installation, let in by the caller now."""
    return replace(
        before,
        state="active",
        scopes=scopes,
        scopes_pending=frozenset(),
        members=cast("MembersRule", members),
        granted_by=caller.user_id,
        granted_at=services.clock.now(),
        stopped_by_rank=None,
    )


def changed(
    services: Services, caller: Caller, before: Installation, changes: Mapping[str, Any]
) -> Installation:
    """The installation with what is to change, and the rank of who suspends it."""
    members = changes.get("members", before.members)
    if before.state == "requested":
        asked = frozenset(changes.get("scopes", before.scopes_pending))
        return granted(services, caller, before, scopes=asked, members=members)
    scopes = frozenset(changes.get("scopes", before.scopes))
    pending = frozenset(changes.get("scopes_pending", before.scopes_pending))
    state, rank = changes.get("state", before.state), before.stopped_by_rank
    if state == "active":
        rank = None
    elif "state" in changes:
        rank = higher(rank, rank_of(caller, INSTALLATIONS_WRITE))
    return replace(
        before,
        state=state,
        stopped_by_rank=rank,
        scopes=scopes,
        scopes_pending=pending - scopes,
        members=members,
    )
