"""Review: which part of a change acts at once, and which waits until an operator has read it.

Each member of an application stands here once, with the way in which it can reach further than it did.
What was approved goes on working meanwhile. There is at most one pending version of an application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from grantway.core import networks
from grantway.core.model import Application, Id, Instant
from grantway.core.mount_settings import MountSettings

Concern: TypeAlias = Literal["shown", "reach", "none"]
"""What a member is to a review: people read it, it says how far the application reaches, or neither."""
Members: TypeAlias = Mapping[str, Any]
"""Members of an application under the names that a draft has for them."""
Part: TypeAlias = Callable[[str, Members, Members], Any]
"""Of a member that is wanted otherwise, what reaches no further than the present value."""

NOTHING: frozenset[Concern] = frozenset()
REACH: frozenset[Concern] = frozenset({"reach"})
EVERYTHING: frozenset[Concern] = frozenset({"shown", "reach"})


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How a review looks at one member.

    One that is `needed` means something else where it is empty, so one of its values has to stay.
    """

    concern: Concern
    part: Part
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A change in two: what acts at once, and what waits.

    `stranded` are members of which nothing would be left until the review.
    """

    acting: dict[str, Any]
    waiting: dict[str, Any]
    stranded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingVersion:
    """What the makers of an application want of it and nobody has read yet: the members that differ."""

    application_id: Id
    members: Members
    created_at: Instant
    updated_at: Instant
    user_id: Id | None = None
    through_id: Id | None = None


def concerns_of(application: Application, *, needs_approval: bool) -> frozenset[Concern]:
    """What of a change of this application waits.

    Of one that was approved, whatever was read. One that is open to everybody only because it was so
    before that needed an approval keeps what it has, and reaches no further.
    """
    if application.publication == "approved":
        return EVERYTHING
    is_left_open = needs_approval and application.audience_effective == "any_organization"
    return REACH if is_left_open else NOTHING


def reviewed_address(application: Application) -> str | None:
    """The web address that a page may show as that of the makers: one that an operator has read."""
    return application.base_url if application.publication == "approved" else None


def split(live: Members, wanted: Members, concerns: frozenset[Concern]) -> Split:
    """What of a wanted application acts at once. The rest waits, as it is wanted."""
    found = Split({}, {}, ())
    stranded = []
    for name, value in wanted.items():
        row = MEMBERS[name]
        acting = row.part(name, live, wanted) if row.concern in concerns else value
        found.acting[name] = acting
        if acting != value:
            found.waiting[name] = value
            if row.is_needed and live[name] and not acting:
                stranded.append(name)
    return Split(found.acting, found.waiting, tuple(stranded))


def base_of(pending: PendingVersion | None, named: Mapping[str, Any]) -> dict[str, Any]:
    """What waits already, without what a change speaks of: a member that is named is said anew."""
    if pending is None:
        return {}
    said = set(named)
    for group in _TOGETHER:
        said |= group if group & said else frozenset()
    return {name: value for name, value in pending.members.items() if name not in said and name in MEMBERS}


def _wanted(name: str, _: Members, wanted: Members) -> Any:
    return wanted[name]


def _live(name: str, live: Members, _: Members) -> Any:
    return live[name]


def _common(name: str, live: Members, wanted: Members) -> Any:
    held = frozenset(live[name])
    return tuple(one for one in wanted[name] if one in held)


def _at_most(name: str, live: Members, wanted: Members) -> Any:
    """The smaller number; None is no limit."""
    limits = [one for one in (live[name], wanted[name]) if one is not None]
    return min(limits) if limits else None


def _both(name: str, live: Members, wanted: Members) -> Any:
    return live[name] and wanted[name]


def _in_order(*narrowest_first: str) -> Part:
    def narrower(name: str, live: Members, wanted: Members) -> Any:
        both = {live[name], wanted[name]}
        return next((one for one in narrowest_first if one in both), live[name])

    return narrower


def _unless(*looser: str) -> Part:
    def kept(name: str, live: Members, wanted: Members) -> Any:
        return live[name] if wanted[name] in looser else wanted[name]

    return kept


def _inside(name: str, live: Members, wanted: Members) -> Any:
    """The ranges that both have; none of them is everywhere."""
    if not live[name] or not wanted[name]:
        return wanted[name] or live[name]
    return networks.common(live[name], wanted[name])


_audience = _in_order("own_organization", "listed_organizations", "any_organization")


def _listed(name: str, live: Members, wanted: Members) -> Any:
    """Those that are listed, where a list is what acts: any organization includes all of a list."""
    if _audience("audience", live, wanted) != "listed_organizations":
        return ()
    if live["audience"] != "listed_organizations":
        return wanted[name]
    if wanted["audience"] != "listed_organizations":
        return live[name]
    return _common(name, live, wanted)


def _at_mounts(name: str, live: Members, wanted: Members) -> Any:
    """What dialects' own mounts have, member by member, compared with what is in force there."""
    found: dict[str, dict[str, Any]] = {}
    for dialect in sorted({*live[name], *wanted[name]}):
        mine, theirs = live[name].get(dialect, {}), wanted[name].get(dialect, {})
        acting: dict[str, Any] = {}
        for member in sorted({*mine, *theirs}):
            held, asked = _in_force(member, mine, live), _in_force(member, theirs, wanted)
            row = MEMBERS.get(member) or _AT_MOUNTS_ONLY[member]
            part = row.part(member, {member: held}, {member: asked})
            # What is said nowhere is as at the standard mount, whose own value goes by its own row.
            said = theirs if part == asked else mine
            if member in said:
                acting[member] = said[member]
        if acting:
            found[dialect] = acting
    return found


