"""How a pending version looks in answers: member by member, what is and what is to be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from grantway.core.identifiers import to_text
from grantway.core.model import Application
from grantway.core.reviewing import PendingVersion
from grantway.edges.web.records.values import about, text_of, time_of
from grantway.features.registry.drafts import draft_of


class WaitingMember(msgspec.Struct, frozen=True):
    """A member that is to be otherwise."""

    name: Annotated[str, about("Which one.", "scopes")]
    before: Annotated[Any, about("What it is, and stays until then.", ["openid"])]
    after: Annotated[Any, about("What it is to be.", ["openid", "email"])]


class PendingAnswer(msgspec.Struct, frozen=True):
    """What its makers want of an application, and no operator has decided."""

    members: Annotated[
        tuple[WaitingMember, ...],
        about("What waits.", [{"name": "scopes", "before": ["openid"], "after": ["openid", "email"]}]),
    ]
    user_id: Annotated[str | None, about("Who asked for it last.", "5hB2pLr9Qa")]
    through_id: Annotated[str | None, about("The application it was asked through.", "9zQ4mXc7Lk")]
    since: Annotated[datetime, about("Since when something waits.", "2026-11-21T09:30:00Z")]
    updated_at: Annotated[datetime, about("When it was last changed.", "2026-11-21T09:30:00Z")]


def pending_of(application: Application, pending: PendingVersion | None) -> PendingAnswer | None:
    """What waits of an application, member by member."""
    if pending is None:
        return None
    present = draft_of(application)
    return PendingAnswer(
        members=tuple(
            WaitingMember(name, _plain(name, getattr(present, name)), _plain(name, value))
            for name, value in sorted(pending.members.items())
        ),
        user_id=text_of(pending.user_id),
        through_id=text_of(pending.through_id),
        since=time_of(pending.created_at),
        updated_at=time_of(pending.updated_at),
    )


def _plain(name: str, value: Any) -> Any:
    return tuple(map(to_text, value)) if name == "audience_organizations" else value
