"""A guide as requests that can be run: what developers' pages show of a dialect, told by its own folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from grantway.core.model import ApplicationType

Texts: TypeAlias = Mapping[str, str]

OWN = frozenset({"state", "redirect_uri", "verifier", "challenge", "code"})
"""What the page itself knows: random values, its own address, and the code that arrives there."""
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class TourStep:
    """One request of a guide. Texts in it may say `{name}`: what is known by then, or what readers fill in.

    `takes` names members of a JSON answer that later steps need, by their path (`result.access_token`). A
    step that `navigates` is an address for the browser, which comes back with a code.
    """

    title: str
    text: str
    method: Literal["GET", "POST"]
    path: str
    query: Texts = field(default_factory=dict)
    form: Texts | None = None
    json: Texts | None = None
    basic: tuple[str, str] | None = None
    bearer: str | None = None
    takes: Texts = field(default_factory=dict)
    navigates: bool = False
    succeeds: tuple[str, str] | None = None
    """A member of the answer and its value, where the status does not tell whether it went well."""
    types: tuple[ApplicationType, ...] = ()
    """Of which types of application it is a step; empty: of all."""

    @property
    def asks(self) -> frozenset[str]:
        """The names in its texts."""
        parts = [self.path, *self.query.values(), *(self.form or {}).values(), *(self.json or {}).values()]
        parts += [*(self.basic or ()), self.bearer or ""]
        return frozenset(name for part in parts for name in _NAME.findall(part))


Tour: TypeAlias = tuple[TourStep, ...]


def inputs_of(tour: Tour) -> tuple[str, ...]:
    """What the reader has to fill in, in the order in which it is needed."""
    known, wanted = set(OWN), []
    for step in tour:
        wanted += sorted(step.asks - known)
        known |= step.asks | set(step.takes)
    return tuple(wanted)


def as_data(tour: Tour) -> list[dict[str, Any]]:
    """The steps as the page's script reads them."""
    return [{**asdict(step), "asks": sorted(step.asks)} for step in tour]