def _in_force(member: str, said: Mapping[str, Any], whole: Members) -> Any:
    return said.get(member, whole.get(member, getattr(_STANDARD, member)))


_STANDARD = MountSettings()
_SHOWN = Reviewed("shown", _live)
_SET = Reviewed("reach", _common)
_NEEDED_SET = Reviewed("reach", _common, is_needed=True)
_LIMIT = Reviewed("reach", _at_most)
_OWN = Reviewed("none", _wanted)
_SIGNED = Reviewed("reach", _unless("HS256"))

MEMBERS: Mapping[str, Reviewed] = {
    # Fixed when it is registered; nothing that waits can change it.
    "type": _SHOWN,
    "preset": _SHOWN,
    # What people read before they allow something.
    "name": _SHOWN,
    "description": _SHOWN,
    "base_url": _SHOWN,
    "logo_url": _SHOWN,
    # Where codes, people and answers go, whose they may be, and what can be done with them.
    "platform": Reviewed("reach", _in_order("web", "native")),
    "dialects": _NEEDED_SET,
    "audience": Reviewed("reach", _audience),
    "audience_organizations": Reviewed("reach", _listed),
    "redirect_uris": _NEEDED_SET,
    "post_logout_redirect_uris": _SET,
    "origins": _SET,
    "scopes": _SET,
    "grant_types": _NEEDED_SET,
    "networks": Reviewed("reach", _inside, is_needed=True),
    # What makes it easier to misuse. Keys of which everybody can check a signature are all alike.
    "token_format": Reviewed("reach", _unless("bare_jwt")),
    "access_token_algorithm": _SIGNED,
    "id_token_algorithm": _SIGNED,
    "refresh_policy": Reviewed("reach", _in_order("rotate", "stable")),
    "pkce": Reviewed("reach", _in_order("required", "optional", "none")),
    "consent": Reviewed("reach", _in_order("ask", "installed", "platform")),
    "reveal": Reviewed("reach", _in_order("once", "creator", "developers", "api")),
    "access_token_lifetime": _LIMIT,
    "refresh_token_lifetime": _LIMIT,
    "refresh_token_idle_lifetime": _LIMIT,
    "refresh_grace": _LIMIT,
    "code_lifetime": _LIMIT,
    "client_may_choose_lifetime": Reviewed("reach", _both),
    "chosen_lifetime_cap": _LIMIT,
    "session_minutes": _LIMIT,
    "minutes_per_day": _LIMIT,
    # Who somebody is goes by the scopes, however it is told.
    "id_token_claims": _OWN,
    "dialect_settings": Reviewed("reach", _at_mounts),
    # Whose the days are does not change how many minutes each has.
    "budget_time_zone": _OWN,
    # What is left out of a sign-in is given neither way.
    "strict_scopes": _OWN,
    # How its makers are reached, and whether it works at all.
    "owner_email": _OWN,
    "notification_addresses": _OWN,
    "state": _OWN,
    "archived": _OWN,
}
"""Every member of a draft. One that is not here cannot be written."""
_AT_MOUNTS_ONLY: Mapping[str, Reviewed] = {
    "several_audiences": Reviewed("reach", _both),
    "id_tokens": _OWN,
    "secretless": _SET,
}
"""Settings that a draft has for dialects' own mounts and not for the standard one."""
_TOGETHER = (frozenset({"audience", "audience_organizations"}),)
"""Members that say one thing together."""


class PendingDoor(Protocol):
    """The pending versions of one organization's applications."""

    def pending_version(self, application_id: Id) -> PendingVersion | None: ...
    def pending_versions(self, first: Id, last: Id) -> tuple[PendingVersion, ...]:
        """Those of applications with ids from the first to the last."""

    def keep_pending_version(self, pending: PendingVersion) -> None:
        """Store it in place of the one before. Raises NotFound for an application of others."""

    def drop_pending_version(self, application_id: Id) -> None: ...


class PendingDesk(Protocol):
    """What waits for operators."""

    def pending_of_all(self, *, first: Id, last: Id, publication: str) -> tuple[PendingVersion, ...]:
        """Those of applications with ids from the first to the last, in a state of publication or any."""

    def waiting_applications(self, *, after: Id, limit: int) -> tuple[Application, ...]:
        """Applications of all organizations with a pending version, by id."""
