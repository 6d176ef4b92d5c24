"""The table of the console: what a page and a form declare before they can exist.

Routes, navigation, the search, and the tests of who may see and do what are made from the same table, as
they are for operations. A page and a form each name an operation, whose permission and tenant rule are
theirs: nothing can be seen or done here that the caller could not see or do by the management API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from grantway.core.model import Id
from grantway.edges.console.blocks import Heading, Option, View
from grantway.edges.web.operations import Operation
from grantway.edges.web.records.acting import operation_named
from grantway.edges.web.words import Text

if TYPE_CHECKING:
    from grantway.edges.console.here import Here

ROOT = "/o/{slug}"
"""Where the console of an organization is."""
_PARAMETER = re.compile(r"{(\w+)}")

Show: TypeAlias = "Callable[[Here], View]"
Members: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A member of an operation's request, where a form says more of it than the record does."""

    name: str
    label: str = ""
    help: str = ""
    widget: str = ""
    options: Callable[[Here], tuple[Option, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of several records with which the same is done."""

    name: str
    ids: Mapping[str, Id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Something that is done on a page: the operation, what is asked for it, and what is said afterwards.

    `path` is its address below its place; parameters that the place does not have stand there, too.
    """

    path: str
    does: str
    button: str
    fields: tuple[str | Field, ...] = ()
    title: str = ""
    lead: str = ""
    is_apart: bool = False
    """Whether it has a page of its own; else it stands on its place."""
    breaks: Callable[[Here], tuple[Text, ...]] | None = None
    """What the act will break, with numbers, and until when it can be undone. Such a form is always apart."""
    typed: Callable[[Here], str] | None = None
    """What the reader types before it is done, because nothing brings it back."""
    given: Members = field(default_factory=dict)
    """Members that are sent whatever was filled in."""
    shaped: Callable[[Here, dict[str, Any]], dict[str, Any]] | None = None
    """From what was filled in to what the operation takes, where these differ."""
    each: Callable[[Here, Members], tuple[Chosen, ...]] | None = None
    """Records of what was filled in: it is done with each of them, with all or with none."""
    values: Callable[[Here], Members] | None = None
    """What stands in the fields at first; of a change, else, the record as it is."""
    then: Callable[[Here, Any], Any] | None = None
    """What is done with the new record in the same transaction, and what is then answered."""
    done: str = ""
    """What is said on the page that comes next."""
    leads_to: str = ""
    """The id of that page; without it, the place itself."""
    makes: str = ""
    """The parameter of that page which the new record's id is."""
    shown_once: Callable[[Here, Any], View] | None = None
    """The page that shows what the operation answered, where that is never shown again."""

    @property
    def name(self) -> str:
        """How the page that comes next is told what was done."""
        return self.path.replace("{", "").replace("}", "")

    @property
    def has_page(self) -> bool:
        """Whether it is asked for on a page of its own."""
        return self.is_apart or self.breaks is not None or self.typed is not None

    @property
    def operation(self) -> Operation:
        """What it does."""
        return operation_named(self.does)

    @property
    def is_grave(self) -> bool:
        """Whether it takes something away."""
        return self.breaks is not None or self.typed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One page: where it is, what it is called, what it reads, and what can be done on it."""

    id: str
    path: str
    title: str
    reads: str
    """The operation whose permission and tenant rule are those of the page."""
    show: Show
    needs: str = ""
    """An operation that the person must be allowed, too, for the page to be of any use."""
    lead: str = ""
    forms: tuple[Form, ...] = ()
    group: str = ""
    """The tabs among which it stands."""
    tab: str = ""
    """What its tab is called, where that is not its title."""
    under: str = ""
    """The id of the place in the navigation under which it belongs."""
    finds: tuple[str, ...] = ()
    """Words by which the search finds it, those of the guides of other systems among them."""
    fits: Callable[[Here], bool] | None = None
    """Whether the record that it is about has such a page at all."""

    @property
    def operation(self) -> Operation:
        """What it reads."""
        return operation_named(self.reads)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The ids in its path."""
        return tuple(_PARAMETER.findall(self.path))

    def address(self) -> str:
        """The template of its address."""
        return f"{ROOT}/{self.path}" if self.path else ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab above other tabs: the place to which it leads, and what it is called."""

    place: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tabs that belong together: what stands above them."""

    id: str
    heading: Callable[[Here], Heading]
    outer: tuple[Tab, ...] = ()
    """Tabs of a level above these."""
    within: str = ""
    """The place of the one to which these belong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the navigation: a place, and its picture."""

    place: str
    icon: str
    words: str
    is_apart: bool = False
    """At the lower left."""
    otherwise: str = ""
    """The place for whom the first is not."""
