"""What pages are made of, as values: a place says what is shown, one template says how it looks.

`kind` names the macro that draws a value. Whatever a page shows goes through one of these, so every list,
every form and every fact of the console looks, reads and behaves alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

from grantway.edges.console.cells import Cell, Link, Press, State, Tone
from grantway.edges.web.words import Text


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values that a field takes, as it reads."""

    value: str
    text: Text
    help: Text = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a form with what stands in it and what is wrong with that."""

    name: str
    widget: Literal[
        "text", "email", "url", "number", "date", "lines", "area", "select", "radio", "check", "checks"
    ]
    label: Text
    value: Any
    help: Text = ""
    options: Sequence[Option] = ()
    is_required: bool = False
    longest: int = 8_000
    wrong: Sequence[Text] = ()
    now: Text | None = None
    """What somebody else wrote there meanwhile, where that differs."""


@dataclass(frozen=True, slots=True)
class FormShown:
    """A form: where it goes, what it carries unseen, its fields and its button."""

    kind: ClassVar[str] = "form"
    action: str
    hidden: Sequence[tuple[str, str]]
    fields: Sequence[Shown]
    button: Text
    title: Text = ""
    lead: Text = ""
    is_danger: bool = False
    problems: Sequence[tuple[str, Text, str]] = ()
    """What is wrong: the field it belongs to, its sentence, its id."""
    cancel: str = ""
    method: Literal["get", "post"] = "post"


# Blocks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with blocks below it."""

    kind: ClassVar[str] = "section"
    title: Text
    blocks: Sequence[Block]
    lead: Text = ""
    is_danger: bool = False
    actions: Sequence[Press] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with values."""

    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[Text, Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: Text
    is_number: bool = False
    is_spoken: bool = False
    """Its title is only heard: that of buttons at the end of rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records. Without rows it says so, and what to do next."""

    kind: ClassVar[str] = "table"
    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: Text
    empty_action: Press | None = None
    more: str = ""
    """The address of the next page."""
    start: str = ""
    """The address of the first page, where this is a later one."""
    with_chosen: Sequence[Press] = ()
    """Where one is led with the rows that were chosen (`Pick`)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence in a box."""

    kind: ClassVar[str] = "notice"
    text: Text
    tone: Tone = ""
    actions: Sequence[Press] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """A sentence or two."""

    kind: ClassVar[str] = "prose"
    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    """Several sentences, as a list."""

    kind: ClassVar[str] = "points"
    texts: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Once:
    """A secret, which is shown here and never again."""

    kind: ClassVar[str] = "once"
    rows: Sequence[tuple[Text, str]]
    text: Text
    file: str
    """What a file is called into which it is saved."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Lines of a program, with the reader's own values in them."""

    kind: ClassVar[str] = "sample"
    title: Text
    language: str
    text: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A thing that is chosen or led to: its name, what it is, where it leads."""

    title: Text
    text: Text
    href: str
    tags: Sequence[Text] = ()
    is_done: bool | None = None
    """Of a step: whether it was done already."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Several of them."""

    kind: ClassVar[str] = "cards"
    cards: Sequence[Card]
    is_steps: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """Requests of an application, run step by step in the reader's browser by `playground.js`."""

    kind: ClassVar[str] = "walk"
    issuer: str
    clients: Sequence[Mapping[str, Any]]
    """The application: `name`, `type`, `client_id`, `scopes`, `redirect_uri`, `is_ready`, its `secret`."""
    steps: Sequence[str]
    callback: str
    home: str
    """The page where the answers are shown, once they arrived at the callback."""
    secret: Sequence[Press] = ()
    """The button that makes a secret for this run."""
    trial: None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn here, with what it shows as a table beside it: markup made and escaped by us."""

    kind: ClassVar[str] = "drawn"
    markup: Any


Block: TypeAlias = (
    "Section | Facts | Table | Notice | Prose | Points | Once | Sample | Cards | Walk | Drawn "
    "| FormShown | Press"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a page, or of a group of tabs."""

    title: Text
    lead: Text = ""
    state: Sequence[State] = ()
    above: Link | None = None
    """Where one came from."""


@dataclass(frozen=True, slots=True)
class View:
    """A page: its blocks, and where they differ from the place's own, its head and its one button."""

    blocks: Sequence[Block]
    heading: Heading | None = None
    primary: Press | None = None
    status: int = 200
    script: str = ""
    """A script of its own that the page needs, beside the console's."""
    sheet: str = ""
    """A style sheet that it brings."""
