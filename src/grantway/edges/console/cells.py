"""What stands in a row of a list, beside a label or in a line, as values that one template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from grantway.edges.web.words import Text

Tone: TypeAlias = Literal["ok", "warn", "bad", "off", ""]


@dataclass(frozen=True, slots=True)
class Said:
    """A text."""

    kind: ClassVar[str] = "said"
    text: Text
    is_muted: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere on this server."""

    kind: ClassVar[str] = "link"
    text: Text
    href: str
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """An address of somebody else's: it is opened apart, and told nothing of where it was opened."""

    kind: ClassVar[str] = "outside"
    href: str


@dataclass(frozen=True, slots=True)
class State:
    """How something stands: a word, a shape and a colour."""

    kind: ClassVar[str] = "state"
    text: Text
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier or an address, with a button that copies it."""

    kind: ClassVar[str] = "code"
    text: str
    is_copied: bool = True


@dataclass(frozen=True, slots=True)
class When:
    """A time of an answer (RFC 3339): how long ago or until then, and exactly, for who looks closer."""

    kind: ClassVar[str] = "when"
    at: str | None
    never: Text = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, to the right."""

    kind: ClassVar[str] = "number"
    value: int | None


@dataclass(frozen=True, slots=True)
class Many:
    """Several cells below each other."""

    kind: ClassVar[str] = "many"
    cells: Sequence[Cell]
    none: Text = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """Short words beside each other."""

    kind: ClassVar[str] = "tags"
    texts: Sequence[Text]
    none: Text = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button alone: a form without fields, or the way to one that has a page of its own."""

    kind: ClassVar[str] = "press"
    text: Text
    action: str
    hidden: Sequence[tuple[str, str]] = ()
    of: Text = ""
    """What it is about, for who does not see in which row it stands."""
    tone: Literal["primary", "plain", "danger"] = "plain"
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A cell with a box before it, by which the row is chosen. Its name is `row-` and the record's id."""

    kind: ClassVar[str] = "pick"
    id: str
    of: Text
    cell: Cell


Cell: TypeAlias = "Pick | Said | Link | Outside | State | Code | When | Number | Many | Tags | Press"
