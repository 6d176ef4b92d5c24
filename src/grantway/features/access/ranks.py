"""Who may undo what somebody stopped: whoever ranks at least as high as who stopped it.

operator > owner > admin > developer. The rank is stored with the act, not looked up later: who stopped
something may have left, or have been given another role, and what they decided stands all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from grantway.core.errors import RECORD_RANK, Forbidden
from grantway.core.model import RANKS, Rank
from grantway.features.access.callers import Caller, Permission


class Stoppable(Protocol):
    """A record that somebody can disable."""

    @property
    def state(self) -> str: ...
    @property
    def stopped_by_rank(self) -> Rank | None: ...


def rank_of(caller: Caller, permission: Permission) -> Rank:
    """How high somebody ranks who acts with a permission.

    An application alone has no role. It ranks as the least of the roles that may do the same, because
    any of them could have made it to act for them.
    """
    if caller.is_platform:
        return "operator"
    fitting = [rank for rank in RANKS if rank in permission.roles]
    if caller.has_role:
        fitting = [rank for rank in fitting if rank == caller.role]
    return fitting[0] if fitting else RANKS[0]


def require_rank(caller: Caller, permission: Permission, stopped_by: Rank | None) -> None:
    """Raises Forbidden for who ranks lower than who stopped it. None ranks lowest."""
    if stopped_by is not None and RANKS.index(rank_of(caller, permission)) < RANKS.index(stopped_by):
        raise Forbidden(RECORD_RANK, f"stopped by {stopped_by}")


def rank_after(
    caller: Caller,
    permission: Permission,
    *,
    before: Rank | None,
    was_stopped: bool,
    is_stopped: bool,
    is_act: bool = True,
) -> Rank | None:
    """The rank to store with a record that is written. Raises Forbidden for an undo beyond the caller.

    `is_act` is whether the caller says anything about the stop: stopping again by somebody higher makes
    the undo theirs, and a change of something else leaves it as it is.
    """
    if not is_stopped:
        if was_stopped:
            require_rank(caller, permission, before)
        return None
    if not was_stopped:
        return rank_of(caller, permission)
    return higher(before, rank_of(caller, permission)) if is_act else before


def rank_of_change(
    caller: Caller, permission: Permission, before: Stoppable, changes: Mapping[str, Any]
) -> Rank | None:
    """The same for a record that is enabled or disabled by its `state`, when these members of it change."""
    return rank_after(
        caller,
        permission,
        before=before.stopped_by_rank,
        was_stopped=before.state == "disabled",
        is_stopped=changes.get("state", before.state) == "disabled",
        is_act="state" in changes,
    )


def higher(one: Rank | None, other: Rank) -> Rank:
    """The higher of two ranks."""
    return other if one is None else max(one, other, key=RANKS.index)
