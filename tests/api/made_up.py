"""What made-up calls are about: real records whose ids and tags are remembered from answer to answer."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from grantway.core.identifiers import from_text, to_text
from grantway.edges.web.operations import Operation
from grantway.edges.web.records.operations import ALL
from tests.api.cast import ROOT, Cast, Known, Records
from tests.api.matrix import BODIES, OF_SCOPED_APIS, UNKNOWN, publication_for

NAMES = ("operator", "owner", "machine")
"""One that reaches everything, a person with every right in one organization, and a program of it."""
_PLACES = [(re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", one.path)), one) for one in ALL]
_FEW = 40
_TURNS = 20
"""How many turns the APIs of one stay, so that lists have pages. All APIs are read again after each change of one,
and with those of all turns there were thousands: a third of the time of all calls went into reading them."""
_PLACE = st.integers(0, 999)


@dataclass
class Memory:
    """What one caller knows: sets of ids that belong together, and the newest tag of each record."""

    cast: Cast
    caller: Known
    places: list[dict[str, str]] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)
    """What the operation can be told about these places."""
    tags: dict[tuple[bool, str], str] = field(default_factory=dict)
    made: deque[Records] = field(default_factory=deque)
    """The records of the turns before, the oldest first."""
    done: int = 0
    reached: set[str] = field(default_factory=set)
    """Operations that were answered with a success."""

    def renew(self, operation: Operation) -> None:
        """Fresh records, in a state in which the operation can succeed."""
        # An operator may disable what it is given, so that is not the organization of the other callers.
        owner = self.cast.other if self.caller.is_operator else self.cast.own
        made = self.cast.records(owner, publication_for(operation))
        self.made.append(made)
        if len(self.made) > _TURNS:
            self._remove_apis(self.made.popleft())
        scoped = {**made.ids, "api_id": made.ids["scoped_api_id"]}
        readable = {**made.ids, "application_id": made.ids["readable_id"]}
        places = [readable if operation.id == "listKeys" else made.ids]
        needs_scopes = {"scope_id", "route_id"} & set(operation.parameters)
        if needs_scopes or operation.id in OF_SCOPED_APIS:
            places = [scoped]
        self.places = places
        self.body = dict(BODIES.get(operation.id, {}))
        if "scopes" in self.body and needs_scopes | OF_SCOPED_APIS & {operation.id}:
            self.body["scopes"] = [made.scope]
        if operation.id == "deleteOrganization":
            self.places = [self.cast.empty_organization().ids]
        self.tags = {_key("Users", made.ids["user_id"]): f'"{made.versions["user_id"]}"'}
        self.tags[_key("", made.ids["organization_id"])] = f'"{made.versions["organization_id"]}"'
        self.tags[_key("", "")] = f'"{made.versions[""]}"'

    def _remove_apis(self, made: Records) -> None:
        with self.cast.world.store.begin() as tx:
            door = tx.organization(made.organization.id)
            for name in ("api_id", "scoped_api_id"):
                stored = door.api(from_text(made.ids[name]) or 0)
                if stored is not None:
                    assert door.delete_api(stored.id, version=stored.version)

    def learn(self, operation: Operation, path: dict[str, str], headers: Any) -> None:
        """Remember what an answer tells: the record that was made, and its tag."""
        self.reached.add(operation.id)
        place = headers.get("location", "").partition(ROOT)[2]
        for pattern, _ in _PLACES:
            found = pattern.fullmatch(place) if place else None
            if found is not None and found.groupdict():
                path = {**self.places[-1], **found.groupdict()}
                self.places = [*self.places[-_FEW:], path]
                self.tags[_key(operation.tag, list(found.groupdict().values())[-1])] = headers.get(
                    "etag", '"1"'
                )
                return
        if "etag" in headers:
            self.tags[_key(operation.tag, _last(operation, path))] = headers["etag"]

    def path(self, draw: Any, made: dict[str, str]) -> dict[str, str]:
        """Ids for a path: mostly real ones, some of them somebody else's, some made up.

        What is drawn never depends on what is known, so that a call can be drawn again.
        """
        choice = draw(st.sampled_from(["own"] * 8 + ["mixed", "foreign", "unknown", "made"]))
        which = [draw(_PLACE) for _ in ("all", *made)]
        known = [one for one in self.places if made.keys() <= one.keys()]
        if choice == "made" or not known:
            return made
        if choice == "mixed":
            return {name: known[at % len(known)][name] for name, at in zip(made, which[1:], strict=True)}
        place = known[which[0] % len(known)]
        chosen = {name: place[name] for name in made}
        if choice == "foreign" and "organization_id" in made:
            chosen["organization_id"] = to_text(self.cast.vendor.id)
        if choice == "unknown" and made:
            chosen[list(made)[-1]] = UNKNOWN
        return chosen

    def tag(self, draw: Any, operation: Operation, path: dict[str, str]) -> str:
        """An entity tag: mostly the newest one."""
        chosen = draw(st.sampled_from(["", "", "", '"1"', '"2"', '"9007199254740991"']))
        return chosen or self.tags.get(_key(operation.tag, _last(operation, path)), '"1"')


def _last(operation: Operation, path: dict[str, str]) -> str:
    """The id of the record that a path names."""
    return path[operation.parameters[-1]] if operation.parameters else ""


def _key(tag: str, identifier: str) -> tuple[bool, str]:
    """A person has one tag as a user and another one as a member."""
    return (tag == "Users", identifier)


def blended(
    draw: Any, fitting: dict[str, Any], made: dict[str, Any], example: dict[str, Any]
) -> dict[str, Any]:
    """A body that was made up, with members that make sense in the place of some.

    Text made of random signs alone would never get past the rules on values.
    """
    sensible = {**example, **fitting}
    if draw(st.integers(0, 3)) == 0:
        # A request that can succeed, with at most one member of chance in it.
        base = dict(fitting)
        names = sorted(made)
        if names and draw(st.booleans()):
            name = draw(st.sampled_from(names))
            base[name] = made[name]
        return base
    kept = {name for name in made if name not in sensible or draw(st.integers(0, 2)) == 0}
    return {name: made[name] if name in kept else sensible[name] for name in made}
