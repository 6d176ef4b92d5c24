"""The ranks stored with an application: of who disabled it or scheduled its deletion, and who put it away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from grantway.core.model import Application
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import APPLICATIONS_WRITE
from grantway.features.access.ranks import rank_after


def with_ranks(
    caller: Caller, before: Application, wanted: Application, *, acts: Collection[str]
) -> Application:
    """The wanted record with the ranks of its stops. Raises Forbidden for an undo beyond the caller.

    `acts` has `state` and `archived` where the caller says something about them.
    """
    state = rank_after(
        caller,
        APPLICATIONS_WRITE,
        before=before.stopped_by_rank,
        was_stopped=before.state != "enabled",
        is_stopped=wanted.state != "enabled",
        is_act="state" in acts,
    )
    archived = rank_after(
        caller,
        APPLICATIONS_WRITE,
        before=before.archived_by_rank,
        was_stopped=before.archived_at is not None,
        is_stopped=wanted.archived_at is not None,
        is_act="archived" in acts,
    )
    return replace(wanted, stopped_by_rank=state, archived_by_rank=archived)
